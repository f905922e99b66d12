"""Which paths configure environments, by name. Pure."""

import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from git_alembic.git import Entry

SETTINGS = "pyproject.toml"
HEADS_FILE = "heads.txt"
GIT_MODULES = ".gitmodules"
APPLICATIONS = ("app.py", "wsgi.py", ".flaskenv", ".env")  # `flask` finds an application by these names
_CONFIGURATION_NAMES = (SETTINGS, "env.py", GIT_MODULES, *APPLICATIONS)
_SUFFIXES = (".ini", *_CONFIGURATION_NAMES)
_ENDS = frozenset(suffix[-4:] for suffix in _SUFFIXES)
CONFIGURATION = tuple(f"*{suffix}" for suffix in _SUFFIXES)  # pathspecs without :(glob), which takes git twice as long


def may_affect_environment(path: str) -> bool:
    """True if a change of this path can matter to any environment."""
    return path.endswith((".py", ".ini", ".pyc")) or posixpath.basename(path) in (SETTINGS, HEADS_FILE)


def relevant_entries(diff: "Iterable[Entry]") -> "list[Entry]":
    """Return the entries of a difference that can matter to any environment."""
    return [entry for entry in diff if may_affect_environment(entry.path)]


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
