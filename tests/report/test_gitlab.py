"""Findings in GitLab's format for code quality."""

from __future__ import annotations

import json

from git_alembic.findings.finding import Finding
from git_alembic.findings.report import Report
from tests.support.example_reports import EDIT, FORK, HOSTILE, LOSS, SERVER, shown


def test_gitlab() -> None:
    again = LOSS._replace(message="a0 is gone for another reason.")
    nowhere = LOSS._replace(path="", line=0, revisions=())
    report = Report((SERVER,), (FORK, EDIT, LOSS, again, nowhere), reason="The rest\nis unknown.")
    issues = json.loads(shown(report, "gitlab"))
    prints = [issue.pop("fingerprint") for issue in issues]
    assert len(set(prints)) == len(issues)
    assert [issue["severity"] for issue in issues] == [
        "critical",
        "minor",
        "critical",
        "critical",
        "critical",
        "blocker",
    ]
    assert issues[0] == {
        "check_name": "multiple-heads",
        "description": f"{FORK.message} ({FORK.why}). More: git alembic explain multiple-heads",
        "severity": "critical",
        "location": {"path": "server/migrations/versions/b2_add_index.py", "lines": {"begin": 12}},
    }
    assert issues[1]["location"] == {"path": "server/migrations/versions/a1.py", "lines": {"begin": 1}}
    assert issues[4]["location"] == {"path": "server/migrations", "lines": {"begin": 1}}
    assert issues[5] == {
        "check_name": "cannot-judge",
        "description": "git-alembic cannot check: The rest\\nis unknown.",
        "severity": "blocker",
        "location": {"path": ".", "lines": {"begin": 1}},
    }


def test_gitlab_fingerprints_follow_the_offense() -> None:
    def prints(*findings: Finding) -> list[str]:
        return [issue["fingerprint"] for issue in json.loads(shown(Report((SERVER,), findings), "gitlab"))]

    assert prints(FORK) == prints(FORK._replace(path="moved.py", line=99, message="…"))
    assert prints(FORK, LOSS) == prints(FORK) + prints(LOSS)


def test_gitlab_of_a_clean_history_is_an_empty_report() -> None:
    assert shown(Report((SERVER,)), "gitlab") == "[]"


def test_gitlab_is_ascii() -> None:
    text = shown(Report((SERVER,), (HOSTILE,)), "gitlab")
    assert text.isascii()
    assert json.loads(text)[0]["location"]["path"] == "versions/x\nversions/y.py:1: fine\x1b[2J\\udcff.py"
