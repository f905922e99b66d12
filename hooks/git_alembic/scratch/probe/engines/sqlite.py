"""The scratch of SQLite projects: real SQLite files in a private folder, one for each database of the process."""

import os
import sqlite3
from contextlib import suppress
from hashlib import sha256
from typing import Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from git_alembic.scratch.probe.guard.redirect import RedirectedDialect

_PATIENCE = "PRAGMA busy_timeout = 5000"  # milliseconds, as by default


class _Cursor(sqlite3.Cursor):
    server_side = False

    async def _async_soft_close(self) -> None:
        """Asked of every cursor by an asynchronous engine."""


class Files:
    """The databases are files in `folder`, which may change from run to run."""

    def __init__(self) -> None:
        self.folder = ""

    def dialect(self) -> Any:
        """The dialect that opens them."""
        files = self

        class Connection(sqlite3.Connection):  # the guard's, which it has put there meanwhile
            def cursor(self, factory: Any = _Cursor) -> Any:
                return super().cursor(factory)

        class Scratch(RedirectedDialect, SQLiteDialect_pysqlite):
            driver_module = sqlite3

            def open(self, database: str) -> Any:
                path = os.path.join(files.folder, f"{sha256(database.encode()).hexdigest()[:16]}.sqlite")
                connection = sqlite3.connect(path, timeout=0, factory=Connection, check_same_thread=False)
                with suppress(sqlite3.OperationalError):  # somebody else is writing: who does pays for it
                    connection.execute("PRAGMA synchronous = OFF")  # nobody would miss the file after a crash
                connection.execute(_PATIENCE)
                return connection

        return Scratch
