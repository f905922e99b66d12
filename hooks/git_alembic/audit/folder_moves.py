"""Finds where the version folders of a history are at its end."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from git_alembic.environments.environment import Environment
from git_alembic.git import Entry
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.revisions.revision import Revision


class EnvironmentPath(NamedTuple):
    """The place of an environment at the end of the history, or its last place.

    `name` distinguishes environments with the same script location.
    """

    script_location: str
    name: str


class EnvironmentPaths:
    """Finds the final place of past environments."""

    def __init__(self, moves: Mapping[str, str], final: Sequence[Environment]) -> None:
        """Set up the search. `moves` maps a version folder to its new folder; `final` are today's environments."""
        self._moves = moves
        self._final = {folder: environment for environment in final for folder in environment.versions}
        self._gone: dict[str, EnvironmentPath] = {}
        self._shared = Counter(environment.script_location for environment in final)

    def find(self, environment: Environment) -> EnvironmentPath:
        """Return the place of an environment by its version folders. A removed folder keeps the first place found."""
        for folder in environment.versions:
            now = self._final.get(self._last(folder))
            if now is not None:
                is_alone = self._shared[now.script_location] == 1
                return EnvironmentPath(now.script_location, now.script_location if is_alone else now.versions[0])
        folder = self._last(environment.versions[0])
        return self._gone.setdefault(folder, EnvironmentPath(environment.script_location, environment.script_location))

    def _last(self, folder: str) -> str:
        seen = {folder}
        while folder not in self._final and self._moves.get(folder, folder) not in seen:
            folder = self._moves[folder]
            seen.add(folder)
        return folder


def find_folder_moves(
    differences: Iterable[Sequence[Entry]], revision_blobs: Collection[str], reader: SnapshotReader
) -> dict[str, str]:
    """Map each version folder to the folder to which a commit moved its revisions. The last move counts.

    A folder whose revisions went to several folders was not moved. The same applies to several folders with the same
    ids.
    """
    moves: dict[str, str] = {}
    for entries in differences:
        deleted = [(entry.path, entry.old) for entry in entries if entry.status == "D" and entry.old in revision_blobs]
        added = [(entry.path, entry.new) for entry in entries if entry.status == "A" and entry.new in revision_blobs]
        if not (deleted and added):
            continue
        old_folders, new_folders = _folders_by_id(deleted, reader), _folders_by_id(added, reader)
        targets: dict[str, set[str]] = {}
        for id_ in old_folders.keys() & new_folders.keys():
            if len(old_folders[id_]) == 1:
                targets.setdefault(min(old_folders[id_]), set()).update(new_folders[id_])
        for folder, others in targets.items():
            if len(others) == 1 and others != {folder}:
                moves[folder] = min(others)
    return moves


def _folders_by_id(files: Sequence[tuple[str, str]], reader: SnapshotReader) -> dict[str, set[str]]:
    folders: dict[str, set[str]] = {}
    for reading in reader.read_files(files):
        if isinstance(reading, Revision):
            folders.setdefault(reading.id, set()).add(posixpath.dirname(reading.path))
    return folders
