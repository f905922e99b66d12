"""merge-revision: there is a new merge revision. For teams that keep one line."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.fork_explanation import find_fork_move
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX, take_back
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision

SLUG = "merge-revision"
WHY = "This project keeps its migration history linear."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per new revision with several parents."""
    for revision in change.new:
        if len(set(revision.down)) > 1:
            message = f"'{revision.id}' merges {quote_ids(revision.down)}"
            repairs = (_repair(change, revision),)
            yield Finding(SLUG, revision.path, revision.down_line, (revision.id,), message, why=WHY, repairs=repairs)


def _repair(change: Change, revision: Revision) -> Repair:
    """Delete the merge revision and re-parent what it merges, if one side is unpublished and nothing else needs it."""
    for baseline in change.baseline_graphs:
        if revision.id in baseline:
            return take_back(change, revision.path, baseline[revision.id])
    graph = RevisionGraph(other for other in change.after.graph.revisions if other.id != revision.id)
    heads = [parent for parent in dict.fromkeys(revision.down) if parent in graph.heads]
    move = find_fork_move(change, graph, heads, change.first_parent)
    if move is None or graph.missing:
        return Repair("if one of the branches is unpublished, re-parent it onto the other, and delete this file")
    title = f"delete the file, and put '{move.bottom}' on top of '{move.onto}'"
    return Repair(title, (Command(("git", "rm", "-q", "-f", revision.path)), RUN_FIX))
