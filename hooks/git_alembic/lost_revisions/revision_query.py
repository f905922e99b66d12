"""Files that may declare a wanted revision: which of them do, and those that lie about here (index, disks)."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from git_alembic.git import INDEX, Repository, is_file
from git_alembic.git.reflog_search import contents, staged_in, worktrees
from git_alembic.revisions.parser import read
from git_alembic.revisions.revision import Revision

SHORTEST = 4  # characters of a beginning; also git takes no shorter one for an id
File = tuple[str, str]  # path ("" for content that has lost its name), blob id


class Wanted(NamedTuple):
    """What is looked for: an id; unless `exact` also the beginning of one, or the name or the path of a file."""

    name: str
    exact: bool = False

    def fits(self, revision: Revision) -> bool:
        """Whether a revision may be meant."""
        if self.exact or revision.id == self.name:
            return revision.id == self.name
        begins = len(self.name) >= SHORTEST and revision.id.startswith(self.name)
        return begins or self.names(revision.path)

    def names(self, path: str) -> bool:
        """Whether it is the name of a file, with or without folders and ending."""
        return f"/{path}".endswith((f"/{self.name}", f"/{self.name}.py"))

    def may_be_in(self, path: str, data: bytes) -> bool:
        """Whether it is worth to read a file; most are not."""
        return self.name in path or os.fsencode(self.name) in data


class Here(NamedTuple):
    """A file in an index or on a disk; `worktree` is the top of another worktree, "" for this one."""

    staged: bool
    revision: Revision
    mode: str
    worktree: str = ""


class Readings:
    """What files declare, each read once; `found` are those that may be meant."""

    def __init__(self, repository: Repository, wanted: Wanted) -> None:
        self.repository = repository
        self.wanted = wanted
        self.found: dict[File, Revision] = {}
        self._seen: set[File] = set()

    def learn(self, files: Iterable[File]) -> None:
        """Read what is new among the files."""
        new = [file for file in dict.fromkeys(files) if file not in self._seen]
        self._seen.update(new)
        paths: dict[str, list[str]] = {}
        for path, blob in new:
            paths.setdefault(blob, []).append(path)
        for blob, data in contents(self.repository, paths):
            for path in paths[blob]:
                if revision := self.meant(path, blob, data):
                    self.found[path, blob] = revision

    def meant(self, path: str, blob: str, data: bytes) -> Revision | None:
        """The revision that a file declares, if it may be the one that is wanted."""
        if not self.wanted.may_be_in(path, data):
            return None
        reading = read(path, blob, data)
        return reading if isinstance(reading, Revision) and self.wanted.fits(reading) else None


def specs(folders: Iterable[str]) -> list[str]:
    """The pathspecs of folders; "" is the root."""
    return [f":(literal){folder}/" if folder else "." for folder in folders]


def here(readings: Readings, folders: Collection[str]) -> Iterator[Here]:
    """What may be meant of what this worktree has in the folders, then of what the others have."""
    repository = readings.repository
    if not folders:
        return
    listing = repository.listing(INDEX, specs(folders))
    yield from _staged(readings, [(path, *entry) for path, entry in listing.items()], "")
    if repository.top is not None:
        yield from _on_disk(readings, folders, repository.top, "")
    for tree in worktrees(repository):
        yield from _staged(readings, list(staged_in(repository, tree, specs(folders))), tree.top)
        yield from _on_disk(readings, folders, tree.top, tree.top)


def _staged(readings: Readings, rows: Sequence[tuple[str, str, str]], worktree: str) -> Iterator[Here]:
    regular = [(path, mode, blob) for path, mode, blob in rows if is_file(mode) and path.endswith(".py")]
    readings.learn((path, blob) for path, _, blob in regular)
    for path, mode, blob in regular:
        if revision := readings.found.get((path, blob)):
            yield Here(True, revision, mode, worktree)


def _on_disk(readings: Readings, folders: Iterable[str], top: str, worktree: str) -> Iterator[Here]:
    for folder in folders:
        for path in python_files(top, folder):
            place = os.path.join(top, path)
            try:
                with open(place, "rb") as stream:
                    revision = readings.meant(path, "", stream.read())
            except OSError:
                continue
            if revision:
                yield Here(False, revision, "100755" if os.access(place, os.X_OK) else "100644", worktree)


def python_files(top: str, folder: str) -> list[str]:
    """The paths below a folder that end in .py, sorted."""
    found = []
    for place, folders, names in os.walk(os.path.join(top, folder)):
        inside = os.path.relpath(place, top).replace(os.sep, "/")
        found += [posixpath.normpath(posixpath.join(inside, name)) for name in names if name.endswith(".py")]
        folders[:] = [each for each in folders if each not in ("__pycache__", ".git")]
    return sorted(found)
