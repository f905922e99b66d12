"""Findings as SARIF."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from git_alembic import __version__
from git_alembic.findings.finding import Finding
from git_alembic.findings.report import Report
from git_alembic.report import render
from git_alembic.report.documentation_paths_and_urls import page_address
from tests.support.example_reports import EDIT, FORK, LOSS, SERVER, shown
from tests.support.installations import DOCUMENTATION, installed_from


def test_sarif() -> None:
    odd = LOSS._replace(path="größe: 1%\udcff.py", line=3)
    nowhere = LOSS._replace(rule="model-drift", path="", repairs=(), revisions=())
    document = json.loads(shown(Report((SERVER,), (FORK, EDIT, odd, nowhere)), "sarif"))
    fingerprints = [result.pop("partialFingerprints") for result in document["runs"][0]["results"]]
    assert all(len(print_.pop("gitAlembic/v1")) == 64 and not print_ for print_ in fingerprints)
    assert document == {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "git-alembic",
                        "version": __version__,
                        "rules": [
                            sarif_rule("multiple-heads", "error"),
                            sarif_rule("edited-revision", "warning"),
                            sarif_rule("deleted-revision", "error"),
                            sarif_rule("model-drift", "error"),
                        ],
                    }
                },
                "invocations": [{"executionSuccessful": True, "exitCode": 1}],
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "multiple-heads",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {
                            "text": f"{FORK.message}\n{FORK.why}\n"
                            "To repair: put what you have not published on top of what others have:\n"
                            "  git alembic fix\nOr: add a merge revision:\n"
                            "  (cd server && alembic merge -m 'merge heads' a1 b2) && "
                            "git add server/migrations/versions\n"
                            "To allow it permanently: `# git-alembic: allow[multiple-heads] reason` in "
                            "server/migrations/versions/b2_add_index.py\nMore: git alembic explain multiple-heads"
                        },
                        "locations": sarif_locations("server/migrations/versions/b2_add_index.py", 12),
                    },
                    {
                        "ruleId": "edited-revision",
                        "ruleIndex": 1,
                        "level": "warning",
                        "message": {
                            "text": f"{EDIT.message}\nTo allow it permanently: "
                            f"`# git-alembic: allow[edited-revision] reason` in {EDIT.path}\n"
                            "More: git alembic explain edited-revision"
                        },
                        "locations": sarif_locations("server/migrations/versions/a1.py", 1),
                    },
                    {
                        "ruleId": "deleted-revision",
                        "ruleIndex": 2,
                        "level": "error",
                        "message": {
                            "text": "a0 is gone.\nTo repair: bring it back:\n  git alembic restore a0\n"
                            "More: git alembic explain deleted-revision"
                        },
                        "locations": sarif_locations("gr%C3%B6%C3%9Fe%3A%201%25%FF.py", 3),
                    },
                    {
                        "ruleId": "model-drift",
                        "ruleIndex": 3,
                        "level": "error",
                        "message": {"text": "a0 is gone.\nMore: git alembic explain model-drift"},
                        "locations": sarif_locations("server/migrations", 1),
                    },
                ],
            }
        ],
    }


def sarif_rule(rule: str, level: str) -> dict[str, object]:
    page = (Path(__file__).parents[2] / "docs" / "rules" / f"{rule}.md").read_text(encoding="utf-8")
    address = page_address(rule)
    return {
        "id": rule,
        "shortDescription": {"text": " ".join(page.split("\n\n")[1].split())},
        **({"helpUri": address} if address else {}),
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": level},
    }


def test_sarif_names_the_address_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address comes from the metadata of the installed package. Without metadata, there is none."""
    finding = EDIT._replace(rule="edited-revision")

    def address() -> object:
        text = render(
            Report((), (finding,)), format="sarif", color=False, width=0, verbose=False, quiet=False, command=""
        )
        return json.loads(text)["runs"][0]["tool"]["driver"]["rules"][0].get("helpUri")

    monkeypatch.syspath_prepend(installed_from(tmp_path)["PYTHONPATH"])
    assert address() == f"{DOCUMENTATION}/rules/edited-revision.md"
    monkeypatch.setattr(sys, "path", [])
    assert address() is None


def sarif_locations(uri: str, line: int) -> list[object]:
    return [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": line},
            }
        }
    ]


@pytest.mark.parametrize(
    ("report", "invocation"),
    [
        (Report((SERVER,)), {"executionSuccessful": True, "exitCode": 0}),
        (
            Report(reason="git is not there\udcff."),
            {
                "executionSuccessful": False,
                "exitCode": 2,
                "toolExecutionNotifications": [{"level": "error", "message": {"text": "git is not there\\udcff."}}],
            },
        ),
    ],
)
def test_sarif_without_findings(report: Report, invocation: dict[str, object]) -> None:
    assert json.loads(shown(report, "sarif"))["runs"] == [
        {
            "tool": {"driver": {"name": "git-alembic", "version": __version__, "rules": []}},
            "invocations": [invocation],
            "columnKind": "unicodeCodePoints",
            "results": [],
        }
    ]


def test_sarif_fingerprints_follow_the_offense() -> None:
    def fingerprint(finding: Finding) -> str:
        result = json.loads(shown(Report(findings=(finding,)), "sarif"))["runs"][0]["results"][0]
        return str(result["partialFingerprints"]["gitAlembic/v1"])

    same = (FORK, FORK._replace(path="moved.py", line=99, message="…", revisions=("b2", "a1"), severity="warning"))
    others = (
        FORK._replace(rule="extra-base"),
        FORK._replace(environment="billing"),
        FORK._replace(revisions=("a1",)),
        FORK._replace(revisions=()),
        FORK._replace(revisions=(), path="other\udcff.py"),
        FORK._replace(revisions=("\ud800",)),
    )
    assert len({fingerprint(finding) for finding in same}) == 1
    assert len({fingerprint(finding) for finding in (FORK, *others)}) == 1 + len(others)


def test_sarif_of_a_rule_without_place_or_sentence() -> None:
    run = json.loads(shown(Report(findings=(Finding("new-rule", "", 0, (), "It is new."),)), "sarif"))["runs"][0]
    assert run["tool"]["driver"]["rules"][0] == {
        "id": "new-rule",
        "shortDescription": {"text": "New rule."},
        "defaultConfiguration": {"level": "error"},
    }
    assert list(run["results"][0]) == ["ruleId", "ruleIndex", "level", "message", "partialFingerprints"]
