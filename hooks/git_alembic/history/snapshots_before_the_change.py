"""Chooses the baselines of a check, and derives their snapshots from the checked tree and the differences."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence

from git_alembic.environments.configuration_files import is_heads_file, may_affect_environment
from git_alembic.git import Entry, Repository, is_file
from git_alembic.git.refs import NamedCommit
from git_alembic.git.trees import Tree
from git_alembic.history.commits_to_compare import ComparisonRequest, ComparisonScope
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.revisions.revision import Revision, Unreadable


def choose_baselines(
    repository: Repository, scope: ComparisonScope, request: ComparisonRequest
) -> tuple[list[tuple[NamedCommit, list[Entry]]], list[NamedCommit]]:
    """Return the baselines with their differences: the first parent and published ones. Return the others, too."""
    parents = list(zip(request.parents, scope.diffs.parents, strict=True))
    if not parents[1:]:
        return parents, []
    from git_alembic.history.published_refs import find_published_refs, is_published

    refs = [commit for _, commit in find_published_refs(repository, scope.settings, request.published_patterns)]
    baselines, others = parents[:1], list[NamedCommit]()
    for parent, diff in parents[1:]:
        if is_published(repository, scope.settings, parent.commit, refs):
            baselines.append((parent, diff))
        else:
            others.append(parent)
    return baselines, others


def snapshots_before(
    reader: SnapshotReader, after: Sequence[Snapshot], tree: Tree, diff: Sequence[Entry], roots: Sequence[str]
) -> list[Snapshot]:
    """Return the snapshots of a tree, derived from those of another tree and the difference.

    If only revisions in known folders differ, the environments stay the same and need no discovery.
    """
    heads_files = {entry.path: entry for entry in diff if is_heads_file(entry.path)}
    changed = {
        entry.path: entry for entry in diff if may_affect_environment(entry.path) and entry.path not in heads_files
    }
    if not (all(map(_is_regular, changed.values())) and _keeps_environments(after, changed)):
        return reader.read_compared(tree, roots)
    old_readings: dict[str, list[Revision | Unreadable]] = {posixpath.dirname(path): [] for path in changed}
    for reading in reader.read_files([(entry.path, entry.old) for entry in changed.values() if entry.status != "A"]):
        old_readings[posixpath.dirname(reading.path)].append(reading)
    snapshots = [_snapshot_before(snapshot, tree.name, changed, old_readings) for snapshot in after]
    return [
        _with_old_heads_file(snapshot, heads_files.get(snapshot.environment.heads_file_path)) for snapshot in snapshots
    ]


def _is_regular(entry: Entry) -> bool:
    """True if no tree has a symbolic link or a submodule at this path."""
    return all(is_file(mode) for mode in (entry.old_mode, entry.new_mode) if mode.strip("0"))


def _keeps_environments(after: Sequence[Snapshot], changed: Collection[str]) -> bool:
    """True if all environments stay as they are: the changed paths are other revisions in known folders."""
    by_folder: dict[str, list[str]] = {}
    for path in changed:
        by_folder.setdefault(posixpath.dirname(path), []).append(path)
    version_folders = set[str]()
    for snapshot in after:
        environment = snapshot.environment
        folders = [folder for folder in by_folder if environment.loads(folder)]
        if folders and not _is_plain(snapshot, [path for folder in folders for path in by_folder[folder]]):
            return False
        version_folders.update(folders)
    return version_folders.issuperset(by_folder)


def _is_plain(snapshot: Snapshot, paths: Sequence[str]) -> bool:
    """True for an environment with a single folder of revisions, if these paths leave other revisions in it."""
    environment = snapshot.environment
    if environment.versions[1:] or environment.recursive or snapshot.unreadable:
        return False
    return all(map(environment.holds, paths)) and len(snapshot.graph.revisions) > len(paths)


def _snapshot_before(
    snapshot: Snapshot, name: str, changed: Collection[str], old_readings: Mapping[str, Sequence[Revision | Unreadable]]
) -> Snapshot:
    readings = next((old_readings[folder] for folder in snapshot.environment.versions if folder in old_readings), None)
    if readings is None:
        return snapshot._replace(name=name)
    unchanged = [revision for revision in snapshot.graph.revisions if revision.path not in changed]
    graph = RevisionGraph([*unchanged, *(reading for reading in readings if isinstance(reading, Revision))])
    unreadable = tuple(sorted(reading for reading in readings if isinstance(reading, Unreadable)))
    return Snapshot(name, snapshot.environment, graph, unreadable, heads_file_blob=snapshot.heads_file_blob)


def _with_old_heads_file(snapshot: Snapshot, entry: Entry | None) -> Snapshot:
    """Return the snapshot with the earlier version of the file with the heads."""
    if entry is None:
        return snapshot
    return snapshot._replace(heads_file_blob=entry.old if is_file(entry.old_mode) else "")
