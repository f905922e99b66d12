"""Makes the server keep connections read-only, whoever opened them. Refuses drivers that cannot do that."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from inspect import isawaitable, iscoroutinefunction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from git_alembic.scratch.probe.guard.driver_hooks import EntryPoints

_POSTGRESQL = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
_MYSQL = "SET SESSION TRANSACTION READ ONLY"


def _by_cursor(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.commit()


def _by_driver(connection: Any, statement: str) -> Any:
    """Make the driver begin each transaction as read-only. The statement covers everything outside transactions.

    Not every server with PostgreSQL's protocol knows the statement.
    """
    if iscoroutinefunction(getattr(connection, "execute", None)):
        return _by_asynchronous_driver(connection, statement)
    try:
        _by_cursor(connection, statement)
    except Exception:  # noqa: BLE001 - each driver has its own exceptions
        connection.rollback()
    if hasattr(connection, "read_only"):  # psycopg2 has set it (see `psycopg_connections`)
        connection.read_only = True
    return None


async def _by_asynchronous_driver(connection: Any, statement: str) -> None:
    await connection.execute(statement)
    await connection.commit()
    await connection.set_read_only(True)


def _by_query(connection: Any, statement: str) -> Any:
    return connection.query(statement)


# (the connect function, how the connection runs a statement, the statement)
_HELD: Mapping[str, tuple[tuple[str, ...], Callable[[Any, str], Any], str]] = {
    "psycopg2": (("connect",), _by_driver, _POSTGRESQL),
    "psycopg": (("connect", "Connection.connect", "AsyncConnection.connect"), _by_driver, _POSTGRESQL),
    "asyncpg.connect_utils": (("_connect",), lambda connection, text: connection.execute(text), _POSTGRESQL),
    "pg8000.core": (
        ("CoreConnection.__init__",), lambda connection, text: connection.execute_simple(text) and None, _POSTGRESQL,
    ),
    "pymysql.connections": (("Connection.connect",), _by_query, _MYSQL),
    "aiomysql.connection": (("Connection._connect",), _by_query, _MYSQL),
    "MySQLdb.connections": (("Connection.__init__",), _by_query, _MYSQL),
    "mysql.connector.abstracts": (
        ("MySQLConnectionAbstract.connect",), lambda connection, text: connection.cmd_query(text) and None, _MYSQL,
    ),
    "mariadb.connections": (("Connection.__init__",), _by_cursor, _MYSQL),
}  # fmt: skip
# Drivers whose sessions we cannot make read-only here.
_REFUSED: EntryPoints = {
    "psycopg2cffi": ("connect",),
    "asyncmy": ("connect", "create_pool"),
    "asyncmy.connection": ("connect",),
    "pyodbc": ("connect",),
    "pymssql": ("connect",),
    "oracledb": ("connect", "connect_async"),
    "cx_Oracle": ("connect",),
    "turbodbc": ("connect",),
    "turbodbc.connect": ("connect",),
    "duckdb": ("connect",),
    "apsw": ("Connection",),
    "pysqlite3.dbapi2": ("connect", "Connection"),
    "sqlcipher3.dbapi2": ("connect", "Connection"),
}
ENTRY_POINTS: EntryPoints = {**_REFUSED, **{module: names for module, (names, _, _) in _HELD.items()}}


def hold_read_only(refuse: Callable[[str], None]) -> Callable[[Any, str], Any]:
    """Wrap connect functions (see `driver_hooks`). `refuse` raises for a connection that cannot be read-only."""

    def wrap(connect: Any, module: str) -> Any:
        def held(*arguments: Any, **options: Any) -> Any:
            if module in _REFUSED:
                if not _is_for_engine():
                    refuse(f"a {module} connection that was not created by an engine, so it can't be made read-only")
                return connect(*arguments, **options)
            if module == "asyncpg.connect_utils" and "PGOPTIONS" in os.environ:  # survives a reset by a pool
                settings = options.get("server_settings") or {}
                options["server_settings"] = {**settings, "default_transaction_read_only": "on"}
            return _read_only(connect(*arguments, **options), arguments, module)

        return held

    return wrap


def _read_only(result: Any, arguments: tuple[Any, ...], module: str) -> Any:
    """Return the new connection after its session is read-only.

    For a method without a result, it is the object itself.
    """
    _, run, statement = _HELD[module]
    if not isawaitable(result):
        run(arguments[0] if result is None else result, statement)
        return result

    async def later() -> Any:
        connection = await result
        await run(arguments[0] if connection is None else connection, statement)
        return connection

    return later()


def _is_for_engine() -> bool:
    """True if one of SQLAlchemy's pools is connecting. The events of its engine check each statement."""
    frame: Any = sys._getframe()  # noqa: SLF001 - there is no other way to find the caller
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith("sqlalchemy.pool."):
            return True
        frame = frame.f_back
    return False
