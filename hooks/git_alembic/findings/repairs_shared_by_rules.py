"""Repairs that several rules print, and the commands in them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.environments.environment import Environment
from git_alembic.findings.finding import Command, Repair
from git_alembic.findings.fork_explanation import find_fork_move, labeled_lines
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.fork_repair_moves import MOST_HEADS
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.revisions.revision import Revision

RUN_FIX = Command(("git", "alembic", "fix"))
JOIN = Command((*RUN_FIX.argv, "--strategy", "merge"))


def merge_repair(environment: Environment, heads: Sequence[str]) -> Repair:
    """Add a merge revision over the heads, with the project's own Alembic if the tree has a configuration for it."""
    title = "add a merge revision"
    if environment.config is None:
        return Repair(title, (JOIN,))
    merge = Command(environment.command("merge", "-m", "merge heads", *heads), environment.cwd)
    update_heads_file = (Command((*RUN_FIX.argv, "--yes")),) if environment.heads_file_path else ()
    return Repair(title, (merge, Command(("git", "add", *environment.versions)), *update_heads_file))


def fork_repairs(change: Change, graph: RevisionGraph, heads: Sequence[str]) -> tuple[Repair, ...]:
    """Return the repairs of a fork, the better one first: re-parent the unpublished side, or add a merge revision."""
    if graph.missing or graph.duplicates or graph.cycles or change.after.unreadable:
        return ()  # `alembic merge` can't read such a history
    if heads[MOST_HEADS:]:
        return (Repair("add a merge revision", (JOIN,)),)
    merge = merge_repair(change.environment, heads)
    lines = labeled_lines(graph, heads)
    if lines and change.allows_one_head:
        keep_branch = Repair(
            f"""keep '{lines[0]}' as a separate branch: set `heads = "one-per-label"` in [tool.git-alembic]"""
        )
        return (keep_branch, merge)
    move = find_fork_move(change, graph, heads, change.first_parent)
    if move is None:
        return (merge,)
    title = "re-parent the unpublished revisions" if heads[2:] else f"put '{move.bottom}' on top of '{move.onto}'"
    by_move = Repair(title, (RUN_FIX,))
    stays = [id_ for id_ in graph.descendants((move.bottom,)) if id_ in change.held_elsewhere]
    return (merge, by_move) if stays else (by_move, merge)


def take_back(change: Change, path: str, old: Revision) -> Repair:
    """Undo an edit of a file, and a rename that came with it."""
    rename = (Command(("git", "mv", path, old.path)),) if path != old.path else ()
    return Repair("revert the change", (*rename, *bring_back(change, (old,))))


def bring_back(change: Change, files: Sequence[Revision]) -> tuple[Command, ...]:
    """Return the commands that restore earlier versions of files: one command if a single tree has all of them."""
    trees = [(snapshot.name, _files(snapshot)) for snapshot in (*change.baselines, *change.published_snapshots)]
    earlier = [(file.path, file.blob) for file in files]
    whole = [tree for tree in trees if tree[1].issuperset(earlier)]
    paths: dict[str, list[str]] = {}
    for file in earlier:
        source = next((name for name, held in whole or trees if file in held), trees[0][0])
        paths.setdefault(source, []).append(file[0])
    return tuple(Command(("git", "checkout", source, "--", *held)) for source, held in paths.items())


def _files(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {(revision.path, revision.blob) for revision in snapshot.graph.revisions}
