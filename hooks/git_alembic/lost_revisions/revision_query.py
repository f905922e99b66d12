"""Finds the files that declare the requested revision, and which of them the index and the worktrees have."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from git_alembic.git import INDEX, Repository, is_file
from git_alembic.git.remotes.partial_clone import read_existing_blobs
from git_alembic.git.search.worktrees import list_index_of, list_worktrees
from git_alembic.git.trees import EXECUTABLE, FILE
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.revision_cache import BlobAtPath

SHORTEST = 4  # characters of an abbreviated id, as in git


class RevisionQuery(NamedTuple):
    """An id. Unless `is_exact`, also the start of an id, or the name or path of a file."""

    name: str
    is_exact: bool = False

    def matches(self, revision: Revision) -> bool:
        """True if the user can mean this revision."""
        if self.is_exact or revision.id == self.name:
            return revision.id == self.name
        is_abbreviated = len(self.name) >= SHORTEST and revision.id.startswith(self.name)
        return is_abbreviated or self.is_name_of(revision.path)

    def is_name_of(self, path: str) -> bool:
        """True for the name of a file, with or without its folders and its suffix."""
        return f"/{path}".endswith((f"/{self.name}", f"/{self.name}.py"))

    def is_worth_reading(self, path: str, data: bytes) -> bool:
        """True if the file can match. False for most files."""
        return self.name in path or os.fsencode(self.name) in data


class PresentFile(NamedTuple):
    """A file in an index or a working tree. `worktree` is the top of another worktree, "" for this worktree."""

    is_staged: bool
    revision: Revision
    mode: str
    worktree: str = ""


class MatchingFiles:
    """Reads each file once. `found` has the files that match the query."""

    def __init__(self, repository: Repository, query: RevisionQuery) -> None:
        self.repository = repository
        self.query = query
        self.found: dict[BlobAtPath, Revision] = {}
        self._seen: set[BlobAtPath] = set()

    def add(self, files: Iterable[BlobAtPath]) -> None:
        """Read the files that were not read yet."""
        new = [file for file in dict.fromkeys(files) if file not in self._seen]
        self._seen.update(new)
        paths: dict[str, list[str]] = {}
        for path, blob in new:
            paths.setdefault(blob, []).append(path)
        for blob, data in read_existing_blobs(self.repository, paths):
            for path in paths[blob]:
                if revision := self.read_match(path, blob, data):
                    self.found[path, blob] = revision

    def read_match(self, path: str, blob: str, data: bytes) -> Revision | None:
        """Return the revision that a file declares if it matches the query."""
        if not self.query.is_worth_reading(path, data):
            return None
        reading = read_revision(path, blob, data)
        return reading if isinstance(reading, Revision) and self.query.matches(reading) else None


def folder_pathspecs(folders: Iterable[str]) -> list[str]:
    """Return the pathspecs of folders. "" is the root."""
    return [f":(literal){folder}/" if folder else "." for folder in folders]


def find_present_files(files: MatchingFiles, folders: Collection[str]) -> Iterator[PresentFile]:
    """Yield the matching files that this worktree has in the folders, then those of the other worktrees."""
    repository = files.repository
    if not folders:
        return
    pathspecs = folder_pathspecs(folders)
    listing = repository.listing(INDEX, pathspecs)
    yield from _staged_files(files, [(path, *entry) for path, entry in listing.items()], "")
    if repository.top is not None:
        yield from _working_tree_files(files, folders, repository.top, "")
    for tree in list_worktrees(repository):
        yield from _staged_files(files, list(list_index_of(repository, tree, pathspecs)), tree.top)
        yield from _working_tree_files(files, folders, tree.top, tree.top)


def _staged_files(files: MatchingFiles, rows: Sequence[tuple[str, str, str]], worktree: str) -> Iterator[PresentFile]:
    regular = [(path, mode, blob) for path, mode, blob in rows if is_file(mode) and path.endswith(".py")]
    files.add((path, blob) for path, _, blob in regular)
    for path, mode, blob in regular:
        if revision := files.found.get((path, blob)):
            yield PresentFile(True, revision, mode, worktree)


def _working_tree_files(files: MatchingFiles, folders: Iterable[str], top: str, worktree: str) -> Iterator[PresentFile]:
    for folder in folders:
        for path in list_python_files(top, folder):
            full = os.path.join(top, path)
            try:
                with open(full, "rb") as stream:
                    revision = files.read_match(path, "", stream.read())
            except OSError:
                continue
            if revision:
                mode = EXECUTABLE if os.access(full, os.X_OK) else FILE
                yield PresentFile(False, revision, mode, worktree)


def list_python_files(top: str, folder: str) -> list[str]:
    """List the paths below a folder that end in .py, sorted."""
    paths = []
    for parent, folders, names in os.walk(os.path.join(top, folder)):
        inside = os.path.relpath(parent, top).replace(os.sep, "/")
        paths += [posixpath.normpath(posixpath.join(inside, name)) for name in names if name.endswith(".py")]
        folders[:] = [each for each in folders if each not in ("__pycache__", ".git")]
    return sorted(paths)
