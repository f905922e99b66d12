"""The files of a tree, and operations on all of them. Pure."""

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from git_alembic.config.repository_paths import ancestors, within_any
from git_alembic.git import Entry, escape_glob

SETTINGS = "pyproject.toml"
HEADS_FILE = "heads.txt"
GIT_MODULES = ".gitmodules"
APPLICATIONS = ("app.py", "wsgi.py", ".flaskenv", ".env")  # `flask` finds an application by these names
_CONFIGURATION_NAMES = (SETTINGS, "env.py", GIT_MODULES, *APPLICATIONS)
_SUFFIXES = (".ini", *_CONFIGURATION_NAMES)
_ENDS = frozenset(suffix[-4:] for suffix in _SUFFIXES)
CONFIGURATION = tuple(f"*{suffix}" for suffix in _SUFFIXES)  # pathspecs without :(glob), which takes git twice as long

Files = Mapping[str, tuple[str, str]]  # path -> (mode, blob id)


class Tree(NamedTuple):
    """A tree with a name ("HEAD", "staged"), and its relevant files."""

    name: str
    files: Files


def concerns(path: str) -> bool:
    """True if a change of this path can matter to any environment."""
    return path.endswith((".py", ".ini", ".pyc")) or posixpath.basename(path) in (SETTINGS, HEADS_FILE)


def is_heads_file(path: str) -> bool:
    """True if a file can be the file with the heads of an environment."""
    return posixpath.basename(path) == HEADS_FILE


def configures(path: str) -> bool:
    """True if a file can say where an environment is, and what counts there."""
    return path.endswith(".ini") or posixpath.basename(path) in (SETTINGS, "env.py")


def is_configuration(path: str) -> bool:
    """True if a file that CONFIGURATION matches can configure an environment."""
    return path.endswith(".ini") or posixpath.basename(path) in _CONFIGURATION_NAMES


def list_matched(paths: Iterable[str]) -> list[str]:
    """Return the paths that CONFIGURATION matches."""
    # The last characters decide for most paths. There may be ten thousand.
    return [path for path in paths if path[-4:] in _ENDS and path.endswith(_SUFFIXES)]


def likely_roots(paths: Iterable[str]) -> set[str]:
    """Return the script locations of paths in a folder `versions`. `touched` lists them before it knows the roots."""
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
    kept = dict(listed)
    for path in matched:
        if not within_any(path, roots) and posixpath.dirname(path) not in above:
            del kept[path]
    return kept


def _above(roots: Iterable[str]) -> set[str]:
    """Return the folders above the roots. Their code may extend the configuration of an environment."""
    return {folder for root in roots for folder in ancestors(root) if folder != root}


def before(files: Files, diff: Sequence[Entry]) -> Files:
    """Return the files as they were before a difference, without files that cannot matter."""
    out = dict(files)
    for entry in diff:
        if concerns(entry.path):
            out[entry.path] = (entry.old_mode, entry.old)
            if entry.status == "A":
                del out[entry.path]
    return out


def link_target(path: str, content: bytes) -> str:
    """Return the path that a symbolic link points to, relative to the top like all paths."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), content.decode("utf-8", "surrogateescape")))
