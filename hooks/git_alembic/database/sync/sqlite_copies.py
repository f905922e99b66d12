"""SQLite files that are worked on as copies: the original changes in one piece at the end, or not at all."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

from git_alembic.errors import CannotJudge

if TYPE_CHECKING:
    from typing_extensions import Self

_SECONDS = 5  # that another program may hold a lock


class Copy:
    """One file and its copy. The copy is taken when it is made; `put_back` makes the original what the copy is then."""

    def __init__(self, original: str, copy: str) -> None:
        """Copy the file; CannotJudge where it cannot be read or written."""
        if not (os.access(original, os.W_OK) and os.access(os.path.dirname(original), os.W_OK)):
            raise CannotJudge(f"{original} cannot be written to")
        self.original = original
        self.copy = copy
        self._connection = sqlite3.connect(original, timeout=_SECONDS, isolation_level=None)
        try:
            self._version = self._seen()
            _copied(self._connection, copy)
        except sqlite3.Error as error:
            self._connection.close()
            raise CannotJudge(f"{original} cannot be copied: {error}") from error

    def __enter__(self) -> Self:
        """Keep an eye on the original."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        self._connection.close()

    def keep(self, place: str) -> None:
        """Put the original, as it still is, somewhere else as well."""
        _copied(self._connection, place)

    def put_back(self) -> None:
        """Write the copy over the original in one transaction; CannotJudge where others have written to it."""
        source = sqlite3.connect(f"file:{quote(self.copy)}?mode=rw", uri=True, timeout=_SECONDS)
        try:
            if self._seen() != self._version:
                raise CannotJudge(
                    f"{self.original} was written to meanwhile, so it is left as it is: stop what uses it"
                )
            source.backup(self._connection)
        except sqlite3.Error as error:
            raise CannotJudge(f"{self.original} cannot be written to: {error}") from error
        finally:
            source.close()

    def _seen(self) -> int:
        """A number that changes when another connection writes."""
        found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return found


def _copied(connection: sqlite3.Connection, place: str) -> None:
    target = sqlite3.connect(place)
    try:
        connection.backup(target)
    finally:
        target.close()
