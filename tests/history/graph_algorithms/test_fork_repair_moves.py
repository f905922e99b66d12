"""Revisions that belong to a single head, and the moves that they allow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.history.graph_algorithms.fork_repair_moves import (
    ForkMove,
    find_moves,
    find_own_lines,
    heads_to_join,
)
from tests.support.literal_changes import History, graph

NAMES = "abcdefgh"
HISTORIES = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=2).map(" ".join))


@settings(deadline=None)
@given(HISTORIES)
def test_own_lines_are_what_no_other_head_comes_after(history: dict[str, str]) -> None:
    made = graph(history)
    others = {head: made.ancestors(other for other in made.heads if other != head) for head in made.heads}
    assert find_own_lines(made, made.heads) == {head: made.ancestors((head,)) - others[head] for head in made.heads}


def test_what_is_no_revision_has_no_line() -> None:
    assert find_own_lines(graph({"a": ""}), ("a", "x")) == {"a": {"a"}}


def test_moves_are_in_order() -> None:
    """A revision goes on top of lower ranks first. It stays after its parents. Rank 0 doesn't move."""
    fork = graph({"a": "", "b": "a", "c": "a", "d": "c", "e": "c"})
    ranks = {"a": 0, "b": 0, "c": 1, "d": 1, "e": 2}
    assert list(find_moves(fork, fork.heads, ranks.__getitem__)) == [
        ForkMove("e", "d"),
        ForkMove("d", "e"),
    ]
    base = graph({"a": "", "b": "", "c": "b"})
    assert list(find_moves(base, base.heads, lambda _: 1)) == [ForkMove("b", "a"), ForkMove("a", "c")]


FORK = {"a": "", "b": "a", "c": "a", "d": "b", "e": "b"}
LINES = {"p": "", "q1": "", "q2": "q1", "q3": "q2", "t": "", "r": "t", "s": "t"}


@pytest.mark.parametrize(
    ("history", "heads", "allowed", "expected"),
    [
        (FORK, "c d e", 1, "c d e"),
        (FORK, "c d e", "one-per-label", "c d e"),
        (FORK, "c d e", 2, "d e"),
        (LINES, "p q3 r s", 3, "r s"),
        ({"a": "", "b": "", "c": ""}, "a b c", 2, ""),
    ],
    ids=["one head", "a head per label", "two heads", "separate lines", "nothing in common"],
)
def test_the_heads_of_a_merge_revision(history: History, heads: str, allowed: int | str, expected: str) -> None:
    assert heads_to_join(graph(history), heads.split(), allowed) == tuple(expected.split())
