"""multiple-heads: there are more heads than allowed, and more than the baseline had."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Fork, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.multiple_heads import SLUG, WHY, find
from tests.support.literal_changes import assert_override_allows, change, graph, merge, revision

A, AB, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
SHOP = {"a": "", "s": revision("s", labels=("shop",))}


def merge_repair(*heads: str) -> Repair:
    command = ("alembic", "merge", "-m", "merge heads", *heads)
    return Repair("add a merge revision", (Command(command), Command(("git", "add", "versions"))))


def finding(
    message: str, at: str, heads: tuple[str, ...], repairs: tuple[Repair, ...], holders: tuple[tuple[str, str], ...]
) -> Finding:
    fork = Fork(graph({}), heads, holders)
    return Finding(SLUG, f"versions/{at}.py", 4, heads, message, WHY, repairs, fork=fork)


FIRES = {
    "a commit that forks": (
        change(AB, FORK),
        finding(
            "2 heads: 'b' (origin/main, HEAD), 'c' (staged)",
            "c",
            ("b", "c"),
            (Repair("put 'c' on top of 'b'", (RUN_FIX,)), merge_repair("b", "c")),
            (("b", "origin/main, HEAD"), ("c", "staged")),
        ),
    ),
    "both sides are published": (
        change(A, FORK, published=FORK),
        finding(
            "2 heads: 'b' (origin/main), 'c' (origin/main)",
            "c",
            ("b", "c"),
            (merge_repair("b", "c"),),
            (("b", "origin/main"), ("c", "origin/main")),
        ),
    ),
    "no baseline": (
        change(None, FORK, published=AB),
        finding(
            "2 heads: 'b' (origin/main), 'c' (staged)",
            "c",
            ("b", "c"),
            (Repair("put 'c' on top of 'b'", (RUN_FIX,)), merge_repair("b", "c")),
            (("b", "origin/main"), ("c", "staged")),
        ),
    ),
    "a merge brings the fork of an unpublished side": (
        merge(A, AB, {**A, "c": "a"}, FORK, other_is_published=False),
        finding(
            "2 heads: 'b' (origin/main, HEAD), 'c' (topic)",
            "c",
            ("b", "c"),
            (Repair("put 'c' on top of 'b'", (RUN_FIX,)), merge_repair("b", "c")),
            (("b", "origin/main, HEAD"), ("c", "topic")),
        ),
    ),
    "an unpublished side that had the fork already": (
        merge(A, A, FORK, FORK, other_is_published=False),
        finding(
            "2 heads: 'b' (topic), 'c' (topic)",
            "c",
            ("b", "c"),
            (Repair("put 'c' on top of 'b'", (RUN_FIX,)), merge_repair("b", "c")),
            (("b", "topic"), ("c", "topic")),
        ),
    ),
    "a head that a depends_on names counts": (
        change(AB, {**AB, "c": revision("c", "a", depends=("b",))}),
        finding(
            "2 heads: 'b' (origin/main, HEAD, effective head), 'c' (staged)",
            "c",
            ("b", "c"),
            (Repair("put 'c' on top of 'b'", (RUN_FIX,)), merge_repair("b", "c")),
            (("b", "origin/main, HEAD"), ("c", "staged")),
        ),
    ),
    "more than the number allowed": (
        change(FORK, {**FORK, "d": "a"}, heads_allowed=2),
        finding(
            "3 heads (2 are allowed): 'b' (origin/main, HEAD), 'c' (origin/main, HEAD), 'd' (staged)",
            "d",
            ("b", "c", "d"),
            (Repair("re-parent the unpublished revisions", (RUN_FIX,)), merge_repair("b", "c", "d")),
            (("b", "origin/main, HEAD"), ("c", "origin/main, HEAD"), ("d", "staged")),
        ),
    ),
    "two heads of one label": (
        change(SHOP, {**SHOP, "t": "s", "u": "s"}, heads_allowed="one-per-label"),
        finding(
            "branch label 'shop' has 2 heads: 't' (staged), 'u' (staged)",
            "u",
            ("t", "u"),
            (Repair("put 'u' on top of 't'", (RUN_FIX,)), merge_repair("t", "u")),
            (("t", "staged"), ("u", "staged")),
        ),
    ),
    "two heads without a label": (
        change(SHOP, {**SHOP, "b": "a", "c": "a"}, heads_allowed="one-per-label"),
        finding(
            "2 heads without a branch label: 'b' (staged), 'c' (staged)",
            "c",
            ("b", "c"),
            (Repair("put 'c' on top of 'b'", (RUN_FIX,)), merge_repair("b", "c")),
            (("b", "staged"), ("c", "staged")),
        ),
    ),
    "a worse fork than before, at the new head": (
        change({"a": "", "c": "a", "d": "a"}, {"a": "", "b": "a", "c": "a", "d": "a"}),
        finding(
            "3 heads: 'b' (staged), 'c' (origin/main, HEAD), 'd' (origin/main, HEAD)",
            "b",
            ("b", "c", "d"),
            (Repair("re-parent the unpublished revisions", (RUN_FIX,)), merge_repair("b", "c", "d")),
            (("b", "staged"), ("c", "origin/main, HEAD"), ("d", "origin/main, HEAD")),
        ),
    ),
}
SILENT = {
    "one head": change(A, AB),
    "nothing": change(None, {}),
    "the baseline has as many": change(FORK, {**FORK, "d": "c"}),
    "fewer than the baseline": change({**FORK, "d": "a"}, FORK),
    "the fork is merged": change(FORK, {**FORK, "m": "b c"}),
    "as many as allowed": change(A, FORK, heads_allowed=2),
    "one head per label": change(SHOP, {**SHOP, "t": "s", "b": "a"}, heads_allowed="one-per-label"),
    "a merge of a published side that had the fork": merge(A, A, FORK, FORK, other_is_published=True),
    "a fork that one parent of a merge had": merge(
        A, FORK, {**A, "x": "a"}, {**FORK, "x": "a", "m": "c x"}, other_is_published=True
    ),
}


@pytest.mark.parametrize(("made", "expected"), FIRES.values(), ids=FIRES)
def test_fires(made: Change, expected: Finding) -> None:
    assert list(find(made)) == [expected]


@pytest.mark.parametrize("made", SILENT.values(), ids=SILENT)
def test_stays_silent(made: Change) -> None:
    assert list(find(made)) == []


def test_a_fork_under_each_label_is_a_finding_of_its_own() -> None:
    made = change(SHOP, {**SHOP, "b": "a", "c": "a", "t": "s", "u": "s"}, heads_allowed="one-per-label")
    assert [found.revisions for found in find(made)] == [("b", "c"), ("t", "u")]


@pytest.mark.parametrize(
    ("count", "ending"), [(10, "'h9' (staged)"), (12, "'h9' (staged) and 2 more"), (23, "'h9' (staged) and 13 more")]
)
def test_ten_heads_are_named(count: int, ending: str) -> None:
    names = [f"h{number}" for number in range(10)] + [f"z{number:02}" for number in range(count - 10)]
    (found,) = find(change(A, {**A, **dict.fromkeys(names, "a")}))
    assert found.message.startswith(f"{count} heads: 'h0' (staged), 'h1' (staged)")
    assert found.message.endswith(ending)
    assert found.revisions == tuple(names)


def test_an_override_allows_it() -> None:
    assert_override_allows(change(AB, FORK), SLUG)
