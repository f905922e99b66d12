"""Makes the project's real databases read-only, for every engine of the process and for direct connections.

The engine's event and the driver refuse a statement that does more than read, before it is sent. The server keeps the
session read-only if it can. This is set again whenever a connection leaves a pool. An SQLite file is opened read-only,
and a missing file is not created. Connecting ends after CONNECT_SECONDS, a statement after STATEMENT_SECONDS.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from git_alembic.scratch.probe.guard.allowed_programs import guard_programs
from git_alembic.scratch.probe.guard.allowed_statements import only_reads
from git_alembic.scratch.probe.guard.connections.psycopg_connections import guard_psycopg
from git_alembic.scratch.probe.guard.connections.server_read_only import ENTRY_POINTS, hold_read_only
from git_alembic.scratch.probe.guard.connections.sqlite_connections import (
    Rules,
    SqliteTarget,
    file_of,
    guard_connections,
    is_opening,
    is_read_only_uri,
    memory_of,
    read_only_uri,
)
from git_alembic.scratch.probe.guard.driver_hooks import STATEMENTS, USING, DriverHook
from git_alembic.scratch.probe.guard.sql_tokens import text_of

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
_LOCK_SECONDS = 2

_JOURNAL = re.compile(r"\s*pragma\s+(?:\w+\.)?journal_mode\s*[=(]", re.IGNORECASE)
_ATTACH = re.compile(r"\s*attach\s+(?:database\s+)?(?:'((?:[^']|'')*)'|\?)\s+as\s+(\"?\w+\"?)\s*;?\s*$", re.IGNORECASE)
_RESET = re.compile(r"\breset\s+all\b", re.IGNORECASE)
_POSTGRESQL = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
_MYSQL = "SET SESSION TRANSACTION READ ONLY"
_SET = {
    "postgresql": (
        _POSTGRESQL,
        f"SET statement_timeout = '{STATEMENT_SECONDS}s'",
        f"SET lock_timeout = '{_LOCK_SECONDS}s'",
    ),
    "mysql": (_MYSQL, f"SET SESSION max_execution_time = {STATEMENT_SECONDS * 1000}"),
    "mariadb": (_MYSQL, f"SET SESSION max_statement_time = {STATEMENT_SECONDS}"),
}
TIMEOUT_OPTIONS: Mapping[str, Mapping[str, Any]] = {  # the drivers' names of the options
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

REFUSAL = "git-alembic only reads, and blocks writes by the project's code"


class RefusedWrite(RuntimeError):
    """The project's code tried to change a database that is read-only here."""


class ReadOnlyGuard:
    """Keeps all connections of this process from writing, from its creation on.

    `refused` has the refused statements and programs. `missing` has the SQLite files that don't exist; each is an empty
    database in memory instead. `attempts` has the attempted connections, newest last: {"dialect", "driver", "host",
    "port", "database", "user", "is_connected": bool}.
    """

    def __init__(self, trees: Sequence[str], folder: str) -> None:
        """Start the guard. `trees` are the project's folders, whose programs are not started.

        `folder` is for our files.
        """
        self.refused: list[str] = []
        self.missing: list[str] = []
        self.attempts: list[dict[str, Any]] = []
        self.attached = ""  # the last SQLite file in an ATTACH that SQLite itself refuses
        self._opened: list[str] = []
        rules = Rules(self._choose_sqlite, self._refuse_attached, is_read_only_uri, self._cursor_class(), _LOCK_SECONDS)
        guard_connections(rules)
        sys.meta_path.insert(0, DriverHook(ENTRY_POINTS, hold_read_only(self._refuse)))
        sys.meta_path.insert(0, DriverHook(STATEMENTS, self._check_calls))
        guard_psycopg(self._refuse_low_level, lambda statement: self._check(statement, "postgresql"), read_only=True)
        event.listen(Engine, "do_connect", self._connecting)
        event.listen(Engine, "before_cursor_execute", self._executing)
        event.listen(Pool, "connect", self._note_connection)
        event.listen(Pool, "checkout", self._leaving_pool)
        handlers = {"sqlite3.connect": self._check_sqlite, **guard_programs(self._refuse, trees, folder)}
        sys.addaudithook(lambda name, arguments: handlers.get(name, _ignore)(arguments))

    def list_interrupted_files(self) -> list[str]:
        """Return the opened SQLite files with the journal of an unfinished write beside them."""
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
            "is_connected": False,
        })  # fmt: skip

    def _note_connection(self, connection: Any, record: Any) -> None:
        attempt: dict[str, Any] = self.attempts[-1] if self.attempts else {"dialect": ""}
        attempt["is_connected"] = True
        family = _family(type(connection).__module__, attempt["dialect"])
        record.info["git_alembic_family"] = family
        _run(connection, _SET.get(family, ()))

    def _leaving_pool(self, connection: Any, record: Any, _: Any) -> None:
        """Repeat the setting, because other code may have changed it."""
        _run(connection, _SET.get(record.info.get("git_alembic_family", ""), ())[:1])

    def _executing(self, connection: Any, _: Any, statement: str, ___: Any, ____: Any, _____: Any) -> None:
        self._check(statement, connection.dialect.name)

    # --- drivers

    def _check_calls(self, execute: Any, module: str) -> Any:
        family = "postgresql" if module.startswith(("psycopg", "asyncpg", "pg8000")) else "mysql"

        def checked(owner: Any, statement: Any, *arguments: Any, **options: Any) -> Any:
            text = text_of(statement, owner)
            text = f"USE {text}" if execute.__name__ in USING else text
            if module == "asyncpg.connection" and _RESET.search(text) and not arguments:  # a pool resets it
                self._check(_RESET.sub("", text), family)
                return execute(owner, f"{text};{_POSTGRESQL}", *arguments, **options)
            self._check(text, family)
            return execute(owner, statement, *arguments, **options)

        return checked

    def _refuse_low_level(self, module: str) -> None:
        if module == "psycopg.pq":
            self._refuse("a psycopg.pq connection, which can't be made read-only")

    def _check(self, statement: str, family: str) -> None:
        if not only_reads(statement, family):
            self._refuse(" ".join(statement.split())[:300])

    def _refuse(self, access: str) -> None:
        self.refused.append(access)
        raise RefusedWrite(f"{REFUSAL}: {access}")

    # --- SQLite

    def _refuse_attached(self, access: str) -> None:
        self.refused.append(access)
        self.attached = access

    def _choose_sqlite(self, database: str, uri: bool) -> SqliteTarget:
        path = file_of(database, uri=uri)
        if path is None:
            return SqliteTarget(memory_of(database if uri else "")[0], uri=True)
        if not os.path.exists(path):
            self.missing.append(os.path.abspath(path))
            return SqliteTarget(":memory:", uri=True)
        self._opened.append(os.path.abspath(path))
        return SqliteTarget(read_only_uri(path), uri=True)

    def _cursor_class(self) -> Any:
        choose = self._choose_sqlite

        class Cursor(sqlite3.Cursor):
            def execute(self, sql: str, *arguments: Any) -> Any:
                """Attach files read-only, and read the journal mode instead of setting it."""
                if _JOURNAL.match(sql):
                    return super().execute("PRAGMA journal_mode")
                attached = _ATTACH.match(sql)
                if attached is None:
                    return super().execute(sql, *arguments)
                path = attached[1] or (arguments or [("",)])[0][0]
                opened = _literal(str(choose(path.replace("''", "'") if attached[1] else path, True).database))
                return super().execute(f"ATTACH {opened} AS {attached[2]}")

        return Cursor

    def _check_sqlite(self, arguments: Any) -> None:
        if not is_opening():
            self._refuse(f"the SQLite database {os.fsdecode(arguments[0])}, opened without the sqlite3 module")


def _family(module: str, dialect: str) -> str:
    """Return the family of a connection from the module of its class, or else the dialect of the last engine."""
    if any(name in module for name in ("psycopg", "asyncpg", "pg8000", "postgresql")):
        return dialect if dialect not in _SET else "postgresql"
    if any(name in module.lower() for name in ("mysql", "mariadb")):
        return dialect if dialect in ("mysql", "mariadb") else ""
    return "" if "sqlite" in module else dialect


def _literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'{}'".format(text.replace("'", "''"))


def _run(connection: Any, statements: Sequence[str]) -> None:
    for statement in statements:
        cursor = connection.cursor()
        try:
            cursor.execute(statement)
        except Exception:
            # An older MySQL has no such timeout. Read-only mode is required.
            if "READ ONLY" in statement:
                raise
        finally:
            cursor.close()
    if statements:
        connection.commit()


def _ignore(_: Any) -> None:
    """Ignore the event."""
