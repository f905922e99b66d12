"""extra-base: there is a second base without a branch label."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Finding
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.extra_base import BY_HAND, SLUG, WHY, find
from tests.support.literal_changes import ENVIRONMENT, assert_override_allows, change, merge, revision

A, TWO = {"a": ""}, {"a": "", "b": ""}


def finding(base: str, others: str) -> Finding:
    message = f"'{base}' has no `down_revision`, but the history already starts at {others}"
    return Finding(SLUG, f"versions/{base}.py", 4, (base,), message, WHY)


def fork(found: Finding) -> tuple[list[str], tuple[str, ...]]:
    """Return the titles of a finding's repairs and the heads in its drawing."""
    return [repair.title for repair in found.repairs], found.fork.heads if found.fork else ()


def plain(found: Finding) -> Finding:
    return found._replace(repairs=(), fork=None)


TEN = {str(digit): "" for digit in range(10)}
FIRES = {
    "a new base": (change(A, TWO), finding("b", "'a'")),
    "no baseline: all but the first": (change(None, TWO), finding("b", "'a'")),
    "an empty baseline": (change({}, TWO), finding("b", "'a'")),
    "a new base that a merge revision joins": (change(A, {**TWO, "m": "a b"}), finding("b", "'a'")),
    "a revision that lost its parent": (
        change({"a": "", "b": "a", "c": "b"}, {"a": "", "b": "", "c": "b"}),
        finding("b", "'a'"),
    ),
    "a third base": (change(TWO, {**TWO, "c": ""}), finding("c", "'a' and 'b'")),
    "as many bases as a message names": (
        change(TEN, {**TEN, "b": ""}),
        finding("b", "'0', '1', '2', '3', '4', '5', '6', '7', '8' and '9'"),
    ),
    "more bases than a message names": (change({**TEN, **A}, {**TEN, **TWO}), finding("b", "11 other bases")),
    "a new base before the old by name": (change({"b": ""}, TWO), finding("a", "'b'")),
    "the first of two new ones has a label": (
        change(None, {"a": revision("a", labels=("shop",)), "b": ""}),
        finding("b", "'a'"),
    ),
    "a merge brings it from an unpublished side": (
        merge(A, A, TWO, {**TWO, "m": "a b"}, other_is_published=False),
        finding("b", "'a'"),
    ),
}
SILENT = {
    "one base": change(A, {**A, "b": "a"}),
    "the first base": change({}, A),
    "a labeled base": change(A, {**A, "b": revision("b", labels=("shop",))}),
    "the baseline has as many": change(TWO, {**TWO, "c": "a"}),
    "a baseline with more": change({**TWO, "c": ""}, {"a": "", "d": ""}),
    "another base instead": change(TWO, {"a": "", "c": ""}),
    "an old history whose lines were joined, without a baseline": change(None, {**TWO, "m": "a b"}),
    "as many heads as allowed, without a baseline": change(None, TWO, heads_allowed=2),
    "a merge of a published side that had it": merge(A, A, TWO, {**TWO, "m": "a b"}, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert [plain(found) for found in find(made)] == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


FORKS = {
    "it makes a head": (change(A, TWO), (["put 'b' on top of 'a'", BY_HAND.title], ("a", "b"))),
    "its line makes a head": (change(A, {**TWO, "c": "b"}), (["put 'b' on top of 'a'", BY_HAND.title], ("a", "c"))),
    "a tree without a configuration": (
        change(A, TWO, environment=ENVIRONMENT._replace(config=None)),
        (["put 'b' on top of 'a'", BY_HAND.title], ("a", "b")),
    ),
    "a merge revision joins it": (change(A, {**TWO, "m": "a b"}), ([BY_HAND.title], ())),
    "a merge revision joins it beside a head": (
        change({**A, "c": "a"}, {**TWO, "c": "a b", "d": "a"}),
        ([BY_HAND.title], ("c", "d")),
    ),
    "both lines are published": (change(None, TWO, published=TWO), (["add a merge revision"], ("a", "b"))),
    "two heads are allowed": (change(A, TWO, heads_allowed=2), ([BY_HAND.title], ())),
}


@pytest.mark.parametrize(("made", "expected"), FORKS.values(), ids=FORKS)
def test_the_fork_that_it_makes_is_drawn_and_repaired(
    made: Change, expected: tuple[list[str], tuple[str, ...]]
) -> None:
    assert [fork(found) for found in find(made)] == [expected]


def test_each_new_base_is_a_finding_of_its_own() -> None:
    assert [found.revisions for found in find(change(A, {**TWO, "c": ""}))] == [("b",), ("c",)]


def test_an_override_allows_it() -> None:
    assert_override_allows(change(A, TWO), SLUG)
