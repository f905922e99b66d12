"""Commands that repair, as the rules print them: pure functions from a change to fixes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING

from git_alembic.environments.discovery import Environment
from git_alembic.findings.finding import Fix, Fork
from git_alembic.history.change import Change, Snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision

if TYPE_CHECKING:
    from git_alembic.scratch.result import Failure


def merge_fixes(environment: Environment, ids: Sequence[str]) -> tuple[Fix, ...]:
    """The merge revision over the given heads, and the `git add` that stages it."""
    merge = environment.command("merge", "-m", "merge heads", *ids)
    return (Fix(merge, environment.cwd, "a merge revision over both lines"), Fix(("git", "add", *environment.versions)))


def fork_fixes(change: Change, graph: RevisionGraph, heads: Sequence[str]) -> tuple[Fix, ...]:
    """Re-parenting first where one side is unpublished, the merge revision first where both are published."""
    merge = merge_fixes(change.environment, heads)
    if movable(change.published.graph, graph, heads, change.heads_allowed) is None:
        return merge
    note = "re-parents the unpublished revisions, which keeps the history in one line"
    first, second = merge
    return (Fix(("git", "alembic", "fix"), ".", note), Fix(first.command, first.cwd, f"or {first.note}"), second)


def movable(published: Container[str], graph: RevisionGraph, heads: Sequence[str], allowed: int | str) -> str | None:
    """The lowest revision of an unpublished side of a fork: the one that `fix` would put on top of the other side.

    A side without a common ancestor goes on top only where one line is wanted: of several it may be meant to be one.
    """
    for head in heads:
        others = graph.ancestors(other for other in heads if other != head)
        side = graph.ancestors((head,)) - others
        lowest = [id_ for id_ in side if not any(parent in side for parent in graph.parents(id_))]
        free = len(lowest) == 1 and (allowed == 1 or graph.parents(lowest[0]))
        if others and free and not any(id_ in published for id_ in side):
            return lowest[0]
    return None


def holders(
    change: Change, graph: RevisionGraph, heads: Sequence[str], target: Snapshot | None = None
) -> dict[str, str]:
    """Who has each head, by name: the published ref, the parents, the target, or only the judged history."""
    sides = [change.published, *change.before, *change.unpublished_parents, *([target] if target else [])]
    found = {
        head: list(dict.fromkeys(side.name for side in sides if head in side.graph)) for head in heads if head in graph
    }
    return {head: ", ".join(names) or change.after.name for head, names in found.items()}


def fork_of(
    change: Change,
    graph: RevisionGraph,
    heads: Sequence[str],
    target: Snapshot | None = None,
    notes: Iterable[str] = (),
) -> Fork:
    """The fork that leads to the heads, with who has each."""
    return Fork(graph, tuple(heads), tuple(holders(change, graph, heads, target).items()), tuple(notes))


def take_back(change: Change, path: str, old: str) -> tuple[Fix, ...]:
    """The commands that take back an edit of a file, and its rename with it."""
    rename = (Fix(("git", "mv", path, old), note="takes the rename back"),) if path != old else ()
    return (*rename, bring_back(change, old))


def bring_back(change: Change, path: str) -> Fix:
    """The command that takes a file as it was in the first parent."""
    return Fix(("git", "checkout", change.before[0].name, "--", path))


def failed_at(failure: Failure, revision: Revision) -> tuple[str, int]:
    """(path, line) of the failure, in the revision's file where it was raised elsewhere."""
    return (failure.path, failure.line or 0) if failure.path == revision.path else (revision.path, 0)
