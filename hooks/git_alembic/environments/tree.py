"""A tree as a value, and its files before or after a diff. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from git_alembic.environments.configuration_files import may_affect_environment
from git_alembic.git import Entry

Files = Mapping[str, tuple[str, str]]  # path -> (mode, blob id)


class Tree(NamedTuple):
    """A tree with a name ("HEAD", "staged"), and its relevant files."""

    name: str
    files: Files


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
