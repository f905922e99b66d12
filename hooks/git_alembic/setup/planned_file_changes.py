"""A setup plan as values: the changed files, what the user pastes, what comes next. Reads and replaces files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import unified_diff
from typing import NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.temporary_files import discard


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


def read_bytes(path: str) -> bytes:
    """Return the content, or b"" if the file can't be read."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def read_text(path: str) -> str:
    """Return the text with its original line endings, or "" if there is no file."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise CannotCheck(f"{path} cannot be read: {error}") from error


def write_text(path: str, text: str, *, executable: bool = False) -> None:
    """Replace the file, or the target of a link, in one step. Its mode stays; a new file can be executable."""
    path = os.path.realpath(path)
    partial = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777 if executable else 0o666)
        with open(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        if os.path.exists(path):
            os.chmod(partial, os.stat(path).st_mode)
        os.replace(partial, path)
    except OSError as error:
        discard([partial])
        raise CannotCheck(f"{path} could not be written: {error.strerror}") from error


def is_within_real_path(path: str, folder: str) -> bool:
    """True for the folder itself and everything below it, after links are resolved."""
    return os.path.join(os.path.realpath(path), "").startswith(os.path.join(os.path.realpath(folder), ""))
