"""Findings as JSON."""

from __future__ import annotations

import json

from git_alembic.findings.report import Report
from tests.support.example_reports import EDIT, FORK, HOSTILE, SERVER, shown


def test_json() -> None:
    text = shown(Report((SERVER,), (FORK, EDIT)), "json", color=True, quiet=True, verbose=True)
    assert json.loads(text) == {
        "version": 1,
        "verdict": "findings",
        "reason": None,
        "environments": [
            {
                "name": "alembic.ini",
                "script_location": "server/migrations",
                "heads": ["a1", "b2"],
                "bases": ["a0"],
                "revisions": 3,
            }
        ],
        "findings": [
            {
                "rule": "multiple-heads",
                "severity": "error",
                "environment": "alembic.ini",
                "path": "server/migrations/versions/b2_add_index.py",
                "line": 12,
                "revisions": ["a1", "b2"],
                "message": FORK.message,
                "details": [],
                "why": FORK.why,
                "fixes": [
                    {
                        "command": ["git", "alembic", "fix"],
                        "cwd": ".",
                        "note": "put what you have not published on top of what others have",
                        "alternative": 0,
                    },
                    {
                        "command": ["alembic", "merge", "-m", "merge heads", "a1", "b2"],
                        "cwd": "server",
                        "note": "add a merge revision",
                        "alternative": 1,
                    },
                    {"command": ["git", "add", "server/migrations/versions"], "cwd": ".", "note": "", "alternative": 1},
                ],
                "consequences": [],
            },
            {
                "rule": "edited-revision",
                "severity": "warning",
                "environment": "alembic.ini",
                "path": "server/migrations/versions/a1.py",
                "line": None,
                "revisions": ["a1"],
                "message": "The code of a1 differs from what origin/main has.",
                "details": [],
                "why": "",
                "fixes": [],
                "consequences": [],
            },
        ],
    }


def test_json_keys_are_in_order() -> None:
    document = json.loads(shown(Report((SERVER,), (FORK,)), "json"))
    assert [list(document), list(document["environments"][0]), list(document["findings"][0])] == [
        ["version", "verdict", "reason", "environments", "findings"],
        ["name", "script_location", "heads", "bases", "revisions"],
        [
            "rule",
            "severity",
            "environment",
            "path",
            "line",
            "revisions",
            "message",
            "details",
            "why",
            "fixes",
            "consequences",
        ],
    ]


def test_json_of_an_empty_report() -> None:
    assert (
        shown(Report(reason="git is not there."), "json")
        == """\
{
  "version": 1,
  "verdict": "cannot-judge",
  "reason": "git is not there.",
  "environments": [],
  "findings": []
}"""
    )


def test_json_is_ascii_and_free_of_lone_surrogates() -> None:
    text = shown(Report((SERVER,), (HOSTILE, FORK)), "json")
    assert text.isascii()
    paths = [finding["path"] for finding in json.loads(text)["findings"]]
    assert paths == ["versions/x\nversions/y.py:1: fine\x1b[2J\\udcff.py", FORK.path]
    json.dumps(json.loads(text), ensure_ascii=False).encode()
