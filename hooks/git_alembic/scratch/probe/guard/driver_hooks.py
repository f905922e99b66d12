"""The ways into database drivers, wrapped when they are imported."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import isfunction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Python 3.8 knows no such types where code runs
    Wrap = Callable[[Any, str], Any]  # (what connects, the module) -> what does instead
    EntryPoints = Mapping[str, Sequence[str]]  # module -> its ways in, "Class.method" for one of a class

# Those written in C, which raise no events.
C_DRIVERS: EntryPoints = {
    "asyncpg.connect_utils": ("_connect",),  # behind an event loop in C
    "psycopg2": ("connect", "_connect"),
    "psycopg2cffi": ("connect",),
    "psycopg": ("connect", "Connection.connect", "AsyncConnection.connect"),
    "MySQLdb": ("connect", "Connect", "Connection"),
    "mariadb": ("connect",),
    "mysql.connector": ("connect", "Connect"),
    "pyodbc": ("connect",),
    "pymssql": ("connect",),
    "oracledb": ("connect", "connect_async"),
    "cx_Oracle": ("connect", "Connection"),
    "duckdb": ("connect",),
    "apsw": ("Connection",),
    "pysqlite3.dbapi2": ("connect",),
    "sqlcipher3.dbapi2": ("connect",),
}


def find_spec_after(
    finder: Any, fullname: str, path: Sequence[str] | None, target: Any
) -> importlib.machinery.ModuleSpec | None:
    """What the finders behind this one in `sys.meta_path` find."""
    behind = sys.meta_path[sys.meta_path.index(finder) + 1 :]
    specs = (one.find_spec(fullname, path, target) for one in behind if hasattr(one, "find_spec"))
    return next(filter(None, specs), None)


class DriverHook(importlib.abc.MetaPathFinder):
    """Wraps the ways into drivers when they are imported."""

    def __init__(self, ways: EntryPoints, wrap: Wrap) -> None:
        self._ways = ways
        self._wrap = wrap

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
        for name in self._names:
            owner, _, attribute = name.rpartition(".")
            holder = getattr(module, owner, None) if owner else module
            if holder is not None and hasattr(holder, attribute):
                found = getattr(holder, attribute)
                wrapped = self._wrap(found, module.__name__)
                bound = owner and not isfunction(found)  # a method of the class: what comes out has its `cls` already
                setattr(holder, attribute, staticmethod(wrapped) if bound else wrapped)

    def __getattr__(self, name: str) -> Any:
        """Whatever else a loader offers (`get_source`, `get_data`) is the real one's."""
        return getattr(self._loader, name)
