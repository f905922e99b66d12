"""Redirects bytecode to a folder of its own, so that the project's folders don't change.

Libraries still use the bytecode beside them: compiling all of SQLAlchemy again takes longer than most runs.
"""

from __future__ import annotations

import os
import sys
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


def redirect_bytecode(folder: str, *projects: str) -> None:
    """Write all bytecode to the folder; also read the bytecode beside files that belong to none of the projects."""
    sys.pycache_prefix = folder
    tops = tuple(top + os.sep for top in projects)
    interpreter = (sys.prefix + os.sep, sys.base_prefix + os.sep)  # may be inside the project
    finder = FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (_Library, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )

    def library_finder(path: str) -> PathEntryFinder:
        folder = os.path.join(os.path.abspath(path), "")
        if folder.startswith(tops) and not folder.startswith(interpreter):
            raise ImportError(path)
        return finder(path)

    sys.path_hooks.insert(0, library_finder)
    sys.path_importer_cache.clear()


class _Library(SourceFileLoader):
    """Reads the bytecode beside the source; the base class compiles again if it doesn't fit."""

    def get_data(self, path: str) -> bytes:
        if path.endswith(".pyc"):
            with suppress(OSError):
                beside = os.path.join(os.path.dirname(self.path), "__pycache__", os.path.basename(path))
                return super().get_data(beside)
        return super().get_data(path)
