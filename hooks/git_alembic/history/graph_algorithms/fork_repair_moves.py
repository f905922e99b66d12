"""Chooses the moves of a fork's revisions and the heads to merge, from the graph alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from git_alembic.history.graph import RevisionGraph

MOST_HEADS = 100  # limit for heads in one line: each move changes the whole history


class ForkMove(NamedTuple):
    """A revision that goes on top of a head. Its descendants move with it."""

    bottom: str
    onto: str


def find_own_lines(graph: RevisionGraph, heads: Iterable[str]) -> dict[str, frozenset[str]]:
    """Map each existing head to itself and the revisions that lead only to it."""
    owners: dict[str, str | None] = {}  # None: the revision leads to several heads
    todo: list[tuple[str, str | None]] = [(head, head) for head in heads if head in graph]
    lines: dict[str, list[str]] = {head: [] for head, _ in todo}
    while todo:
        id_, owner = todo.pop()
        now = owner if owners.get(id_, owner) == owner else None
        if id_ not in owners or owners[id_] != now:
            owners[id_] = now
            todo += [(parent, now) for parent in graph.parents(id_)]
    for id_, owner in owners.items():
        if owner is not None:
            lines[owner].append(id_)
    return {head: frozenset(line) for head, line in lines.items()}


def find_moves(graph: RevisionGraph, heads: Sequence[str], rank: Callable[[str], int]) -> Iterator[ForkMove]:
    """Yield the moves that make one head of two, the best first. A revision of rank 0 never moves.

    The side with the higher rank goes on top of the other if it can. Of equal ranks, a revision without dependents
    moves first, then the higher id. A revision stays after everything that it came after.
    """
    effective = set(graph.effective_heads)
    order = sorted(heads, key=lambda head: (rank(head), head not in effective, head))
    lines = find_own_lines(graph, graph.heads)
    bottoms: dict[int, str] = {}
    for position, head in enumerate(order):
        side = lines.get(head, frozenset[str]())
        lowest = [id_ for id_ in side if not any(parent in side for parent in graph.parents(id_))]
        if len(lowest) == 1 and all(rank(id_) for id_ in side):
            (bottoms[position],) = lowest
    for upward in (True, False):
        for position, bottom in bottoms.items():
            before = graph.parents(bottom)
            after = frozenset.intersection(*(graph.descendants((id_,)) for id_ in before)) if before else None
            onto = order[:position] if upward else order[position + 1 :]
            yield from (ForkMove(bottom, head) for head in onto if after is None or head in after)


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
