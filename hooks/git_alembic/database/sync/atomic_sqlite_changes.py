"""Changes SQLite files as copies. The original changes at the end, in one step or not at all."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

from git_alembic.errors import CannotCheck

if TYPE_CHECKING:
    from typing_extensions import Self

_LOCK_SECONDS = 5  # time that another program may hold a lock


class SqliteCopy:
    """A file and its immediate copy. `put_back` writes the final copy over the original."""

    def __init__(self, original: str, copy: str) -> None:
        """Raise CannotCheck if the original can't be read or written."""
        if not (os.access(original, os.W_OK) and os.access(os.path.dirname(original), os.W_OK)):
            raise CannotCheck(f"{original} cannot be written to")
        self.original = original
        self.copy = copy
        self._connection = sqlite3.connect(original, timeout=_LOCK_SECONDS, isolation_level=None)
        try:
            self._version = self._data_version()
            _backup(self._connection, copy)
        except sqlite3.Error as error:
            self._connection.close()
            raise CannotCheck(f"{original} cannot be copied: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def keep(self, path: str) -> None:
        """Write the original file to another file."""
        _backup(self._connection, path)

    def put_back(self) -> None:
        """Write the copy over the original in one transaction. Raise CannotCheck if the original changed meanwhile."""
        source = sqlite3.connect(f"file:{quote(self.copy)}?mode=rw", uri=True, timeout=_LOCK_SECONDS)
        try:
            if self._data_version() != self._version:
                raise CannotCheck(
                    f"another program changed {self.original} in the meantime, so git-alembic did not touch it: "
                    "stop that program"
                )
            source.backup(self._connection)
        except sqlite3.Error as error:
            raise CannotCheck(f"{self.original} cannot be written to: {error}") from error
        finally:
            source.close()

    def _data_version(self) -> int:
        """Return a number that changes when another connection writes."""
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version


def _backup(connection: sqlite3.Connection, path: str) -> None:
    target = sqlite3.connect(path)
    try:
        connection.backup(target)
    finally:
        target.close()
