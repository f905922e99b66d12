"""Finds the baseline: the parent commit that all new revisions come after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from git_alembic.history.snapshot_and_change import Change, Snapshot


@dataclass(frozen=True)
class BaselineCommit:
    """The commit, its snapshot of the environment, and its heads."""

    commit: str
    snapshot: Snapshot
    heads: tuple[str, ...]


def find_baseline(change: Change, parents: Sequence[str]) -> BaselineCommit | None:
    """Return the first parent whose heads come before every new revision.

    A database at the head of another parent would never run a revision that was put below that head.
    """
    after = change.after.graph
    for commit, baseline in zip(parents, change.baselines, strict=False):
        graph = baseline.graph
        has_all_heads = all(head in after for head in graph.heads)
        if len(graph) and has_all_heads and after.ancestors(graph.heads) <= frozenset(graph.ids):
            below = after.ancestors(parent for head in graph.heads for parent in after.parents(head))
            return BaselineCommit(commit, baseline, tuple(head for head in graph.heads if head not in below))
    return None
