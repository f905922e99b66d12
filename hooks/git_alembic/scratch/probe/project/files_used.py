"""Records which files of the project its code reads, runs and creates."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any


class FilesUsed:
    """The guard reports the files; those in neither `top` nor `working_tree`, and the interpreter's, don't count."""

    def __init__(self, question: Mapping[str, Any]) -> None:
        self._read: set[str] = set()
        self._ran: set[str] = set()
        self._made: list[str] = []
        self._top = question["top"] + os.sep
        self._working_tree = question["working_tree"] + os.sep
        self._foreign = (question["bytecode"], sys.prefix + os.sep, sys.base_prefix + os.sep, question["scratch"])

    def files(self) -> dict[str, list[str]]:
        """Return {"read", "ran": relative to `top`, "elsewhere": those run from `working_tree`}, sorted."""
        inside = [path for path in self._read if path.startswith(self._top)]
        return {
            "read": sorted(_relative(path, self._top) for path in inside),
            "ran": sorted(_relative(path, self._top) for path in self._ran if path.startswith(self._top)),
            "elsewhere": sorted(
                _relative(path, self._working_tree) for path in self._ran if not path.startswith(self._top)
            ),
        }

    def remove(self) -> None:
        """Delete the files and folders that the project's code created."""
        for path in reversed(self._made):
            with suppress(OSError):
                if os.path.isdir(path):
                    os.rmdir(path)
                else:
                    os.remove(path)

    def opened(self, arguments: Any) -> None:
        path, mode, flags = arguments
        if not isinstance(path, str):
            return
        if flags is not None and flags & os.O_CREAT:
            self.made(arguments)
        elif mode is None or "r" in mode:
            self._note(path, self._read)

    def made(self, arguments: Any) -> None:
        full = self._full_path(os.fsdecode(arguments[0])) if isinstance(arguments[0], (str, bytes)) else None
        if full and not os.path.lexists(full):
            self._made.append(full)

    def executed(self, arguments: Any) -> None:
        path = getattr(arguments[0], "co_filename", "")
        if path.endswith(".py"):
            self._note(path, self._read, self._ran)

    def _note(self, path: str, *sets: set[str]) -> None:
        full = self._full_path(path)
        if full and not all(full in paths for paths in sets) and os.path.isfile(full):
            for paths in sets:
                paths.add(full)

    def _full_path(self, path: str) -> str | None:
        """Return the full path of one of the project's files, else None."""
        full = os.path.normpath(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))
        is_project = full.startswith((self._top, self._working_tree)) and not full.startswith(self._foreign)
        return full if is_project else None


def _relative(path: str, top: str) -> str:
    return path[len(top) :].replace(os.sep, "/")
