"""revision-cycle: parents form a loop."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import take_back
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision

SLUG = "revision-cycle"
WHY = 'Every Alembic command fails with "Cycle is detected in revisions".'


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per loop, at a revision in it that this change added or edited."""
    graph = change.after.graph
    new = {revision.id for revision in change.new}
    if not change.merge_bases and new.issubset(graph.heads) and new.isdisjoint(graph.effective_heads):
        return  # a revision without children closes no loop
    for cycle in graph.cycles:
        if not any(cycle in baseline.cycles for baseline in change.baseline_graphs):
            revision = graph[next((id_ for id_ in cycle if id_ in new), cycle[0])]
            loop = " -> ".join((*cycle[:10], "…")) if len(cycle) > 10 else " -> ".join((*cycle, cycle[0]))
            message, repairs = f"these revisions form a cycle: {loop}", (_repair(change, revision),)
            yield Finding(SLUG, revision.path, revision.down_line, cycle, message, why=WHY, repairs=repairs)


def _repair(change: Change, revision: Revision) -> Repair:
    for baseline in change.baseline_graphs:
        if revision.id in baseline and not any(revision.id in cycle for cycle in baseline.cycles):
            return take_back(change, revision.path, baseline[revision.id])
    return Repair(f"give '{revision.id}' a `down_revision` outside the cycle")
