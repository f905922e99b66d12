"""What findings say about a fork. Pure.

Which side `fix` moves, which heads are on lines of their own, what has each head, and where a merge stops.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from git_alembic.findings.finding import Fork
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.fork_repair_moves import ForkMove, find_first_move, find_own_lines
from git_alembic.history.snapshot_and_change import Change, Snapshot

_ID = re.compile(r"[0-9a-f]{7,64}")
_FULL_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


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


def fork_of(change: Change, graph: RevisionGraph, heads: Sequence[str], target: Snapshot | None = None) -> Fork:
    """Return the fork that leads to the heads, with the names of what has each head."""
    return Fork(graph, tuple(heads), tuple(holders(change, graph, heads, target).items()))


def holders(
    change: Change, graph: RevisionGraph, heads: Sequence[str], target: Snapshot | None = None
) -> dict[str, str]:
    """Name what has each head: published refs, parents, the target, or the checked commit."""
    published = change.published_snapshots or (change.published,)
    snapshots = [*published, *change.baselines, *change.unpublished_parents, *([target] if target else [])]
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
