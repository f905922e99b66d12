"""revision-cycle: parents form a cycle."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.revision_cycle import SLUG, WHY, find
from tests.support.literal_changes import assert_override_allows, change, merge, revision

LINE = {"a": "", "b": "a", "c": "b"}
LOOP = {"a": "", "b": "c", "c": "b"}
SELF = {"a": "", "b": "b"}


def finding(message: str, at: str, ids: tuple[str, ...], *, old: bool = False) -> Finding:
    """`old`: a baseline has the revision outside a loop."""
    back = Repair("revert the change", (Command(("git", "checkout", "HEAD", "--", f"versions/{at}.py")),))
    repair = back if old else Repair(f"give '{at}' a `down_revision` outside the cycle")
    return Finding(SLUG, f"versions/{at}.py", 4, ids, f"these revisions form a cycle: {message}", WHY, (repair,))


ELEVEN = {f"r{at:02}": f"r{(at - 1) % 11:02}" for at in range(11)}
LONG = {f"r{at:02}": f"r{(at - 1) % 12:02}" for at in range(12)}
TEN = {f"r{at}": f"r{(at - 1) % 10}" for at in range(10)}
FIRES = {
    "an edit closes a loop, at the edited revision": (
        change(LINE, LOOP),
        finding("b -> c -> b", "b", ("b", "c"), old=True),
    ),
    "the edited revision is the last of the loop": (
        change({"a": "", "b": "a", "c": "b"}, {"a": "c", "b": "a", "c": "b"}),
        finding("a -> c -> b -> a", "a", ("a", "c", "b"), old=True),
    ),
    "only a later revision of the loop is new": (
        change({"a": "", "b": "c"}, {"a": "", "b": "c", "c": "b"}),
        finding("b -> c -> b", "c", ("b", "c")),
    ),
    "a revision that names itself": (change({"a": ""}, SELF), finding("b -> b", "b", ("b",))),
    "no baseline": (change(None, LOOP), finding("b -> c -> b", "b", ("b", "c"))),
    "a dependency closes it": (
        change(LINE, {**LINE, "b": revision("b", "a", blob="new", depends=("c",))}),
        finding("b -> c -> b", "b", ("b", "c"), old=True),
    ),
    "a head that a dependency names": (
        change(
            {"a": "", "b": revision("b", "a", depends=("c",))},
            {"a": "", "b": revision("b", "a", depends=("c",)), "c": "b"},
        ),
        finding("b -> c -> b", "c", ("b", "c")),
    ),
    "a merge brings it from an unpublished side": (
        merge(LINE, LINE, LOOP, LOOP, other_is_published=False),
        finding("b -> c -> b", "b", ("b", "c"), old=True),
    ),
    "both sides of a merge give a part of it, and no file is new": (
        merge(
            {"a": "", "b": ""},
            {"a": "", "b": "a"},
            {"a": "b", "b": ""},
            {"a": "b", "b": "a"},
            other_is_published=True,
        ),
        finding("a -> b -> a", "a", ("a", "b"), old=True),
    ),
    "another loop than before": (
        change({**LOOP, "d": ""}, {**LOOP, "d": "d"}),
        finding("d -> d", "d", ("d",), old=True),
    ),
    "a loop of ten is shown whole": (
        change(None, TEN),
        finding(
            "r0 -> r9 -> r8 -> r7 -> r6 -> r5 -> r4 -> r3 -> r2 -> r1 -> r0",
            "r0",
            ("r0", "r9", "r8", "r7", "r6", "r5", "r4", "r3", "r2", "r1"),
        ),
    ),
    "of a loop of eleven ten are shown": (
        change(None, ELEVEN),
        finding(
            "r00 -> r10 -> r09 -> r08 -> r07 -> r06 -> r05 -> r04 -> r03 -> r02 -> …",
            "r00",
            ("r00", "r10", "r09", "r08", "r07", "r06", "r05", "r04", "r03", "r02", "r01"),
        ),
    ),
    "of a longer loop ten are shown": (
        change(None, LONG),
        finding(
            "r00 -> r11 -> r10 -> r09 -> r08 -> r07 -> r06 -> r05 -> r04 -> r03 -> …",
            "r00",
            ("r00", "r11", "r10", "r09", "r08", "r07", "r06", "r05", "r04", "r03", "r02", "r01"),
        ),
    ),
}
SILENT = {
    "a line": change({"a": ""}, LINE),
    "a diamond": change(None, {"a": "", "b": "a", "c": "a", "d": "b c"}),
    "the baseline has the loop": change(LOOP, {**LOOP, "b": revision("b", "c", blob="edited")}),
    "the loop is opened": change(LOOP, LINE),
    "a merge of a published side that had it": merge(LINE, LINE, LOOP, LOOP, other_is_published=True),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_each_loop_is_a_finding_of_its_own() -> None:
    assert [found.revisions for found in find(change(None, {**SELF, "c": "c"}))] == [("b",), ("c",)]


def test_an_override_allows_it() -> None:
    assert_override_allows(change(LINE, LOOP), SLUG)
