"""merge-revision: there is a new merge revision; off by default."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.snapshot_and_change import Change
from git_alembic.policy.rule_application import apply_rules
from git_alembic.policy.severity_policy import make_policy
from git_alembic.rules.merge_revision import SLUG, WHY, find
from tests.support.literal_changes import assert_override_allows, change, merge, revision

FORK = {"a": "", "b": "a", "c": "a"}
MERGED = {**FORK, "m": "b c"}
BY_HAND = Repair("if one of the branches is unpublished, re-parent it onto the other, and delete this file")


def delete(move: str) -> Repair:
    title = f"delete the file, and put {move}"
    return Repair(title, (Command(("git", "rm", "-q", "-f", "versions/m.py")), RUN_FIX))


def finding(repair: Repair = BY_HAND) -> Finding:
    return Finding(SLUG, "versions/m.py", 4, ("m",), "'m' merges 'b' and 'c'", WHY, (repair,))


UNDO = Repair("revert the change", (Command(("git", "checkout", "HEAD", "--", "versions/m.py")),))
FIRES = {
    "both branches are published": (change(FORK, MERGED), finding()),
    "a new branch": (change({"a": "", "b": "a"}, MERGED), finding(delete("'c' on top of 'b'"))),
    "a new branch that sorts after the merge revision": (
        change({"a": "", "b": "a"}, {"a": "", "b": "a", "z": "a", "m": "b z"}),
        finding(delete("'z' on top of 'b'"))._replace(message="'m' merges 'b' and 'z'"),
    ),
    "two new branches": (change({"a": ""}, MERGED), finding(delete("'c' on top of 'b'"))),
    "no baseline": (change(None, MERGED, published={"a": "", "c": "a"}), finding(delete("'b' on top of 'c'"))),
    "something comes after it": (
        change({"a": "", "b": "a"}, {**MERGED, "d": "m"}),
        finding(),
    ),
    "one of the parents is no head": (change({"a": "", "b": "a"}, {**MERGED, "d": "b"}), finding()),
    "a parent is missing": (change({"a": "", "b": "a"}, {**MERGED, "d": "x"}), finding()),
    "an old revision that now merges": (change({**FORK, "m": "b"}, MERGED), finding(UNDO)),
    "a merge brings it from an unpublished side": (
        merge(FORK, FORK, MERGED, MERGED, other_is_published=False),
        finding(),
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
