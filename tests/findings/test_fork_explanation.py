"""Forks in findings: which side `fix` moves, what has each head, and where a merge stops."""

from __future__ import annotations

import pytest

from git_alembic.findings import fork_explanation
from tests.support.literal_changes import History, change, graph, revision, snapshot

A, OURS, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}
SHOP = {"a": "", "b": "a", "c": revision("c", labels=("shop",))}


MOVABLE: dict[str, tuple[History, str, int | str, tuple[str, str] | None]] = {
    "the side that is not published": (FORK, "a b", 1, ("c", "b")),
    "the side that is not published, though its id is lower": (FORK, "a c", 1, ("b", "c")),
    "its lowest revision": ({**FORK, "d": "c", "e": "d"}, "a b", 1, ("c", "b")),
    "of two, the one that is not committed": (FORK, "a", 1, ("c", "b")),
    "of two that are not committed, the later by id": ({**FORK, "d": "a"}, "a b", 1, ("c", "b")),
    "none": (FORK, "a b c", 1, None),
    "a side that is published in part": ({**FORK, "d": "c"}, "a b c", 1, None),
    "a side of two lines": ({**FORK, "d": "a", "m": "c d"}, "a b", 1, None),
    "a base": ({"a": "", "b": ""}, "a", 1, ("b", "a")),
    "a base where two lines are allowed": ({"a": "", "b": ""}, "a", 2, None),
    "a base with a label": ({"a": "", "b": revision("b", labels=("shop",))}, "a", 1, None),
    "a labeled revision on another": ({**OURS, "c": revision("c", "a", labels=("shop",))}, "a b", 1, ("c", "b")),
    "a fork where two lines are allowed": (FORK, "a b", 2, ("c", "b")),
    "one head": (OURS, "", 1, None),
    "a side that hangs on a loop": ({**OURS, "d": "e", "e": "f", "f": "e"}, "a b", 1, None),
}


@pytest.mark.parametrize(("history", "published", "allowed", "expected"), MOVABLE.values(), ids=MOVABLE)
def test_movable(history: History, published: str, allowed: int | str, expected: tuple[str, str] | None) -> None:
    made = graph(history)
    known = {id_: parents for id_, parents in history.items() if id_ in published.split()}
    at = change(None, history, published=known, heads_allowed=allowed)
    assert fork_explanation.find_fork_move(at, made, made.heads, graph({"a": "", "b": "a"})) == expected


LABELED: dict[str, tuple[History, str, bool]] = {
    "a base with a label": (SHOP, "c", True),
    "a line above it": ({**SHOP, "d": "c"}, "d", True),
    "a base without": (SHOP, "b", False),
    "a label in the middle of a line": ({**OURS, "c": "", "d": revision("d", "c", labels=("shop",))}, "d", False),
    "a line that another head shares": ({**SHOP, "d": "c", "e": "c"}, "d", False),
    "the other head of that line": ({**SHOP, "d": "c", "e": "c"}, "e", False),
}


@pytest.mark.parametrize(("history", "head", "expected"), LABELED.values(), ids=LABELED)
def test_labeled_lines(history: History, head: str, expected: bool) -> None:
    made = graph(history)
    assert (head in fork_explanation.labeled_lines(made, made.heads)) is expected


def test_holders_name_refs_before_the_checked_commit() -> None:
    made = change(
        OURS,
        {**FORK, "d": "a"},
        published_snapshots=(snapshot(OURS, "refs/remotes/origin/main"), snapshot(OURS, "refs/tags/v1")),
        unpublished_parents=(snapshot({**A, "c": "a"}, "refs/heads/topic"),),
    )
    after = made.after.graph
    target = snapshot({"d": ""}, "0123abc")
    assert fork_explanation.holders(made, after, ("b", "c", "d", "x")) == {
        "b": "origin/main, v1, HEAD",
        "c": "topic",
        "d": "staged",
    }
    assert fork_explanation.holders(made, after, ("d",), target) == {"d": "staged"}
    assert fork_explanation.holders(made, after, ("d",), target._replace(name="main")) == {"d": "main"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("main", True), ("", False), ("0123abc", False), ("0" * 64, False), ("abc", True), ("facade1x", True)],
)
def test_a_commit_id_is_not_a_name(name: str, expected: bool) -> None:
    assert fork_explanation.is_name(name) is expected


def test_published_ids_include_former_ones() -> None:
    assert set(fork_explanation.published_ids(change(OURS, FORK, once_published=frozenset({"z"})))) == {"a", "b", "z"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("refs/heads/main", "main"),
        ("refs/remotes/origin/main", "origin/main"),
        ("refs/tags/v1", "v1"),
        ("0123456789abcdef" * 2 + "01234567", "0123456789"),
        ("staged", "staged"),
    ],
)
def test_a_ref_is_named_as_git_shows_it(name: str, expected: str) -> None:
    assert fork_explanation.short_ref(name) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "stops"),
    [
        ("blob", "other", True),
        ("other", "blob", True),
        ("blob", "blob", False),
        ("", "blob", False),
        ("blob", "", False),
    ],
)
def test_a_merge_stops_if_the_heads_files_differ(ours: str, theirs: str, stops: bool) -> None:
    made = change({}, snapshot({"a": ""}, heads_file_blob=ours))
    assert fork_explanation.stops_at_heads_file(made, snapshot({"a": ""}, heads_file_blob=theirs)) is stops
