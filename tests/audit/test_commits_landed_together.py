"""Commits of one push: they follow each other within minutes."""

from __future__ import annotations

import pytest

from git_alembic.audit.commits_landed_together import LandedCommits, are_together
from git_alembic.audit.replayed_findings import ReplayedCommit
from git_alembic.findings.finding import Finding
from git_alembic.findings.report import Report
from tests.support.literal_changes import History, change

AB, ABC = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}


@pytest.mark.parametrize(("seconds", "expected"), [(0, True), (599, True), (600, False), (-50, True)])
def test_ten_minutes(seconds: int, expected: bool) -> None:
    assert are_together(1_000, 1_000 + seconds) is expected


def commit(before: History, after: History, time: int, name: str = "db") -> ReplayedCommit:
    return ReplayedCommit("1", time, is_merge=False, name=name, change=change(before, after), report=Report())


def finding(rule: str, *ids: str) -> Finding:
    return Finding(rule, "", 0, ids, "…")


@pytest.mark.parametrize(
    ("found", "time", "name", "expected"),
    [
        (finding("deleted-revision", "c"), 1_599, "db", True),
        (finding("deleted-revision", "c"), 1_600, "db", False),
        (finding("deleted-revision", "c"), 1_599, "other", False),
        (finding("deleted-revision", "b", "c"), 1_599, "db", False),  # b came before
        (finding("deleted-revision", "x"), 1_599, "db", False),
        (finding("changed-revision-id", "c", "b"), 1_599, "db", True),  # only the first id is lost
        (finding("changed-revision-id", "b", "c"), 1_599, "db", False),
        (finding("multiple-heads", "c"), 1_599, "db", False),  # loses nothing
    ],
)
def test_findings_about_revisions_of_the_same_push(found: Finding, time: int, name: str, expected: bool) -> None:
    landed = LandedCommits()
    landed.add(commit({}, AB, 0))
    landed.add(commit(AB, ABC, 1_000))
    landed.add(commit(AB, ABC, 2_000))  # the first time counts
    assert landed.is_of_one_push(commit(ABC, AB, time, name), found) is expected
