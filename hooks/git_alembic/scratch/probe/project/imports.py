"""Imports of the project's own code come from the judged tree, however the working tree was made importable.

Editable installs put the working tree on `sys.path`, or install finders with its folders in them. Where the judged tree
is an export, every module that would be loaded from the working tree is loaded from the same place of the export.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import Any

from git_alembic.scratch.probe.guard.driver_hooks import find_spec_after


def come_from(top: str, instead_of: str) -> None:
    """Have what lies in `instead_of` imported from `top`; nothing is done where the two are one."""
    if top == instead_of:
        return
    sys.path[:] = [_moved(entry, top, instead_of) for entry in sys.path]
    sys.meta_path.insert(0, _Moving(top, instead_of))


def _moved(path: str, top: str, instead_of: str) -> str:
    """The same place in the export, if it has that."""
    if path != instead_of and not path.startswith(instead_of + os.sep):
        return path
    moved = top + path[len(instead_of) :]
    return moved if os.path.exists(moved) else path


class _Moving:
    def __init__(self, top: str, instead_of: str) -> None:
        self._top = top
        self._instead_of = instead_of

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        moved = None if path is None else [self._place(entry) for entry in path]
        spec = find_spec_after(self, fullname, moved, target)
        if spec is None:
            # Only the working tree has it, so it is not in the commit; the parent tells from where it was run.
            back = [self._back(entry) for entry in (sys.path if path is None else path)]
            return importlib.machinery.PathFinder.find_spec(fullname, back, target)
        if not spec.origin or spec.origin == self._place(spec.origin):
            return self._package(spec)
        places = spec.submodule_search_locations
        inside = None if places is None else [self._place(entry) for entry in places]
        return importlib.util.spec_from_file_location(
            fullname, self._place(spec.origin), submodule_search_locations=inside
        )

    def _back(self, path: str) -> str:
        inside = path == self._top or path.startswith(self._top + os.sep)
        return self._instead_of + path[len(self._top) :] if inside else path

    def _place(self, path: str) -> str:
        return _moved(path, self._top, self._instead_of)

    def _package(self, spec: importlib.machinery.ModuleSpec) -> importlib.machinery.ModuleSpec:
        """A namespace package has no origin, only places."""
        if spec.loader is None and spec.submodule_search_locations:
            places: list[str] = [self._place(entry) for entry in spec.submodule_search_locations]
            spec.submodule_search_locations = places
        return spec
