"""Records which environment variables the project's code reads, so that a cached verdict ends when one changes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import Any

_READERS = ("os.py", "<frozen os>", "_collections_abc.py", "<frozen _collections_abc>")


class VariablesUsed:
    """Watches `os.environ` from its creation on. `top` is the project's tree."""

    def __init__(self, top: str) -> None:
        self._top = top + os.sep
        self._initial = dict(os.environ)
        self._names: set[str] = set()
        self._unset: dict[str, None] = {}
        self._watch(type(os.environ))

    def names(self) -> list[str]:
        """Return the variables that were read, set or not; "*" if the code has listed all of them."""
        return sorted(self._names)

    def list_missed(self, message: str) -> list[str]:
        """Return unset variables that the code read and that the message of an exception names.

        If the message names only a None, return those that the project's own code read, in the order of their first
        use.
        """
        words = dict.fromkeys(re.findall(r"\w+", message))
        mentioned = [name for name in words if name in self._names and name not in self._initial]
        if mentioned or "None" not in message:
            return mentioned
        return [name for name in self._unset if name not in self._initial]

    def _watch(self, environ: Any) -> None:
        get_item, iterate = environ.__getitem__, environ.__iter__

        def noted_item(mapping: Any, name: Any) -> Any:
            self._note(name)
            return get_item(mapping, name)

        def noted_iteration(mapping: Any) -> Iterator[Any]:
            self._names.add("*")
            iterator: Iterator[Any] = iterate(mapping)
            return iterator

        environ.__getitem__, environ.__iter__ = noted_item, noted_iteration

    def _note(self, name: Any) -> None:
        text = os.fsdecode(name) if isinstance(name, (str, bytes)) else ""
        if text and text not in self._names:
            self._names.add(text)
        if text and text not in self._initial and text not in self._unset and self._is_project_reading():
            self._unset[text] = None

    def _is_project_reading(self) -> bool:
        frame: Any = sys._getframe(3)  # noqa: SLF001 - there is no other way to find the reader
        while frame is not None and os.path.basename(frame.f_code.co_filename) in _READERS:
            frame = frame.f_back
        path = os.path.abspath(frame.f_code.co_filename) if frame else ""
        return path.startswith(self._top) and "site-packages" not in path
