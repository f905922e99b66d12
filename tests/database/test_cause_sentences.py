"""Sentences of causes that depend on how a search ended, or on where git has a lost revision."""

from __future__ import annotations

import pytest

from git_alembic.database.causes import find_causes
from git_alembic.database.schema_match import NO_COMMON_TABLES, SchemaMatch, describe_match
from git_alembic.lost_revisions.search import FileVersion
from tests.support.literal_changes import revision
from tests.support.whole_diagnoses import X, facts, lost

FAILED = "comparing the schema with the revisions failed: no such module: fts5"
STOPPED = "compared only up to the last revision that ran on a scratch database: no such table: user"
MATCHES_NONE = "the database's schema does not match any revision in this checkout"
INCOMPLETE = "the database's schema could not be compared with all revisions in this checkout"


@pytest.mark.parametrize(
    ("doubt", "expected"),
    [
        ("", [MATCHES_NONE]),
        (NO_COMMON_TABLES, [f"{MATCHES_NONE}: {NO_COMMON_TABLES}"]),
        (FAILED, [INCOMPLETE, FAILED]),
        (STOPPED, [INCOMPLETE, STOPPED]),
    ],
)
def test_a_failed_search_does_not_claim_that_no_revision_matches(doubt: str, expected: list[str]) -> None:
    match = SchemaMatch(doubt=doubt)
    assert describe_match(match) == expected
    (cause,) = find_causes(facts(None, tables=("users",), match=match))
    end = "could not be compared with all revisions" if expected[0] == INCOMPLETE else "matches no revision"
    assert cause.message.endswith(f"; the schema {end}")


@pytest.mark.parametrize(
    ("how", "now", "fate"),
    [
        ("", "", "is not in this checkout"),
        ("deleted", "", "was deleted"),
        ("re-identified", "c", "now has a different id"),
        ("renamed", "old/x.py", "was moved out of the version folder"),
        ("renamed", "versions/new.py", "was moved"),
    ],
)
def test_the_fate_of_a_lost_revision(how: str, now: str, fate: str) -> None:
    (cause, *_) = find_causes(facts(("x",), lost_ancestors={"x": lost(X, how=how, now=now)}))
    assert cause.message == f"the database is at 'x', whose file {fate}"


@pytest.mark.parametrize(
    ("refs", "words"),
    [
        (("main",), "on main"),
        (("a", "b", "c"), "on a, b, c"),
        (("a", "b", "c", "d", "e"), "on a, b, c and 2 more"),
        (("stash@{0}",), "in stash@{0}"),
    ],
)
def test_refs_in_words(refs: tuple[str, ...], words: str) -> None:
    assert FileVersion("ref", revision("x"), "100644", refs=refs).refs_in_words == words
