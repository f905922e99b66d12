"""Merges single files of two commits instead of whole commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from git_alembic.git import Entry, Repository, is_file
from git_alembic.git.search.commit_log import list_path_changes
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.revisions.revision import Revision


class FileMerge(Enum):
    """The merge of a file that both sides changed: its place in the history."""

    BRANCH = "its position on the branch"
    TARGET = "its position on the target"
    CONFLICT = "a conflict"


class FileMerger:
    """Merges revision files of branches with the target."""

    def __init__(self, repository: Repository, reader: SnapshotReader) -> None:
        self._repository = repository
        self._reader = reader

    def merge(self, entry: Entry, on_target: tuple[str, str] | None) -> FileMerge | None:
        """Merge a file that a branch changed. On the target it is `on_target` (mode, blob id).

        None if the merge depends on other files: one side deleted or renamed the file, or it is no plain revision file.
        """
        modes = {
            entry.new_mode,
            on_target[0] if on_target else "",
            entry.new_mode if entry.status == "A" else entry.old_mode,
        }
        if on_target is None or len(modes) > 1 or not is_file(entry.new_mode):
            return None
        blobs = [entry.new, on_target[1]] if entry.status == "A" else [entry.new, on_target[1], entry.old]
        readings = self._reader.read_files([(entry.path, blob) for blob in blobs])
        revisions = [reading for reading in readings if isinstance(reading, Revision)]
        if len(revisions) < len(blobs):
            return None
        if entry.status == "A":
            return FileMerge.CONFLICT
        branch_key, target_key, base_key = map(declaration_key, revisions)
        if target_key not in (branch_key, base_key) and branch_key != base_key:
            return None
        contents = self._reader.trees.content(blobs)
        if not self._repository.merges_cleanly(*(contents[blob] for blob in (entry.old, entry.new, on_target[1]))):
            return FileMerge.CONFLICT
        return FileMerge.TARGET if branch_key in (target_key, base_key) else FileMerge.BRANCH


def declaration_key(revision: Revision) -> tuple[object, ...]:
    """Return what decides where a revision is in the history."""
    return revision.id, revision.down, revision.labels


def list_past_files(repository: Repository, commit: str, folders: Iterable[str]) -> frozenset[tuple[str, str]]:
    """List (path, blob id) of everything that the folders have contained up to a commit."""
    pathspecs = [f":(literal){folder}" for folder in sorted(folders) if folder]
    if not pathspecs:
        return frozenset()
    changes = list_path_changes(repository, (commit,), pathspecs)
    return frozenset((change.entry.path, change.entry.new) for change in changes)


def conflicting_paths(
    repository: Repository, first: str, second: str, files: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    """Yield the paths that a merge leaves with conflicts. `files` has both blobs of each path ("" for none)."""
    base = repository.merge_base(first, second)
    before = repository.listing(base, [f":(literal){path}" for path in files]) if base else {}
    unclear: list[str] = []
    for path, (first_blob, second_blob) in files.items():
        old = before.get(path, ("", ""))[1]
        if old in (first_blob, second_blob):
            continue
        if not first_blob or not second_blob:  # deleted or renamed
            unclear.append(path)
        elif not old or not _merges_cleanly(repository, old, first_blob, second_blob):
            yield path
    yield from _conflicts_in_git(repository, first, second, unclear)


def _merges_cleanly(repository: Repository, *blobs: str) -> bool:
    contents = dict(repository.read(dict.fromkeys(blobs)))
    old, ours, theirs = (contents[blob] for blob in blobs)
    return repository.merges_cleanly(old, ours, theirs)


def _conflicts_in_git(repository: Repository, first: str, second: str, paths: Sequence[str]) -> Iterator[str]:
    """Yield the paths that git's merge of two commits leaves with conflicts, or all paths if git can't tell."""
    answer = repository.merge_tree(first, second) if paths else None
    yield from paths if answer is None else (path for path in paths if path in answer[1])
