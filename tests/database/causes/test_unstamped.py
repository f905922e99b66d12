"""`unstamped` and `empty-version-table`: tables that no row explains, and NULL."""

from __future__ import annotations

from typing import Literal

import pytest

from git_alembic.database.causes.unstamped import find
from git_alembic.database.diagnosis import Cause, CauseName, CauseRepair, Effect
from git_alembic.database.facts_for_causes import NO_COMMON_TABLES, STAMP_LATER, SchemaMatch
from git_alembic.findings.finding import Command
from tests.support.whole_diagnoses import LINE, MATCH, facts

Severity = Literal["error", "cannot-judge"]
TABLES = ("t1", "t2", "t3", "t4", "t5")
MISSING = "the version table alembic_version does not exist"
EMPTY = "the version table alembic_version is empty"
NULL = "the version table alembic_version holds NULL, which Alembic never writes"
FIRST, UNKNOWN = "Alembic would begin with the first revision", "the revision of the database is unknown"
UPGRADE = Command(("alembic", "upgrade", "head"))


def of(*words: str) -> Command:
    return Command(("alembic", "stamp", *words))


@pytest.mark.parametrize(
    ("rows", "slug", "message", "severity"),
    [
        (None, "unstamped", f"{MISSING}, so {FIRST}", "error"),
        ((), "empty-version-table", f"{EMPTY}, so {FIRST}", "error"),
        ((None,), "empty-version-table", f"{NULL}, so {UNKNOWN}", "cannot-judge"),
    ],
)
def test_tables_without_a_revision(
    rows: tuple[None, ...] | None, slug: CauseName, message: str, severity: Severity
) -> None:
    purge = ("--purge",) if rows else ()
    table = message.partition(", so")[0]
    assert list(find(facts(rows, tables=TABLES[:2], match=MATCH))) == [
        Cause(
            slug,
            f"{message}; the schema matches 'b' (create table_b)",
            (
                f"the database has 2 tables (t1, t2), and {table}",
                "the match was checked by building the schema at 3 of 3 revisions on a scratch database",
            ),
            ("b",),
            (CauseRepair("stamp 'b', then upgrade", (of(*purge, "b"), UPGRADE), Effect(("b",), ("c",))),),
            severity,
        )
    ]


@pytest.mark.parametrize(
    ("match", "clause", "evidence"),
    [
        pytest.param(None, "matches no revision", (), id="no search"),
        pytest.param(SchemaMatch(), "matches no revision", (), id="none"),
        pytest.param(
            SchemaMatch(doubt=NO_COMMON_TABLES), "matches no revision", (NO_COMMON_TABLES,), id="other tables"
        ),
        pytest.param(
            SchemaMatch(doubt="it failed"), "could not be compared with all revisions", ("it failed",), id="a failure"
        ),
        pytest.param(
            SchemaMatch(("b",), differences=("the table x",), doubt="stopped early"),
            "matches no revision; the closest is 'b'", ("stopped early", "the table x", STAMP_LATER), id="the closest",
        ),
        pytest.param(
            SchemaMatch(("b",), differences=tuple("0123456789")), "matches no revision; the closest is 'b'",
            (*"0123456789", STAMP_LATER), id="ten differences",
        ),
        pytest.param(
            SchemaMatch(("b",), differences=tuple("0123456789x")), "matches no revision; the closest is 'b'",
            (*"0123456789", "… and 1 more", STAMP_LATER), id="eleven differences",
        ),
    ],
)  # fmt: skip
def test_without_a_match_nothing_is_stamped(match: SchemaMatch | None, clause: str, evidence: tuple[str, ...]) -> None:
    (cause,) = find(facts(None, tables=("users",), match=match))
    assert cause.message == f"{MISSING}, so {FIRST}; the schema {clause}"
    assert cause.evidence == (f"the database has 1 table (users), and {MISSING}", *evidence)
    assert (cause.repairs, cause.revisions) == ((), match.revisions if match else ())


def test_several_revisions_with_the_same_schema() -> None:
    match = SchemaMatch(("a", "b"), is_exact=True, alike=("c",))
    (cause,) = find(facts((), tables=("users",), match=match))
    assert cause.message.endswith("; the schema matches 'a' (create table_a), 'b' (create table_b)")
    assert cause.evidence[1:] == ("'c' has the same schema: the revisions after it don't change any tables",)


def test_a_long_list_of_tables() -> None:
    (five,), (six,) = (find(facts(None, tables=tables)) for tables in (TABLES, (*TABLES, "t6")))
    assert five.evidence == (f"the database has 5 tables (t1, t2, t3, t4, t5), and {MISSING}",)
    assert six.evidence == (f"the database has 6 tables (t1, t2, t3, t4, t5, …), and {MISSING}",)


LOOK = ("look at the rows of alembic_version",)
BESIDE = "the version table alembic_version holds NULL as well as {}; Alembic never writes NULL, so " + UNKNOWN


@pytest.mark.parametrize(
    ("rows", "message", "repair"),
    [
        (
            (None, "b"), BESIDE.format("'b'"),
            CauseRepair("remove the NULL row, then upgrade", (of("--purge", "b"), UPGRADE), Effect(("b",), ("c",))),
        ),
        (
            ("c", None), BESIDE.format("'c'"),
            CauseRepair("remove the NULL row", (of("--purge", "c"),), Effect(("c",), ("c",))),
        ),
        (
            (None,), f"{NULL}, so {UNKNOWN}",
            CauseRepair(
                "remove the NULL row, then upgrade (the database has no tables, so no revision was applied)",
                (of("--purge", "base"), UPGRADE), Effect((), ("c",)),
            ),
        ),
        ((None, "x"), BESIDE.format("'x'"), None),
    ],
)  # fmt: skip
def test_a_row_with_null(rows: tuple[str | None, ...], message: str, repair: CauseRepair | None) -> None:
    known = tuple(row for row in rows if row)
    assert list(find(facts(rows))) == [
        Cause("empty-version-table", message, LOOK, known, (repair,) if repair else (), "cannot-judge")
    ]


def test_no_cause() -> None:
    assert list(find(facts(("b",), tables=("users",)))) == []
    assert list(find(facts(None, LINE))) == []
    assert list(find(facts(None, (), tables=("users",)))) == []
    assert list(find(facts((None,), ()))) == []
