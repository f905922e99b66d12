"""Repairs that several rules print: pure functions from a change to commands."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from git_alembic.environments.environment import Environment
from git_alembic.findings.finding import Command, Fork, Repair
from git_alembic.history.change import Change, Snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.fork_moves import MOST_HEADS, ForkMove, find_first_move, find_own_lines
from git_alembic.revisions.revision import Revision

RUN_FIX = Command(("git", "alembic", "fix"))
JOIN = Command((*RUN_FIX.argv, "--strategy", "merge"))
_ID = re.compile(r"[0-9a-f]{7,64}")
_FULL_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


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


def stops_at_heads_file(change: Change, target: Snapshot) -> bool:
    """True if a merge with the target, or a rebase on it, stops at a conflict in the file with the heads."""
    ours, theirs = change.after.heads_file_blob, target.heads_file_blob
    return bool(ours and theirs) and ours != theirs


def find_fork_move(
    change: Change, graph: RevisionGraph, heads: Sequence[str], committed: RevisionGraph
) -> ForkMove | None:
    """Return the first move that `fix` would make, or None if `fix` would merge the heads.

    If several sides are unpublished, the side that is not `committed` moves. A labeled base keeps its own line. An
    unlabeled base moves only if the settings want one line.
    """
    published = published_ids(change)

    def rank(id_: str) -> int:
        return [id_ in published, id_ in committed, True].index(True)

    return find_first_move(graph, heads, rank, change.heads_allowed)


def published_ids(change: Change) -> Collection[str]:
    """Return the ids that a published ref has, or once had."""
    return {*change.published.graph.by_id, *change.once_published}


def labeled_lines(graph: RevisionGraph, heads: Sequence[str]) -> list[str]:
    """Return the heads whose line starts at a base with a branch label and is separate from the other lines."""
    if not any(graph[base].labels for base in graph.bases):
        return []
    lines = find_own_lines(graph, heads)
    return [
        head
        for head, line in ((head, lines.get(head, frozenset[str]())) for head in heads)
        if all(parent in line for id_ in line for parent in graph.parents(id_))
        and any(graph[id_].labels for id_ in line if not graph[id_].down)
    ]


def holders(
    change: Change, graph: RevisionGraph, heads: Sequence[str], target: Snapshot | None = None
) -> dict[str, str]:
    """Name what has each head: published refs, parents, the target, or the checked commit."""
    published = change.published_snapshots or (change.published,)
    snapshots = [*published, *change.before, *change.unpublished_parents, *([target] if target else [])]
    names_of_heads: dict[str, str] = {}
    for head in (head for head in heads if head in graph):
        names = dict.fromkeys(
            short_ref(snapshot.name) for snapshot in snapshots if head in snapshot.graph and is_name(snapshot.name)
        )
        names_of_heads[head] = ", ".join(names) or short_ref(change.after.name)
    return names_of_heads


def is_name(name: str) -> bool:
    """False for an abbreviated commit id and for an empty name."""
    return bool(name) and not _ID.fullmatch(name)


def short_ref(name: str) -> str:
    """Return a ref as git shows it, for example without `refs/heads/`. Shorten a commit id to ten characters."""
    if _FULL_ID.fullmatch(name):
        return name[:10]
    for prefix in ("refs/heads/", "refs/remotes/", "refs/tags/"):
        name = name.removeprefix(prefix)
    return name


def fork_of(change: Change, graph: RevisionGraph, heads: Sequence[str], target: Snapshot | None = None) -> Fork:
    """Return the fork that leads to the heads, with the names of what has each head."""
    return Fork(graph, tuple(heads), tuple(holders(change, graph, heads, target).items()))


def take_back(change: Change, path: str, old: Revision) -> Repair:
    """Undo an edit of a file, and a rename that came with it."""
    rename = (Command(("git", "mv", path, old.path)),) if path != old.path else ()
    return Repair("revert the change", (*rename, *bring_back(change, (old,))))


def bring_back(change: Change, files: Sequence[Revision]) -> tuple[Command, ...]:
    """Return the commands that restore earlier versions of files: one command if a single tree has all of them."""
    trees = [(snapshot.name, _files(snapshot)) for snapshot in (*change.before, *change.published_snapshots)]
    earlier = [(file.path, file.blob) for file in files]
    whole = [tree for tree in trees if tree[1].issuperset(earlier)]
    paths: dict[str, list[str]] = {}
    for file in earlier:
        source = next((name for name, held in whole or trees if file in held), trees[0][0])
        paths.setdefault(source, []).append(file[0])
    return tuple(Command(("git", "checkout", source, "--", *held)) for source, held in paths.items())


def _files(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {(revision.path, revision.blob) for revision in snapshot.graph.revisions}
