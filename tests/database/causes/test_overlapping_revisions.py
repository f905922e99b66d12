"""`overlapping-revisions`: which rows are too many, and which stay."""

from __future__ import annotations

import pytest

from git_alembic.database.causes.overlapping_revisions import find
from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.findings.finding import Command
from tests.support.whole_diagnoses import FORK, facts

ANCESTOR_OF = "'{0}' (create table_{0}) is an ancestor of {1}"
PURGE = ("alembic", "stamp", "--purge")


def test_the_whole_cause() -> None:
    assert list(find(facts(("c", "a")))) == [
        Cause(
            "overlapping-revisions",
            "the version table has 1 row too many: 'a' is an ancestor of another revision in the table",
            (
                "alembic_version holds 'c' and 'a'",
                "'a' (create table_a) is an ancestor of 'c'",
                'Alembic fails with "overlaps with other requested revisions" until the extra row is removed',
            ),
            ("c", "a"),
            (CauseRepair("keep only the row 'c'", (Command((*PURGE, "c")),), Effect(("c",), ("c",))),),
        )
    ]


def test_several_rows_on_both_sides() -> None:
    (cause,) = find(facts(("a", "b", "c", "d"), FORK))
    assert cause.message == (
        "the version table has 2 rows too many: 'a' and 'b' are ancestors of another revision in the table"
    )
    assert cause.evidence[1:3] == (ANCESTOR_OF.format("a", "'c' and 'd'"), ANCESTOR_OF.format("b", "'c' and 'd'"))
    assert cause.evidence[3].endswith("until the extra rows are removed")
    (repair,) = cause.repairs
    assert (repair.title, repair.commands) == ("keep only the rows 'c' and 'd'", (Command((*PURGE, "c", "d")),))


@pytest.mark.parametrize("rows", [(), ("b",), ("c", "d"), ("c", "x")])
def test_rows_side_by_side(rows: tuple[str, ...]) -> None:
    assert list(find(facts(rows, FORK))) == []
