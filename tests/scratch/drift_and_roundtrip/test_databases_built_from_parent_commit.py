"""Which parent of a literal change is the baseline, and its heads."""

from __future__ import annotations

import pytest

from git_alembic.scratch.drift_and_roundtrip.databases_built_from_parent_commit import find_baseline
from tests.support.literal_changes import History, change, merge

A, AB, ABC = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}
FORK = {**AB, "c": "a"}


@pytest.mark.parametrize(
    ("before", "after", "heads"),
    [
        (AB, ABC, ("b",)),
        (AB, AB, ("b",)),
        (AB, {**ABC, "d": "a"}, ("b",)),
        ({}, A, None),
        (AB, {"a": "", "c": "a"}, None),  # the head is gone
        (AB, {"a": "", "n": "a", "b": "n"}, None),  # a new revision is below the head
        (FORK, {**FORK, "m": "b c"}, ("b", "c")),
        (FORK, {**AB, "c": "b"}, ("c",)),  # one head now comes after the other
    ],
)
def test_one_parent(before: History, after: History, heads: tuple[str, ...] | None) -> None:
    made = change(before, after)
    found = find_baseline(made, ["commit"])
    assert (found and (found.commit, found.snapshot, found.heads)) == (heads and ("commit", made.baselines[0], heads))


def test_the_first_parent_of_a_merge_that_fits() -> None:
    base, first, other = A, AB, {"a": "", "c": "a"}
    both = merge(base, first, other, {**AB, "c": "b"}, other_is_published=True)
    parents = ["first", "other"]
    found = find_baseline(both, parents)
    assert found
    assert (found.commit, found.heads) == ("first", ("b",))
    under = find_baseline(merge(base, first, other, {"a": "", "c": "a", "b": "c"}, other_is_published=True), parents)
    assert under
    assert (under.commit, under.heads) == ("other", ("c",))


def test_no_parent() -> None:
    assert find_baseline(change(None, A), []) is None
