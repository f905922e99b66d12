"""How an offense ended, in words."""

from __future__ import annotations

import pytest

from git_alembic.audit.incident_endings import ending_of, offense_of
from git_alembic.audit.incident_kinds import Offense
from git_alembic.findings.finding import Finding
from tests.support.literal_changes import History, change

AB, ABC, FORK = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}, {"a": "", "b": "a", "c": "a"}


@pytest.mark.parametrize(
    ("after", "how"),
    [
        ({**FORK, "m": "b c", "d": "m"}, "merge revision m"),
        ({**FORK, "m": "b c", "n": "m", "o": "m n"}, "merge revision m"),
        (ABC, "c re-parented"),
        ({"a": "c", "b": "a", "c": ""}, "2 revisions re-parented"),
        ({**AB, "d": "b"}, "new id d"),
        ({**AB, "d": "b", "e": "d"}, "new id 2 revisions"),
        (AB, "c deleted"),
        ({"a": ""}, "2 revisions deleted"),
        ({}, "environment removed"),
    ],
)
def test_a_fork(after: History, how: str) -> None:
    assert ending_of(change(FORK, after), "multiple-heads") == how


@pytest.mark.parametrize(
    ("rule", "how"),
    [
        ("deleted-revision", "brought back"),
        ("changed-revision-id", "taken back"),
        ("changed-down-revision", "taken back"),
        ("missing-parent", "repaired"),
    ],
)
def test_other_offenses(rule: str, how: str) -> None:
    assert ending_of(change(FORK, ABC), rule) == how
    assert ending_of(change(FORK, {}), rule) == "environment removed"


def test_an_offense_knows_the_earlier_parents() -> None:
    made = change({**AB, "m": "a b"}, {**AB, "m": "b"})
    found = offense_of(Finding("changed-down-revision", "versions/m.py", 4, ("m",), "…"), made)
    assert found == Offense("changed-down-revision", ("m",), "versions/m.py", frozenset({"a", "b"}))
    assert offense_of(Finding("deleted-revision", "", 0, ("x",), "…"), made).down == frozenset()
    assert offense_of(Finding("unreadable-revision", "x.py", 1, (), "…"), made) == Offense(
        "unreadable-revision", (), "x.py"
    )
