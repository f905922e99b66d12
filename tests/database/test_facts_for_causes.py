"""What a cause asks about a database: its rows, what it has not run, the commands in the project's form, its schema."""

from __future__ import annotations

import pytest

from git_alembic.database.diagnosis import CauseRepair, Effect
from git_alembic.database.facts_for_causes import (
    NO_COMMON_TABLES,
    STAMP_LATER,
    SchemaMatch,
    describe_match,
    describe_revision,
)
from git_alembic.findings.finding import Command
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision
from tests.support.whole_diagnoses import FLASK, FORK, LINE, facts, revision

FAILED = "comparing the schema with the revisions failed: no such module: fts5"
STOPPED = "compared only up to the last revision that ran on a scratch database: no such table: user"
MATCHES_NONE = "the database's schema does not match any revision in this checkout"
INCOMPLETE = "the database's schema could not be compared with all revisions in this checkout"
BASIS = "by building the schema at 3 of 3 revisions"


@pytest.mark.parametrize(
    ("match", "lines"),
    [
        pytest.param(None, [], id="no search"),
        pytest.param(SchemaMatch(), [MATCHES_NONE], id="none"),
        pytest.param(SchemaMatch(doubt=NO_COMMON_TABLES), [f"{MATCHES_NONE}: {NO_COMMON_TABLES}"], id="other tables"),
        pytest.param(SchemaMatch(doubt=FAILED), [INCOMPLETE, FAILED], id="a failed search"),
        pytest.param(SchemaMatch(doubt=STOPPED), [INCOMPLETE, STOPPED], id="a search that stopped early"),
        pytest.param(
            SchemaMatch(("b", "c"), is_exact=True, alike=("d",), basis=BASIS, doubt=STOPPED),
            [f"the schema matches 'b' and 'c', as determined {BASIS}"],
            id="a match",
        ),
        pytest.param(
            SchemaMatch(("b",), differences=("1", "2", "3", "4", "5"), basis=BASIS),
            [f"the schema is closest to the schema at 'b', as determined {BASIS}", "1", "2", "3", "4", STAMP_LATER],
            id="differences",
        ),
    ],
)
def test_a_match_in_words(match: SchemaMatch | None, lines: list[str]) -> None:
    assert describe_match(match) == lines


def test_a_search_that_failed_or_stopped_is_incomplete() -> None:
    doubts = ("", NO_COMMON_TABLES, FAILED, STOPPED)
    assert [SchemaMatch(doubt=doubt).is_incomplete for doubt in doubts] == [False, False, True, True]


@pytest.mark.parametrize(
    ("rows", "history", "unknown", "ancestors", "pending"),
    [
        pytest.param((), LINE, (), (), ("a", "b", "c"), id="no rows"),
        pytest.param(("b",), LINE, (), (), ("c",), id="one row"),
        pytest.param(("c", None, "a", "c"), LINE, (), ("a",), (), id="twice, NULL, and an ancestor"),
        pytest.param(("x", "b"), LINE, ("x",), (), ("c",), id="an unknown row"),
        pytest.param(("c",), FORK, (), (), ("d",), id="one side of a fork"),
        pytest.param(("c", "d"), FORK, (), (), (), id="both sides of a fork"),
    ],
)
def test_rows(
    rows: tuple[str | None, ...],
    history: tuple[Revision, ...],
    unknown: tuple[str, ...],
    ancestors: tuple[str, ...],
    pending: tuple[str, ...],
) -> None:
    found = facts(rows, history)
    assert (found.unknown_rows, found.ancestor_rows, found.pending) == (unknown, ancestors, pending)
    assert (found.rows, found.has_null) == (tuple(dict.fromkeys(row for row in rows if row)), None in rows)


@pytest.mark.parametrize(
    ("rows", "tables", "history", "expected"),
    [
        (None, ("users",), LINE, True),
        ((), ("users",), LINE, True),
        ((None,), ("users",), LINE, True),
        (("a",), ("users",), LINE, False),
        (None, (), LINE, False),
        (None, ("spatial_ref_sys",), LINE, False),
        (None, ("users",), (), False),
    ],
)
def test_tables_that_no_row_explains(
    rows: tuple[str | None, ...] | None, tables: tuple[str, ...], history: tuple[Revision, ...], expected: bool
) -> None:
    assert facts(rows, history, tables=tables).has_unrecorded_tables is expected


ALEMBIC, SEVERAL = facts(("b",)), facts(("b",), FORK)
FLASK_DB = facts(("b",), FORK, environment=FLASK)


def test_commands_of_the_project() -> None:
    assert ALEMBIC.upgrade() == Command(("alembic", "upgrade", "head"))
    assert SEVERAL.upgrade() == Command(("alembic", "upgrade", "heads"))
    assert FLASK_DB.upgrade() == Command(("flask", "db", "upgrade", "heads"), "web")
    assert ALEMBIC.upgrade_from(["b"]) == (ALEMBIC.upgrade(),)
    assert ALEMBIC.upgrade_from(["c"]) == ()


def test_flask_migrate_stamps_one_revision_at_a_time() -> None:
    assert SEVERAL.stamp(("c", "d"), purge=True) == [Command(("alembic", "stamp", "--purge", "c", "d"))]
    assert FLASK_DB.stamp(("c",), purge=False) == [Command(("flask", "db", "stamp", "c"), "web")]
    assert FLASK_DB.stamp(("c", "d"), purge=True) == [
        Command(("flask", "db", "stamp", "--purge", "c"), "web"),
        Command(("flask", "db", "stamp", "d"), "web"),
    ]


def test_a_stamp_is_followed_by_the_upgrade_that_is_left() -> None:
    assert ALEMBIC.stamp_repair(["b"]) == CauseRepair(
        "stamp 'b', then upgrade",
        (Command(("alembic", "stamp", "b")), Command(("alembic", "upgrade", "head"))),
        Effect(("b",), ("c",)),
    )
    assert ALEMBIC.stamp_repair(["c"], purge=True, title="replace it") == CauseRepair(
        "replace it", (Command(("alembic", "stamp", "--purge", "c")),), Effect(("c",), ("c",))
    )


def test_revisions_in_words() -> None:
    graph = RevisionGraph((revision("a", message="create users"), Revision("b.py", "", "b", ("a",))))
    assert [describe_revision(graph, id_) for id_ in "abx"] == ["'a' (create users)", "'b'", "'x'"]
    assert facts((), origins={"b": "by Ada on 2026-03-04"}).describe_with_origin("b") == (
        "'b' (create table_b), by Ada on 2026-03-04"
    )
    assert facts((), origins={}).describe_with_origin("b") == "'b' (create table_b)"
