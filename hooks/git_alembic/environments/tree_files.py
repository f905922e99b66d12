"""The files of a tree, and what is done to them as a whole; pure."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from git_alembic.git import Entry

SETTINGS = "pyproject.toml"
HEADS_FILE = "heads.txt"

Files = Mapping[str, tuple[str, str]]  # path -> (mode, blob id)


class Tree(NamedTuple):
    """A tree by name ("HEAD", "staged"), as far as it matters here."""

    name: str
    files: Files


def concerns(path: str) -> bool:
    """Whether a change of this path can matter to any environment."""
    return path.endswith((".py", ".ini", ".pyc")) or posixpath.basename(path) in (SETTINGS, HEADS_FILE)


def is_heads_file(path: str) -> bool:
    """Whether a file can be the one with the heads of an environment."""
    return posixpath.basename(path) == HEADS_FILE


def configures(path: str) -> bool:
    """Whether a file can say where an environment is, and what counts there."""
    return path.endswith(".ini") or posixpath.basename(path) in (SETTINGS, "env.py")


def before(files: Files, diff: Sequence[Entry]) -> Files:
    """The files as they were before a difference; with nothing that cannot matter."""
    out = dict(files)
    for entry in diff:
        if concerns(entry.path):
            out[entry.path] = (entry.old_mode, entry.old)
            if entry.status == "A":
                del out[entry.path]
    return out
