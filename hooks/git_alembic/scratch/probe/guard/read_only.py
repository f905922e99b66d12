"""The project's real databases, to be read and nothing else: for every engine of the process, and behind the engines.

A statement that is not one of reading is refused before it is sent; the session is made read only on the server where
that knows such a thing; an SQLite file is opened read only, and one that is not there is not made. What hangs is given
up: connections after CONNECT_SECONDS, statements after STATEMENT_SECONDS.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from git_alembic.scratch.probe.guard.audit_hook import refused_program
from git_alembic.scratch.probe.guard.driver_hooks import DriverHook
from git_alembic.scratch.probe.guard.raw_connections import ENTRY_POINTS, hold_read_only
from git_alembic.scratch.probe.guard.reading_statements import only_reads
from git_alembic.scratch.probe.guard.sqlite_files import ReadOnlyConnection, connect_arguments, file_of, read_only_uri

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
_LOCK_SECONDS = 2

_SET = {
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        f"SET statement_timeout = '{STATEMENT_SECONDS}s'",
        f"SET lock_timeout = '{_LOCK_SECONDS}s'",
    ),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", f"SET SESSION max_execution_time = {STATEMENT_SECONDS * 1000}"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", f"SET SESSION max_statement_time = {STATEMENT_SECONDS}"),
}
TIMEOUT_OPTIONS: Mapping[str, Mapping[str, Any]] = {  # what drivers call it
    "psycopg2": {"connect_timeout": CONNECT_SECONDS},
    "psycopg2cffi": {"connect_timeout": CONNECT_SECONDS},
    "psycopg": {"connect_timeout": CONNECT_SECONDS},
    "psycopg_async": {"connect_timeout": CONNECT_SECONDS},
    "asyncpg": {"timeout": CONNECT_SECONDS, "command_timeout": STATEMENT_SECONDS},
    "pg8000": {"timeout": STATEMENT_SECONDS},
    "pymysql": {"connect_timeout": CONNECT_SECONDS, "read_timeout": STATEMENT_SECONDS},
    "mysqldb": {"connect_timeout": CONNECT_SECONDS, "read_timeout": STATEMENT_SECONDS},
    "aiomysql": {"connect_timeout": CONNECT_SECONDS},
    "asyncmy": {"connect_timeout": CONNECT_SECONDS},
    "mysqlconnector": {"connection_timeout": CONNECT_SECONDS},
    "pyodbc": {"timeout": CONNECT_SECONDS},
}


class RefusedWrite(RuntimeError):
    """The project's code tried to change a database that is only to be read."""


class ReadOnlyGuard:
    """From the moment that it is made, no connection of this process can be used to write.

    `refused` are the statements and programs that were refused; `missing` the SQLite files that are not there, each
    of which is an empty database in memory instead; `attempts` the connections that were tried, newest last:
    {"dialect", "driver", "host", "port", "database", "user", "connected": bool}.
    """

    def __init__(self) -> None:
        self.refused: list[str] = []
        self.missing: list[str] = []
        self.attempts: list[dict[str, Any]] = []
        self._opened: list[str] = []
        self._plain = sqlite3.connect
        connect: Any = self._sqlite
        sqlite3.connect = sqlite3.dbapi2.connect = connect
        sys.meta_path.insert(0, DriverHook(ENTRY_POINTS, hold_read_only(self._refuse)))
        event.listen(Engine, "do_connect", self._connecting)
        event.listen(Engine, "before_cursor_execute", self._executing)
        event.listen(Pool, "connect", self._connected)
        self._answers: Mapping[str, Callable[[Any], None]] = {
            "sqlite3.connect": self._sqlite_behind,
            "subprocess.Popen": self._program,
            "os.posix_spawn": self._program,
            "os.exec": self._program,
            "os.system": self._program,
        }
        sys.addaudithook(lambda name, arguments: self._answers.get(name, _ignore)(arguments))

    def interrupted(self) -> list[str]:
        """The SQLite files that were opened and have the journal of an unfinished write beside them."""
        return sorted({path for path in self._opened if os.path.exists(path + "-journal")})

    # --- engines

    def _connecting(self, dialect: Any, _: Any, __: Any, options: dict[str, Any]) -> None:
        for name, value in TIMEOUT_OPTIONS.get(dialect.driver, {}).items():
            options.setdefault(name, value)
        self.attempts.append({
            "dialect": dialect.name,
            "driver": dialect.driver,
            "host": options.get("host") or options.get("unix_socket"),
            "port": options.get("port"),
            "database": options.get("dbname") or options.get("database") or options.get("db"),
            "user": options.get("user"),
            "connected": False,
        })  # fmt: skip

    def _connected(self, connection: Any, _: Any) -> None:
        attempt: dict[str, Any] = self.attempts[-1] if self.attempts else {"dialect": ""}
        attempt["connected"] = True
        for statement in _SET.get(attempt["dialect"], ()):
            cursor = connection.cursor()
            try:
                cursor.execute(statement)
            except Exception:
                # An older MySQL has no such time-out; that nothing can be written is not to be done without.
                if "READ ONLY" in statement:
                    raise
            finally:
                cursor.close()
        if attempt["dialect"] in _SET:
            connection.commit()

    def _executing(self, _: Any, __: Any, statement: str, ___: Any, ____: Any, _____: Any) -> None:
        if not only_reads(statement):
            self._refuse(" ".join(statement.split())[:300])

    def _refuse(self, what: str) -> None:
        self.refused.append(what)
        raise RefusedWrite(f"git-alembic only reads, and lets no code write meanwhile: {what}")

    # --- SQLite, also without an engine

    def _sqlite(self, database: Any, *arguments: Any, **options: Any) -> Any:
        named = connect_arguments(arguments, options)
        path = file_of(os.fsdecode(database), uri=bool(named.pop("uri", False)))
        if path is not None and not os.path.exists(path):
            self.missing.append(os.path.abspath(path))
            path = None
        named["timeout"] = min(float(named.get("timeout", _LOCK_SECONDS)), _LOCK_SECONDS)
        if path is None:
            return self._plain(":memory:", **named)
        self._opened.append(os.path.abspath(path))
        named.setdefault("factory", ReadOnlyConnection)
        return self._plain(read_only_uri(path), uri=True, **named)

    def _sqlite_behind(self, arguments: Any) -> None:
        path = os.fsdecode(arguments[0])
        if path not in (":memory:", "") and not (path.startswith("file:") and "?mode=ro" in path):
            self._refuse(f"the SQLite database {path}, opened behind the module sqlite3")

    def _program(self, arguments: Any) -> None:
        name = refused_program(arguments)
        if name:
            self._refuse(f"the program {name}")


def _ignore(_: Any) -> None:
    """No event of ours."""
