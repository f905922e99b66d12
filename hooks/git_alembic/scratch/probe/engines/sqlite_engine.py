"""SQLite files in a private folder as scratch databases."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from hashlib import sha256
from typing import Any, Mapping

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from git_alembic.scratch.probe.engines.scratch_engine_interface import EngineDialect, ScratchEngine, bind

# How long a connection waits for another one, in milliseconds: the default of Python's driver. It only matters to
# projects that write from several threads, because no wait is long enough within one thread.
_BUSY_TIMEOUT = "PRAGMA busy_timeout = 5000"


class _Cursor(sqlite3.Cursor):
    server_side = False

    async def _async_soft_close(self) -> None:
        """Do nothing. Asynchronous engines call it on every cursor."""


class _Dialect(EngineDialect, SQLiteDialect_pysqlite):
    driver_module = sqlite3


class SQLiteFiles(ScratchEngine):
    """One file for each database of the process. Saving stores the content of the folder."""

    def __init__(self) -> None:
        self._folder = ""

        class Connection(sqlite3.Connection):  # the guard's class, which replaced sqlite3's
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
        with suppress(sqlite3.OperationalError):  # another connection is writing
            connection.execute("PRAGMA synchronous = OFF")  # the file needn't survive a crash
        connection.execute(_BUSY_TIMEOUT)
        return connection
