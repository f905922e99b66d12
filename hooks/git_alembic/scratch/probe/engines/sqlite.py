"""SQLite files in a private folder as scratch databases."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from hashlib import sha256
from typing import Any, Mapping

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from git_alembic.scratch.probe.engines.scratch_engine import EngineDialect, ScratchEngine, bind

# How long a connection waits for another one, in milliseconds: the default of Python's driver. It only matters to
# projects that write from several threads: within one thread no wait is long enough.
_BUSY_TIMEOUT = "PRAGMA busy_timeout = 5000"


class _Cursor(sqlite3.Cursor):
    server_side = False

    async def _async_soft_close(self) -> None:
        """Does nothing; asynchronous engines call it on every cursor."""


class _Dialect(EngineDialect, SQLiteDialect_pysqlite):
    driver_module = sqlite3


class SQLiteFiles(ScratchEngine):
    """One file for each database of the process. What is in the folder is saved."""

    def __init__(self) -> None:
        self._folder = ""

        class Connection(sqlite3.Connection):  # of the guard, which replaced sqlite3's
            def cursor(self, factory: Any = _Cursor) -> Any:
                return super().cursor(factory)

        self._connection_class = Connection

    def dialects(self) -> Mapping[str, Any]:
        return {"sqlite": bind(_Dialect, self)}

    def load(self, folder: str) -> None:
        self._folder = folder

    def connect(self, _dialect: Any, database: str, _options: Mapping[str, Any]) -> sqlite3.Connection:
        path = os.path.join(self._folder, f"{sha256(database.encode()).hexdigest()[:16]}.sqlite")
        connection = sqlite3.connect(path, timeout=0, factory=self._connection_class, check_same_thread=False)
        with suppress(sqlite3.OperationalError):  # another connection writes, and has to wait for the disk
            connection.execute("PRAGMA synchronous = OFF")  # nobody would miss the file after a crash
        connection.execute(_BUSY_TIMEOUT)
        return connection
