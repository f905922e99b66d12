"""Finds the revision files of a tree: by folder, behind links, and by environment. Pure."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from git_alembic.environments.environment import Environment, is_revision_file
from git_alembic.git.trees import Files


def group_by_folder(files: Iterable[str]) -> dict[str, list[str]]:
    """Return the paths of possible revision files by folder. Every folder with a file is a key."""
    folders: dict[str, list[str]] = {}
    for path in files:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = []
        if is_revision_file(name):
            folders[folder].append(path)
    return folders


def list_environment_files(environment: Environment, around: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the paths that belong to an environment, from all paths by folder."""
    near = around if environment.recursive else environment.versions
    return [path for folder in near if environment.loads(folder) for path in around.get(folder, ())]


def list_compiled_files(environment: Environment, files: Files) -> list[str]:
    """Return the .pyc files that a sourceless environment loads: those without a source file."""
    if not environment.sourceless:
        return []
    compiled = (path for path in files if path.endswith(".pyc") and environment.loads(posixpath.dirname(path)))
    return [path for path in compiled if path[:-1] not in files]


def link_target(path: str, content: bytes) -> str:
    """Return the path that a symbolic link points to, relative to the top like all paths."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), content.decode("utf-8", "surrogateescape")))
