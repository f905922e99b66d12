"""A setup plan as values: which files change, what the user pastes, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff
from typing import NamedTuple


class FileChange(NamedTuple):
    """One file, relative to the working tree. `old` is "" for a new file."""

    path: str
    old: str
    new: str
    is_executable: bool = False

    def diff(self) -> str:
        """Return the change as a git diff."""
        names = (f"a/{self.path}" if self.old else "/dev/null", f"b/{self.path}")
        return "\n".join(unified_diff(self.old.splitlines(), self.new.splitlines(), *names, lineterm=""))


class Paste(NamedTuple):
    """Lines that the user adds to a file by hand."""

    path: str
    lines: str
    where: str = ""

    def text(self) -> str:
        """Return the instruction with its lines."""
        head = f"Add this to {self.path}{f', {self.where}' if self.where else ''}:"
        indented = "\n".join(f"    {line}" if line else "" for line in self.lines.splitlines())
        return f"{head}\n\n{indented}"


class SetupPlan(NamedTuple):
    """What `init` does for one hook manager. `next_steps` are the remaining commands, `notes` are sentences."""

    manager: str
    changes: tuple[FileChange, ...] = ()
    pastes: tuple[Paste, ...] = ()
    next_steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def files(self) -> Sequence[str]:
        """The files that change."""
        return [change.path for change in self.changes]
