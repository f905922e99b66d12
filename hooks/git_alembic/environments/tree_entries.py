"""The entries of a tree as values: their pathspecs, their state before or after a difference, and revision files."""

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from git_alembic.config.path_containment import ancestors, is_within_any
from git_alembic.environments.configuration_files import may_affect_environment
from git_alembic.environments.environment import Environment, is_revision_file
from git_alembic.git import Entry, escape_glob

Files = Mapping[str, tuple[str, str]]  # path -> (mode, blob id)


class Tree(NamedTuple):
    """A tree with a name ("HEAD", "staged"), and its relevant files."""

    name: str
    files: Files


def likely_roots(paths: Iterable[str]) -> set[str]:
    """Return the script locations of paths in a folder `versions`. `read_touched` lists them at first."""
    return {path.partition("/versions/")[0] for path in paths if "/versions/" in path}


def root_pathspecs(roots: Iterable[str]) -> list[str]:
    """Return the pathspecs of everything under the roots, and of the code above them."""
    return [
        *(f":(literal){root}/" if root else "." for root in sorted(roots)),
        *(f":(glob){escape_glob(folder)}/*.py" if folder else ":(glob)*.py" for folder in sorted(_above(roots))),
    ]


def drop_strays(listed: Files, matched: Iterable[str], roots: Collection[str]) -> Files:
    """Return a listing of CONFIGURATION and `root_pathspecs` without the paths that only CONFIGURATION matches.

    `matched` are all paths that it matches.
    """
    above = _above(roots)
    files = dict(listed)
    for path in matched:
        if not is_within_any(path, roots) and posixpath.dirname(path) not in above:
            del files[path]
    return files


def _above(roots: Iterable[str]) -> set[str]:
    """Return the folders above the roots. Their code may extend the configuration of an environment."""
    return {folder for root in roots for folder in ancestors(root) if folder != root}


def undo_diff(files: Files, diff: Sequence[Entry]) -> Files:
    """Return the files as they were before a difference, without files that cannot matter."""
    out = dict(files)
    for entry in diff:
        if may_affect_environment(entry.path):
            out[entry.path] = (entry.old_mode, entry.old)
            if entry.status == "A":
                del out[entry.path]
    return out


def apply_diff(files: Files, diff: Iterable[Entry]) -> Files:
    """Return the files after a difference."""
    out = dict(files)
    for entry in diff:
        if entry.status == "D":
            out.pop(entry.path, None)
        else:
            out[entry.path] = (entry.new_mode, entry.new)
    return out


def link_target(path: str, content: bytes) -> str:
    """Return the path that a symbolic link points to, relative to the top like all paths."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), content.decode("utf-8", "surrogateescape")))


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
