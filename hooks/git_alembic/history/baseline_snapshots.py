"""The snapshots of a baseline, made from those of the checked tree and the difference between the two."""

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
    """The snapshots of a tree from those of another and the difference between the two.

    Where only revisions in the midst of others differ, the environments are the same and nothing is looked for.
    """
    heads_files = {entry.path: entry for entry in diff if is_heads_file(entry.path)}
    changed = {entry.path: entry for entry in diff if concerns(entry.path) and entry.path not in heads_files}
    homes = {side.environment.versions[0]: side for side in after if _is_plain(side, changed)}
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
    sides = [_snapshot_before(side, tree.name, changed, left) for side in after]
    return [_with_old_heads_file(side, heads_files.get(side.environment.heads_file)) for side in sides]


def _is_plain(side: Snapshot, changed: Collection[str]) -> bool:
    """Whether changes of these paths leave the environment what it is: one folder of revisions, others among them."""
    environment = side.environment
    plain = len(environment.versions) == 1 and not environment.recursive and not side.unreadable
    mine = [path for path in changed if posixpath.dirname(path) == environment.versions[0]] if plain else []
    return bool(mine) and all(map(environment.holds, mine)) and len(side.graph.revisions) > len(mine)


def _snapshot_before(
    side: Snapshot, name: str, changed: Collection[str], left: Mapping[str, Sequence[Revision | Unreadable]]
) -> Snapshot:
    readings = left.get(side.environment.versions[0], ())
    if side.environment.versions[0] not in left:
        return side._replace(name=name)
    kept = [revision for revision in side.graph.revisions if revision.path not in changed]
    graph = RevisionGraph([*kept, *(reading for reading in readings if isinstance(reading, Revision))])
    unreadable = tuple(sorted(reading for reading in readings if isinstance(reading, Unreadable)))
    return Snapshot(name, side.environment, graph, unreadable, heads_file=side.heads_file)


def _with_old_heads_file(side: Snapshot, entry: Entry | None) -> Snapshot:
    """The snapshot with the file with the heads as it was before it changed."""
    if entry is None:
        return side
    return side._replace(heads_file=entry.old if is_file(entry.old_mode) else "")
