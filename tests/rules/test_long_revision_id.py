"""long-revision-id: a new revision id is longer than the column that holds it."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Finding, Repair
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.long_revision_id import SLUG, WHY, find
from tests.support.literal_changes import assert_override_allows, change, merge, revision

A, LONG, FITS = {"a": ""}, "b" * 33, "b" * 32
WITH = {"a": "", LONG: "a"}
FINDING = Finding(
    SLUG,
    f"versions/{LONG}.py",
    3,
    (LONG,),
    f"revision id '{LONG}' has 33 characters; alembic_version can store only 32",
    WHY,
    (Repair("use a shorter id, in this file and in the `down_revision` of the files that refer to it"),),
)
FIRES = {
    "a new id": (change(A, WITH), FINDING),
    "no baseline": (change(None, WITH), FINDING),
    "an old file with a new id": (change({"a": "", "b": "a"}, WITH), FINDING),
    "a merge brings it from an unpublished side": (merge(A, A, WITH, WITH, other_is_published=False), FINDING),
}
SILENT = {
    "an id that just fits": change(A, {"a": "", FITS: "a"}),
    "the baseline has a long one": change({"a": "", "x" * 33: "a"}, {**WITH, "x" * 33: "a"}),
    "the baseline has this one": change(WITH, {**WITH, "c": LONG}),
    "the project widens the column": change(A, WITH, widens_version_table=True),
    "a merge of a published side that had it": merge(A, A, WITH, WITH, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_a_baseline_whose_longest_id_just_fits_excuses_nothing() -> None:
    assert list(find(change({"a": "", "x" * 32: "a"}, {"a": "", "x" * 32: "a", LONG: revision(LONG, "a")})))


def test_an_override_allows_it() -> None:
    assert_override_allows(change(A, WITH), SLUG)
