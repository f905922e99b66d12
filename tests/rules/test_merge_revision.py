"""merge-revision: there is a new merge revision; off by default."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Finding, Repair
from git_alembic.history.change import Change
from git_alembic.rules.advice import FIX
from git_alembic.rules.evaluation import apply_rules
from git_alembic.rules.merge_revision import SLUG, WHY, find
from git_alembic.rules.policy import make_policy
from tests.support.literal_changes import assert_override_allows, change, merge, revision

FORK = {"a": "", "b": "a", "c": "a"}
MERGED = {**FORK, "m": "b c"}
FINDING = Finding(
    SLUG,
    "versions/m.py",
    4,
    ("m",),
    "'m' merges 'b' and 'c'",
    WHY,
    (Repair("delete the file, then put one line on top of the other", (FIX,)),),
)
FIRES = {
    "a new merge revision": (change(FORK, MERGED), FINDING),
    "no baseline": (change(None, MERGED), FINDING),
    "an old revision that now merges": (change({**FORK, "m": "b"}, MERGED), FINDING),
    "a merge brings it from an unpublished side": (
        merge(FORK, FORK, MERGED, MERGED, other_is_published=False),
        FINDING,
    ),
}
SILENT = {
    "a line": change({"a": ""}, {"a": "", "b": "a"}),
    "the same parent twice": change({"a": ""}, {"a": "", "b": "a a"}),
    "the baseline has it": change(MERGED, {**MERGED, "d": "m"}),
    "a merge of a published side that had it": merge(FORK, FORK, MERGED, MERGED, other_is_published=True),
    "a dependency is no parent": change({"a": ""}, {"a": "", "b": revision("b", "a", depends=("a",))}),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_it_is_off_unless_configured() -> None:
    assert apply_rules([change(FORK, MERGED)], make_policy({})).findings == ()


def test_an_override_allows_it() -> None:
    assert_override_allows(change(FORK, MERGED), SLUG)
