"""Compares the heads of a history with what the settings allow: a number, or "one-per-label"."""

from __future__ import annotations

from git_alembic.history.graph import RevisionGraph


def count_excess_heads(graph: RevisionGraph, allowed: int | str) -> int:
    """Return how many heads a history has beyond the allowed number."""
    if isinstance(allowed, int):
        return max(0, len(graph.heads) - allowed)
    return len(graph.heads) - len(heads_by_label(graph))


def find_surplus_heads(graph: RevisionGraph, allowed: int | str) -> list[tuple[str, ...]]:
    """Return the groups of heads with at least one head too many; [] if there are no more than allowed."""
    if not count_excess_heads(graph, allowed):
        return []
    if isinstance(allowed, int):
        return [graph.heads]
    return [heads for _, heads in sorted(heads_by_label(graph).items()) if heads[1:]]


def heads_by_label(graph: RevisionGraph) -> dict[str, tuple[str, ...]]:
    """Return the heads by branch label. Heads without a label are under ""."""
    by_label: dict[str, tuple[str, ...]] = {}
    for head in graph.heads:
        label = label_of_line(graph, head)
        by_label[label] = (*by_label.get(label, ()), head)
    return by_label


def label_of_line(graph: RevisionGraph, head: str) -> str:
    """Return the branch label of the line that ends in a head, or ""."""
    return min(graph.labels(head), default="")
