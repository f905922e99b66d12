"""Wraps functions and methods of database drivers when the drivers are imported."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import isclass, isfunction, ismethoddescriptor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # at run time, Python 3.8 has no such types
    Wrap = Callable[[Any, str], Any]  # (a function or class, its module) -> its replacement
    EntryPoints = Mapping[str, Sequence[str]]  # module -> names in it; "Class.method" for a method

# The connect functions of drivers. Drivers in C raise no events; the others raise only a socket's event.
DRIVERS: EntryPoints = {
    "asyncpg.connect_utils": ("_connect",),  # behind an event loop in C
    "psycopg2": ("connect", "_connect"),
    "psycopg2cffi": ("connect",),
    "psycopg": ("connect", "Connection.connect", "AsyncConnection.connect"),
    "psycopg.generators": ("connect",),
    "MySQLdb": ("connect", "Connect", "Connection"),
    "MySQLdb._mysql": ("connect",),
    "mariadb": ("connect",),
    "mysql.connector": ("connect", "Connect"),
    "pyodbc": ("connect",),
    "pymssql": ("connect",),
    "oracledb": ("connect", "connect_async"),
    "cx_Oracle": ("connect", "Connection"),
    "turbodbc": ("connect",),
    "turbodbc.connect": ("connect",),
    "pymysql.connections": ("Connection.connect",),
    "aiomysql.connection": ("Connection._connect",),
    "asyncmy.connection": ("connect", "Connection.connect"),
    "pg8000.core": ("CoreConnection.__init__",),
    "duckdb": ("connect",),
    "apsw": ("Connection",),
    "pysqlite3.dbapi2": ("connect", "Connection"),
    "pysqlite3._sqlite3": ("connect",),
    "sqlcipher3.dbapi2": ("connect", "Connection"),
}
# Methods whose first argument is the name of a database to use.
USING = ("select_db", "cmd_init_db")
# Methods whose first argument is a statement or such a name, for engines and for direct calls.
STATEMENTS: EntryPoints = {
    "psycopg.cursor": ("Cursor.execute", "Cursor.executemany", "Cursor.stream", "Cursor.copy"),
    "psycopg.cursor_async": (
        "AsyncCursor.execute", "AsyncCursor.executemany", "AsyncCursor.stream", "AsyncCursor.copy",
    ),
    "psycopg.server_cursor": ("ServerCursor.execute", "AsyncServerCursor.execute"),
    "psycopg._server_cursor": ("ServerCursor.execute",),
    "psycopg._server_cursor_async": ("AsyncServerCursor.execute",),
    "asyncpg.connection": (
        "Connection.execute", "Connection._get_statement", "Connection._copy_in", "Connection._copy_out",
    ),
    "pg8000.core": (
        "CoreConnection.execute_simple", "CoreConnection.execute_unnamed", "CoreConnection.prepare_statement",
    ),
    "pymysql.connections": ("Connection.query", "Connection.select_db"),
    "aiomysql.connection": ("Connection.query", "Connection.select_db"),
    "MySQLdb.connections": ("Connection.query", "Connection.select_db"),
    "mysql.connector.connection": (
        "MySQLConnection.cmd_query", "MySQLConnection.cmd_query_iter", "MySQLConnection.cmd_stmt_prepare",
        "MySQLConnection.cmd_init_db",
    ),
    "mysql.connector.connection_cext": (
        "CMySQLConnection.cmd_query", "CMySQLConnection.cmd_query_iter", "CMySQLConnection.cmd_stmt_prepare",
        "CMySQLConnection.cmd_init_db",
    ),
    "mariadb.connections": ("Connection.select_db",),
    "mariadb.cursors": ("Cursor.execute", "Cursor.executemany"),
}  # fmt: skip


def find_spec_after(
    finder: Any, fullname: str, path: Sequence[str] | None, target: Any
) -> importlib.machinery.ModuleSpec | None:
    """Return what the finders after this one in `sys.meta_path` find."""
    behind = sys.meta_path[sys.meta_path.index(finder) + 1 :]
    specs = (other.find_spec(fullname, path, target) for other in behind if hasattr(other, "find_spec"))
    return next(filter(None, specs), None)


class DriverHook(importlib.abc.MetaPathFinder):
    """Finds the modules of `ways`, and wraps each name in them."""

    def __init__(self, ways: EntryPoints, wrap: Wrap) -> None:
        """Wrap already imported modules immediately."""
        self._ways = ways
        self._wrap = wrap
        for module in [sys.modules[name] for name in ways if name in sys.modules]:
            _wrap_names(module, ways[module.__name__], wrap)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._ways:
            return None
        spec = find_spec_after(self, fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _WrappingLoader(spec.loader, self._ways[fullname], self._wrap)
        return spec


class _WrappingLoader(importlib.abc.Loader):
    def __init__(self, loader: Any, names: Sequence[str], wrap: Wrap) -> None:
        self._loader = loader
        self._names = names
        self._wrap = wrap

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self._loader.exec_module(module)
        _wrap_names(module, self._names, self._wrap)

    def __getattr__(self, name: str) -> Any:
        """Delegate everything else (`get_source`, `get_data`) to the real loader."""
        return getattr(self._loader, name)


def _wrap_names(module: Any, names: Sequence[str], wrap: Wrap) -> None:
    for name in names:
        owner, _, attribute = name.rpartition(".")
        holder = getattr(module, owner, None) if owner else module
        if holder is not None and hasattr(holder, attribute):
            function = getattr(holder, attribute)
            wrapped = wrap(function, module.__name__)
            # A class method already has its `cls`. An ordinary method gets the object.
            is_bound = owner and not isfunction(function) and not ismethoddescriptor(function) and not isclass(function)
            setattr(holder, attribute, staticmethod(wrapped) if is_bound else wrapped)
