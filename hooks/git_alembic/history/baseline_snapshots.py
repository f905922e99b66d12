"""Derives the snapshots of a baseline from the checked tree and the difference between the two."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence

from git_alembic.environments.tree_files import Tree, concerns, is_heads_file
from git_alembic.git import Entry, is_file
from git_alembic.history.change import Snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshots import SnapshotReader
from git_alembic.revisions.revision import Revision, Unreadable


def snapshots_before(
    reader: SnapshotReader, after: Sequence[Snapshot], tree: Tree, diff: Sequence[Entry], roots: Sequence[str]
) -> list[Snapshot]:
    """Return the snapshots of a tree, derived from those of another tree and the difference.

    If only revisions in known folders differ, the environments stay the same and need no discovery.
    """
    heads_files = {entry.path: entry for entry in diff if is_heads_file(entry.path)}
    changed = {entry.path: entry for entry in diff if concerns(entry.path) and entry.path not in heads_files}
    homes = {snapshot.environment.versions[0]: snapshot for snapshot in after if _is_plain(snapshot, changed)}
    folders = {posixpath.dirname(path) for path in changed}
    regular = all(
        is_file(mode) for entry in changed.values() for mode in (entry.old_mode, entry.new_mode) if mode.strip("0")
    )
    if not regular or not folders <= homes.keys():
        return reader.compared(tree, roots)
    old = [(entry.path, entry.old) for entry in changed.values() if entry.status != "A"]
    left: dict[str, list[Revision | Unreadable]] = {folder: [] for folder in folders}
    for reading in reader.read_files(old):
        left[posixpath.dirname(reading.path)].append(reading)
    snapshots = [_snapshot_before(snapshot, tree.name, changed, left) for snapshot in after]
    return [_with_old_heads_file(snapshot, heads_files.get(snapshot.environment.heads_file)) for snapshot in snapshots]


def _is_plain(snapshot: Snapshot, changed: Collection[str]) -> bool:
    """True if these changed paths leave the environment as it is: one folder with other revisions in it."""
    environment = snapshot.environment
    plain = len(environment.versions) == 1 and not environment.recursive and not snapshot.unreadable
    mine = [path for path in changed if posixpath.dirname(path) == environment.versions[0]] if plain else []
    return bool(mine) and all(map(environment.holds, mine)) and len(snapshot.graph.revisions) > len(mine)


def _snapshot_before(
    snapshot: Snapshot, name: str, changed: Collection[str], left: Mapping[str, Sequence[Revision | Unreadable]]
) -> Snapshot:
    readings = left.get(snapshot.environment.versions[0], ())
    if snapshot.environment.versions[0] not in left:
        return snapshot._replace(name=name)
    kept = [revision for revision in snapshot.graph.revisions if revision.path not in changed]
    graph = RevisionGraph([*kept, *(reading for reading in readings if isinstance(reading, Revision))])
    unreadable = tuple(sorted(reading for reading in readings if isinstance(reading, Unreadable)))
    return Snapshot(name, snapshot.environment, graph, unreadable, heads_file=snapshot.heads_file)


def _with_old_heads_file(snapshot: Snapshot, entry: Entry | None) -> Snapshot:
    """Return the snapshot with the earlier version of the file with the heads."""
    if entry is None:
        return snapshot
    return snapshot._replace(heads_file=entry.old if is_file(entry.old_mode) else "")
