"""Chooses the moves of a fork's revisions and the heads to merge, from the graph alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

from git_alembic.history.graph import RevisionGraph


class ForkMove(NamedTuple):
    """A revision that goes on top of a head. Its descendants move with it."""

    bottom: str
    onto: str


def find_moves(graph: RevisionGraph, heads: Sequence[str], rank: Callable[[str], int]) -> list[ForkMove]:
    """Return the moves that make one head of two, the best first. A revision of rank 0 never moves.

    The side with the higher rank goes on top of the other if it can. Of equal ranks, a revision without dependents
    moves first, then the higher id. A revision stays after everything that it came after.
    """
    order = sorted(heads, key=lambda head: (rank(head), head not in graph.effective_heads, head))
    upward, downward = [], []
    for at, head in enumerate(order):
        shared = graph.ancestors(other for other in graph.heads if other != head)
        side = graph.ancestors((head,)) - shared
        lowest = [id_ for id_ in side if not any(parent in side for parent in graph.parents(id_))]
        if len(lowest) == 1 and all(rank(id_) for id_ in side):
            before = frozenset(graph.parents(lowest[0]))
            fitting = [onto for onto in order if onto != head and before <= graph.ancestors((onto,))]
            upward += [ForkMove(lowest[0], onto) for onto in fitting if onto in order[:at]]
            downward += [ForkMove(lowest[0], onto) for onto in fitting if onto not in order[:at]]
    return [*upward, *downward]


def find_first_move(
    graph: RevisionGraph, heads: Sequence[str], rank: Callable[[str], int], allowed: int | str
) -> ForkMove | None:
    """Return the best move that needs no decision about a separate line. None if there is none."""

    def is_plain(move: ForkMove) -> bool:
        return bool(graph.parents(move.bottom)) or (allowed == 1 and not graph[move.bottom].labels)

    return next(filter(is_plain, find_moves(graph, heads, rank)), None)


def heads_to_join(graph: RevisionGraph, heads: Sequence[str], allowed: int | str) -> tuple[str, ...]:
    """Return the heads for one merge revision. If several lines are allowed, return the two with most in common."""
    if allowed == 1 or not isinstance(allowed, int):
        return tuple(heads)

    def common(pair: tuple[str, ...]) -> int:
        return len(graph.ancestors(pair[:1]) & graph.ancestors(pair[1:]))

    best = max(combinations(heads, 2), key=common)
    return best if common(best) else ()
