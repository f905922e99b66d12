"""Writes bytecode to a separate folder, so that the project's folders don't change.

Libraries still use the bytecode beside them, because compiling all of SQLAlchemy again takes longer than most runs.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.abc import PathEntryFinder
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from types import CodeType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def redirect_bytecode(folder: str, *projects: str) -> None:
    """Write all bytecode to the folder. Also read the bytecode beside files outside the projects."""
    sys.pycache_prefix = folder
    tops = tuple(top + os.sep for top in projects)
    interpreter = (sys.prefix + os.sep, sys.base_prefix + os.sep)  # it may be inside the project
    library, project = _path_hook(_Library), _path_hook(_Source)

    def find(path: str) -> PathEntryFinder:
        folder = os.path.join(os.path.abspath(path), "")
        is_project = folder.startswith(tops) and not folder.startswith(interpreter)
        return (project if is_project else library)(path)

    sys.path_hooks.insert(0, find)
    sys.path_importer_cache.clear()
    # Alembic loads env.py and revisions by path, with the loader that this module names.
    vars(sys.modules["_frozen_importlib_external"])["SourceFileLoader"] = _Source


def _path_hook(loader: type[SourceFileLoader]) -> Callable[[str], PathEntryFinder]:
    return FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (loader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )


class _Source(SourceFileLoader):
    """A loader that compiles again if bytecode is damaged, or if another user can have written it."""

    def get_code(self, fullname: str) -> CodeType | None:
        try:
            return super().get_code(fullname)
        except Exception:  # noqa: BLE001 - any error of `marshal`; a mistake in the source is raised again
            path = self.get_filename(fullname)
            return self.source_to_code(super().get_data(path), path)

    def get_data(self, path: str) -> bytes:
        if path.startswith(str(sys.pycache_prefix)) and not _is_ours(path):
            raise PermissionError(path)
        return super().get_data(path)

    def set_data(self, path: str, data: ReadableBuffer, *, _mode: int = 0o666) -> None:
        super().set_data(path, data, _mode=_mode & 0o700)


class _Library(_Source):
    """A loader that first tries the bytecode beside the source."""

    def get_data(self, path: str) -> bytes:
        if path.endswith(".pyc"):
            with suppress(OSError):
                beside = os.path.join(os.path.dirname(self.path), "__pycache__", os.path.basename(path))
                return super().get_data(beside)
        return super().get_data(path)


def _is_ours(path: str) -> bool:
    """False if another user can have written a file."""
    status = os.lstat(path)
    private = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and stat.S_ISREG(status.st_mode)
    return private and (not hasattr(os, "geteuid") or status.st_uid == os.geteuid())
