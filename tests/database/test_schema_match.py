"""Sentences on the revision whose schema a database has."""

from __future__ import annotations

import pytest

from git_alembic.database.schema_match import NO_COMMON_TABLES, STAMP_LATER, SchemaMatch, describe_match

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
