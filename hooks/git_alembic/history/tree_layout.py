"""Where the revision files of a tree lie: by folder, behind links, and in which environment."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from git_alembic.environments.environment import Environment, is_revision_file
from git_alembic.environments.tree_files import Files


def group_by_folder(files: Iterable[str]) -> dict[str, list[str]]:
    """The paths of the files that may be revisions, by folder; each folder that holds a file is there."""
    folders: dict[str, list[str]] = {}
    for path in files:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = []
        if is_revision_file(name):
            folders[folder].append(path)
    return folders


def list_held_files(environment: Environment, around: Mapping[str, Sequence[str]]) -> list[str]:
    """The paths that an environment holds, of all by folder."""
    near = around if environment.recursive else environment.versions
    return [path for folder in near if environment.loads(folder) for path in around.get(folder, ())]


def list_compiled_files(environment: Environment, files: Files) -> list[str]:
    """The .pyc files that a sourceless environment loads: those without their source."""
    if not environment.sourceless:
        return []
    compiled = (path for path in files if path.endswith(".pyc") and environment.loads(posixpath.dirname(path)))
    return [path for path in compiled if path[:-1] not in files]


def link_target(path: str, content: bytes) -> str:
    """The path that a symbolic link means, relative to the top as all paths are."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), content.decode("utf-8", "surrogateescape")))
