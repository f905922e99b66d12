"""Which files of the project its code has read, run and made."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any


class Footprints:
    """Told by the guard; of the files in `top`, and in `instead_of` where that is another folder.

    Those of the interpreter, and of ours, are none of them.
    """

    def __init__(self, question: Mapping[str, Any]) -> None:
        self._read: set[str] = set()
        self._ran: set[str] = set()
        self._made: list[str] = []
        self._top = question["top"] + os.sep
        self._instead_of = question["instead_of"] + os.sep
        self._foreign = (question["bytecode"], sys.prefix + os.sep, sys.base_prefix + os.sep, question["scratch"])

    def files(self) -> dict[str, list[str]]:
        """{"read": relative to `top`, "ran": those that were run, "elsewhere": run from `instead_of`}, sorted."""
        inside = [path for path in self._read if path.startswith(self._top)]
        return {
            "read": sorted(_relative(path, self._top) for path in inside),
            "ran": sorted(_relative(path, self._top) for path in self._ran if path.startswith(self._top)),
            "elsewhere": sorted(
                _relative(path, self._instead_of) for path in self._ran if not path.startswith(self._top)
            ),
        }

    def remove(self) -> None:
        """Take away the files and folders that were not there before."""
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
        """A file or folder is about to be made, if it is not there."""
        full = self._inside(os.fsdecode(arguments[0])) if isinstance(arguments[0], (str, bytes)) else None
        if full and not os.path.lexists(full):
            self._made.append(full)

    def executed(self, arguments: Any) -> None:
        path = getattr(arguments[0], "co_filename", "")
        if path.endswith(".py"):
            self._note(path, self._read, self._ran)

    def _note(self, path: str, *sets: set[str]) -> None:
        full = self._inside(path)
        if full and not all(full in one for one in sets) and os.path.isfile(full):
            for one in sets:
                one.add(full)

    def _inside(self, path: str) -> str | None:
        """The whole path, if it is of the project."""
        full = os.path.normpath(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))
        inside = full.startswith((self._top, self._instead_of)) and not full.startswith(self._foreign)
        return full if inside else None


def _relative(path: str, top: str) -> str:
    return path[len(top) :].replace(os.sep, "/")
