"""The files of a tree, and operations on all of them. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from git_alembic.git import Entry

SETTINGS = "pyproject.toml"
HEADS_FILE = "heads.txt"

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
