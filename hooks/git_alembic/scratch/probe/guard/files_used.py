"""Records which files the project's code reads, misses, runs and creates, and whether it calls git."""

from __future__ import annotations

import os
import posixpath
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

_SYSTEM = ("/proc/", "/sys/", "/dev/")  # these change all the time, and no verdict depends on them
_INSTALLED = ("site-packages", "dist-packages")  # the time stamps of these folders represent their files


class FilesUsed:
    """Collects the files that the guard reports, without the interpreter's own and those of installed packages."""

    def __init__(self, question: Mapping[str, Any]) -> None:
        self._read: set[str] = set()
        self._ran: set[str] = set()
        self._missed: set[str] = set()
        self._made: list[str] = []
        self._asks_git = False
        self._top = question["top"] + os.sep
        self._working_tree = question["working_tree"] + os.sep
        self._subfolder = question["subfolder"]
        self._foreign = (
            question["bytecode"],
            sys.prefix + os.sep,
            sys.base_prefix + os.sep,
            question["scratch"],
            os.path.dirname(os.path.dirname(os.path.abspath(__file__))),  # the probe itself
        )
        self._temporary = os.path.realpath(tempfile.gettempdir()) + os.sep

    def files(self) -> dict[str, Any]:
        """Return {"read", "missed", "ran": paths in the tree, "elsewhere": paths of what was run from `working_tree`,
        "outside": full paths of other files that were read or missed, "asks_git": bool}; the lists are sorted.
        """
        return {
            "read": self._inside(self._read),
            "missed": self._inside(self._missed),
            "ran": self._inside(self._ran),
            "elsewhere": sorted(
                posixpath.join(self._subfolder, _relative(path, self._working_tree))
                for path in self._ran
                if path.startswith(self._working_tree) and not path.startswith(self._top)
            ),
            "outside": sorted(path for path in self._read | self._missed if not path.startswith(self._top)),
            "asks_git": self._asks_git,
        }

    def remove(self) -> None:
        """Delete the files and folders that the project's code created."""
        for path in reversed(self._made):
            with suppress(OSError):
                if os.path.isdir(path):
                    os.rmdir(path)
                else:
                    os.remove(path)

    def note_open(self, arguments: Any) -> None:
        path, mode, flags = arguments
        if not isinstance(path, (str, bytes)):
            return
        if flags is not None and flags & os.O_CREAT:
            self.note_creation(arguments)
        elif mode is None or "r" in mode:
            self._note_read(os.fsdecode(path))

    def note_creation(self, arguments: Any) -> None:
        full = _full_path(os.fsdecode(arguments[0])) if isinstance(arguments[0], (str, bytes)) else ""
        if self._is_project(full) and not full.startswith(self._foreign) and not os.path.lexists(full):
            self._made.append(full)

    def note_execution(self, arguments: Any) -> None:
        path = getattr(arguments[0], "co_filename", "")
        if path.endswith(".py"):
            full = _full_path(path)
            if full not in self._ran and self._is_project(full) and self._is_relevant(full) and os.path.isfile(full):
                self._read.add(full)
                self._ran.add(full)

    def note_start(self, arguments: Any) -> None:
        """Record that a program starts. The answers of git depend on more than files."""
        words = arguments[1] if not isinstance(arguments[1], (str, bytes)) else [arguments[1]]
        program = os.fsdecode(arguments[0] or (list(words) or [""])[0])
        self._asks_git = self._asks_git or os.path.basename(program).startswith("git")

    def _note_read(self, path: str) -> None:
        full = _full_path(path)
        if full in self._read or full in self._missed or not self._is_relevant(full):
            return
        if os.path.isfile(full):
            self._read.add(full)
        elif not os.path.exists(full):
            self._missed.add(full)

    def _is_relevant(self, full: str) -> bool:
        if full.startswith(self._foreign) or any(folder in full for folder in _INSTALLED):
            return False
        return self._is_project(full) or not full.startswith((*_SYSTEM, self._temporary))

    def _is_project(self, full: str) -> bool:
        return full.startswith((self._top, self._working_tree))

    def _inside(self, paths: set[str]) -> list[str]:
        return sorted(_relative(path, self._top) for path in paths if path.startswith(self._top))


def _full_path(path: str) -> str:
    return os.path.normpath(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))


def _relative(path: str, top: str) -> str:
    return path[len(top) :].replace(os.sep, "/")
