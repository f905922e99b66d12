"""A replayed history as lines of JSON."""

from __future__ import annotations

import json
from typing import Any

from git_alembic.audit.folder_moves import EnvironmentPath
from git_alembic.audit.replay import ReplayedStep
from git_alembic.config.settings import Settings
from git_alembic.findings.report import Report
from git_alembic.history.snapshot_and_change import Change
from git_alembic.report.audit.json import JsonLines
from tests.support.literal_changes import change, report_of, revision

AB, FORK = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}


def step(made: Change, time: int = 0, *, is_on_mainline: bool = True) -> ReplayedStep:
    return ReplayedStep("2", ("1",), time, is_on_mainline, (made,), (EnvironmentPath("db", "db"),), Settings())


def lines(found: JsonLines, made: ReplayedStep, *reports: Report) -> list[dict[str, Any]]:
    return [json.loads(line) for line in found.lines(made, reports)]


def side(**values: object) -> dict[str, object]:
    nothing: dict[str, object] = {
        "revisions": 2, "heads": ["b"], "effective_heads": [], "bases": ["a"], "missing_parents": [], "duplicates": [],
        "cycles": [],
    }  # fmt: skip
    return {**nothing, **values}


def test_a_whole_line() -> None:
    made = change(AB, {**FORK, "c": revision("c", "a", depends=("b",)), "2": revision("b", "a", path="2.py")})
    (line,) = lines(JsonLines(), step(made), report_of(made, "multiple-heads"))
    (finding,) = line.pop("findings")
    assert line == {
        "commit": "2",
        "parents": ["1"],
        "environment": "alembic.ini",
        "script_location": "db",
        "versions": ["versions"],
        "before": side(),
        "after": side(revisions=3, heads=["b", "c"], effective_heads=["b"], duplicates=["b"]),
        "verdict": "findings",
    }
    assert (finding["rule"], finding["revisions"], finding["landed_together"]) == ("multiple-heads", ["b", "c"], False)


def test_a_commit_that_could_not_be_checked() -> None:
    failed = ReplayedStep("2", ("1",), 0, True, (), (), Settings(), "no configuration")
    assert lines(JsonLines(), failed) == [
        {
            "commit": "2",
            "parents": ["1"],
            "environment": "",
            "verdict": "cannot-judge",
            "reason": "no configuration",
            "findings": [],
        }
    ]


def landed_together(*, is_on_mainline: bool, minutes: int) -> bool:
    """Add c, and then delete it."""
    found = JsonLines()
    added, gone = change(AB, {**AB, "c": "b"}), change({**AB, "c": "b"}, AB)
    lines(found, step(added, is_on_mainline=is_on_mainline), Report())
    made = step(gone, 60 * minutes, is_on_mainline=True)
    (line,) = lines(found, made, report_of(gone, "deleted-revision"))
    together: bool = line["findings"][0]["landed_together"]
    return together


def test_findings_about_revisions_of_the_same_push() -> None:
    assert landed_together(is_on_mainline=True, minutes=9)
    assert not landed_together(is_on_mainline=True, minutes=10)
    assert not landed_together(is_on_mainline=False, minutes=9)
