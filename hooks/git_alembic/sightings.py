"""Where a missing parent is: on the disk but not staged, in git's history, on a branch, or under another spelling."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable

from git_alembic.change import Change, Sighting
from git_alembic.reading import read
from git_alembic.repository import Repository
from git_alembic.revision import Revision

_NEAR = 0.8  # similarity from which on a spelling counts as a slip


def sightings(repository: Repository, change: Change, names: Iterable[str]) -> dict[str, Sighting]:
    """What is known of each name; names of which nothing is known are left out."""
    found = {
        name: _misspelt(change, name) or _on_disk(repository, change, name) or _in_git(repository, change, name)
        for name in names
    }
    return {name: sighting for name, sighting in found.items() if sighting is not None}


def _misspelt(change: Change, name: str) -> Sighting | None:
    graph = change.after.graph
    stem = posixpath.basename(name).removesuffix(".py")
    for revision in graph.revisions:
        if posixpath.basename(revision.path).removesuffix(".py") == stem and revision.id != name:
            return Sighting(f"that is a file name, the id of that file is '{revision.id}'")
    longer = [id_ for id_ in graph.ids if len(name) >= 4 and id_.startswith(name)]
    if len(longer) == 1:
        return Sighting(f"ids cannot be shortened here, '{longer[0]}' was probably meant")
    from difflib import get_close_matches

    near = get_close_matches(name, graph.ids, n=1, cutoff=_NEAR) if len(name) >= 6 else []
    return Sighting(f"'{near[0]}' was probably meant") if near else None


def _on_disk(repository: Repository, change: Change, name: str) -> Sighting | None:
    if repository.top is None:
        return None
    for folder in change.environment.versions:
        for path in _python_files(repository.top, folder, change.environment.recursive):
            try:
                with open(os.path.join(repository.top, path), "rb") as stream:
                    reading = read(path, "", stream.read())
            except OSError:
                continue
            if isinstance(reading, Revision) and reading.id == name:
                return Sighting(f"it is in the working tree but not staged: {path}", ("git", "add", path))
    return None


def _python_files(top: str, folder: str, recursive: bool) -> list[str]:
    found = []
    for place, folders, names in os.walk(os.path.join(top, folder)):
        found += [
            os.path.relpath(os.path.join(place, name), top).replace(os.sep, "/")
            for name in names
            if name.endswith(".py")
        ]
        if not recursive:
            break
        folders[:] = [each for each in folders if each != "__pycache__"]
    return sorted(found)


def _in_git(repository: Repository, change: Change, name: str) -> Sighting | None:
    """The newest commit of any ref that has, or had, the file which declares the id."""
    specs = [f":(literal){folder}/" if folder else "." for folder in change.environment.versions]
    for commit, parent in repository.mentions(name, specs):
        for _, entries in repository.diffs([(commit, parent)], specs):
            for entry in entries:
                for blob, had in ((entry.new, True), (entry.old, False)):
                    if blob.strip("0") and _declares(repository, entry.path, blob, name):
                        return _seen(repository, commit, parent, entry.path, had)
    return None


def _declares(repository: Repository, path: str, blob: str, name: str) -> bool:
    reading = read(path, blob, dict(repository.read((blob,)))[blob])
    return isinstance(reading, Revision) and reading.id == name


def _seen(repository: Repository, commit: str, parent: str | None, path: str, had: bool) -> Sighting:
    short, author, date = repository.describe(commit)
    if had:
        branches = repository.branches_with(commit)
        where = f"on {', '.join(branches[:3])}" if branches else "in git's history"
        return Sighting(
            f"it is {where} (commit {short} by {author}, {date}): {path}", ("git", "checkout", commit, "--", path)
        )
    return Sighting(
        f"commit {short} by {author} ({date}) removed it: {path}", ("git", "checkout", parent or commit, "--", path)
    )
