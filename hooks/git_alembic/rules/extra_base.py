"""extra-base: there is a second base without a branch label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import Finding, Repair
from git_alembic.findings.fork_explanation import find_fork_move, fork_of, published_ids
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX, fork_repairs
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change

if TYPE_CHECKING:
    from git_alembic.findings.finding import CausingFinding

SLUG = "extra-base"
WHY = "An extra base usually means that `down_revision` was left out."
MOST_NAMED = 11  # A message names at most this many bases.
BY_HAND = Repair("set `down_revision` to the parent, or give the new branch a label in `branch_labels`")


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per new base without a branch label, except for the first base of an empty history."""
    graph, extra = change.after.graph, _extra_bases(change)
    forks = bool(extra and count_excess_heads(graph, change.heads_allowed))
    repairs = _fork_repairs(change) if forks else {}
    for number, base in enumerate(extra):
        others = quote_ids(other for other in graph.bases if other != base) if len(graph.bases) <= MOST_NAMED else ""
        others = others or f"{len(graph.bases) - 1:,} other bases"
        message = f"'{base}' has no `down_revision`, but the history already starts at {others}"
        finding = Finding(SLUG, graph[base].path, graph[base].down_line, (base,), message, WHY)
        fork = fork_of(change, graph, graph.heads) if forks and not number else None
        yield finding._replace(repairs=repairs.get(base, (BY_HAND,)), fork=fork)


def _extra_bases(change: Change) -> list[str]:
    graph = change.after.graph
    if not change.baseline_graphs and not count_excess_heads(graph, change.heads_allowed):
        return []  # the lines of this history were merged, or the settings allow several lines
    if any(len(baseline.bases) >= len(graph.bases) for baseline in change.baseline_graphs):
        return []
    old = {base for baseline in change.baseline_graphs for base in baseline.bases}
    new = [base for base in graph.bases if base not in old and not graph[base].labels]
    return new[1:] if new == list(graph.bases) else new


def is_consequence(finding: Finding, causing: CausingFinding) -> bool:
    """True if the repaired history does not start at the revision."""
    repaired = causing.repaired
    return not any(id_ in repaired and not repaired[id_].down for id_ in finding.revisions)


def _fork_repairs(change: Change) -> dict[str, tuple[Repair, ...]]:
    """Map each base to the repairs of the fork that it made. A merge revision doesn't remove the extra base."""
    graph = change.after.graph
    repairs = fork_repairs(change, graph, graph.heads)
    published = dict.fromkeys(published_ids(change), repairs or (BY_HAND,))
    move = find_fork_move(change, graph, graph.heads, change.first_parent)
    if move is None or move.bottom in published:
        return published
    moves = (repair for repair in repairs if repair.commands == (RUN_FIX,))
    return {**published, move.bottom: (*moves, BY_HAND)}
