"""Walks along the edges of a graph: a mapping from each node to its successors."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


def invert(edges: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the edges in the other direction. The result is sorted if the keys of `edges` are sorted."""
    back: dict[str, list[str]] = {}
    for start, ends in edges.items():
        for end in ends:
            back.setdefault(end, []).append(start)
    return {end: tuple(starts) for end, starts in back.items()}


def reach(starts: Iterable[str], step: Callable[[str], tuple[str, ...]]) -> frozenset[str]:
    """Return the starts, everything that a step reaches from them, and so on."""
    todo = list(starts)
    seen = set(todo)
    while todo:
        for rev_id in step(todo.pop()):
            if rev_id not in seen:
                seen.add(rev_id)
                todo.append(rev_id)
    return frozenset(seen)


def follow_line(rev_id: str, step: Callable[[str], tuple[str, ...]]) -> Iterable[str]:
    """Yield a revision and its successors while there is only one. A loop is followed once."""
    seen: dict[tuple[str, ...], None] = {}
    ways: tuple[str, ...] = (rev_id,)
    while len(ways) == 1 and ways not in seen:
        seen[ways] = None
        ways = step(*ways)
    return [only for (only,) in seen]


def walk_depth_first(start: str, edges: Mapping[str, tuple[str, ...]], within: frozenset[str]) -> Iterable[str]:
    """Yield all nodes of `within` that `start` reaches: depth first, smallest id first."""
    seen: dict[str, None] = {}
    todo = [start]
    while todo:
        rev_id = todo.pop()
        if rev_id not in seen:
            seen[rev_id] = None
            todo += sorted(within.intersection(edges[rev_id]), reverse=True)
    return seen


def strongly_connected(edges: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the strongly connected components, each sorted, successors first.

    Path-based (Gabow, https://en.wikipedia.org/wiki/Path-based_strong_component_algorithm), without recursion.
    """
    groups: list[tuple[str, ...]] = []
    entered: dict[str, int] = {}
    grouped: set[str] = set()
    trail: list[str] = []  # visited nodes without a group
    firsts: list[str] = []  # the first visited node of each group that can still grow
    for root in edges:
        path: list[tuple[str, Iterator[str]]] = []
        following: str | None = None if root in entered else root
        while following is not None or path:
            if following is not None:
                entered[following] = len(entered)
                trail.append(following)
                firsts.append(following)
                path.append((following, iter(edges[following])))
            node, ends = path[-1]
            following = None
            for end in ends:
                if end not in entered:
                    following = end
                    break
                while end not in grouped and entered[firsts[-1]] > entered[end]:
                    firsts.pop()
            else:
                path.pop()
                if firsts[-1] == node:
                    groups.append(_take_end(trail, firsts.pop()))
                    grouped.update(groups[-1])
    return groups


def _take_end(trail: list[str], start: str) -> tuple[str, ...]:
    """Remove and return the end of `trail`, from `start` on."""
    group = [trail.pop()]
    while group[-1] != start:
        group.append(trail.pop())
    return tuple(sorted(group))
