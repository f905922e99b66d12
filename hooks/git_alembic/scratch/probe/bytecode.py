"""Where the bytecode of what is imported is: beside the libraries, and else in a folder of its own.

The folders of the project's files stay as they are. To compile all of SQLAlchemy anew, where it lies compiled, takes
longer than most runs.
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


def keep_apart(folder: str, *projects: str) -> None:
    """Write all bytecode to the folder; read what is beside the files that are of none of the projects."""
    sys.pycache_prefix = folder
    tops = tuple(top + os.sep for top in projects)
    own = (sys.prefix + os.sep, sys.base_prefix + os.sep)  # a project may have its interpreter inside
    finder = FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (_Library, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )

    def library_finder(path: str) -> PathEntryFinder:
        place = os.path.join(os.path.abspath(path), "")
        if place.startswith(tops) and not place.startswith(own):
            raise ImportError(path)
        return finder(path)

    sys.path_hooks.insert(0, library_finder)
    sys.path_importer_cache.clear()


class _Library(SourceFileLoader):
    """Whether bytecode fits the source, the base sees from its first bytes; if not, it compiles anew."""

    def get_data(self, path: str) -> bytes:
        if path.endswith(".pyc"):
            with suppress(OSError):
                beside = os.path.join(os.path.dirname(self.path), "__pycache__", os.path.basename(path))
                return super().get_data(beside)
        return super().get_data(path)
