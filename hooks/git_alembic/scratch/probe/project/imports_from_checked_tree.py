"""Imports the project's own code from the checked tree, even if an editable install points to the working tree.

Editable installs put the working tree on `sys.path`, or install finders that return its files. If the checked tree is a
copy, this module loads every module of the working tree from the copy.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from git_alembic.scratch.probe.guard.driver_hooks import find_spec_after


def import_from_tree(question: Mapping[str, str]) -> None:
    """Import modules of `working_tree` from the checked tree instead. Do nothing if both are the same."""
    top, working_tree = os.path.normpath(os.path.join(question["top"], question["subfolder"])), question["working_tree"]
    if top == working_tree:
        return
    sys.path[:] = [_path_in_copy(entry, top, working_tree) for entry in sys.path]
    sys.meta_path.insert(0, _TreeFinder(top, working_tree))


def _path_in_copy(path: str, top: str, working_tree: str) -> str:
    """Return the same path in the copy if the copy has it."""
    if path != working_tree and not path.startswith(working_tree + os.sep):
        return path
    moved = top + path[len(working_tree) :]
    return moved if os.path.exists(moved) else path


class _TreeFinder:
    def __init__(self, top: str, working_tree: str) -> None:
        self._top = top
        self._working_tree = working_tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        moved = None if path is None else [self._path_in_copy(entry) for entry in path]
        spec = find_spec_after(self, fullname, moved, target)
        if spec is None:
            # Only the working tree has this module, so it isn't in the commit; the parent process reports that.
            back = [self._back(entry) for entry in (sys.path if path is None else path)]
            return importlib.machinery.PathFinder.find_spec(fullname, back, target)
        if not spec.origin or spec.origin == self._path_in_copy(spec.origin):
            return self._package(spec)
        places = spec.submodule_search_locations
        inside = None if places is None else [self._path_in_copy(entry) for entry in places]
        return importlib.util.spec_from_file_location(
            fullname, self._path_in_copy(spec.origin), submodule_search_locations=inside
        )

    def _back(self, path: str) -> str:
        inside = path == self._top or path.startswith(self._top + os.sep)
        return self._working_tree + path[len(self._top) :] if inside else path

    def _path_in_copy(self, path: str) -> str:
        return _path_in_copy(path, self._top, self._working_tree)

    def _package(self, spec: importlib.machinery.ModuleSpec) -> importlib.machinery.ModuleSpec:
        """Return the spec of a namespace package, which has search locations that find resources, but no origin."""
        if spec.loader is None and spec.submodule_search_locations:
            before = list(spec.submodule_search_locations)
            places = [self._path_in_copy(entry) for entry in before]
            if places != before:
                parents = [os.path.dirname(entry) for entry in places]
                moved = importlib.machinery.PathFinder.find_spec(spec.name, parents)
                if moved is not None and moved.loader is spec.loader:
                    return moved
                spec.submodule_search_locations = places
        return spec
