"""The ways into the drivers that are written in C, which raise no events: closed when they are imported."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

_DRIVERS: dict[str, Sequence[str]] = {
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


def found_after(
    finder: Any, fullname: str, path: Sequence[str] | None, target: Any
) -> importlib.machinery.ModuleSpec | None:
    """What the finders behind this one in `sys.meta_path` find."""
    behind = sys.meta_path[sys.meta_path.index(finder) + 1 :]
    specs = (one.find_spec(fullname, path, target) for one in behind if hasattr(one, "find_spec"))
    return next(filter(None, specs), None)


class Drivers(importlib.abc.MetaPathFinder):
    """Closes the drivers that are written in C, which raise no events, when they are imported."""

    def __init__(self, refuse: Callable[[str], None]) -> None:
        """`refuse(what)` raises, unless we connect ourselves."""
        self._refuse = refuse

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _DRIVERS:
            return None
        spec = found_after(self, fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Closing(spec.loader, _DRIVERS[fullname], self._refuse)
        return spec


class _Closing(importlib.abc.Loader):
    def __init__(self, loader: Any, names: Iterable[str], refuse: Callable[[str], None]) -> None:
        self._loader = loader
        self._names = names
        self._refuse = refuse

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self._loader.exec_module(module)
        for name in self._names:
            owner, _, attribute = name.rpartition(".")
            holder = getattr(module, owner, None) if owner else module
            if holder is not None and hasattr(holder, attribute):
                closed = self._closed(getattr(holder, attribute), module.__name__)
                setattr(holder, attribute, staticmethod(closed) if owner else closed)

    def _closed(self, connect: Any, module: str) -> Any:
        def closed(*arguments: Any, **options: Any) -> Any:
            self._refuse(f"a server, through {module}")
            return connect(*arguments, **options)

        return closed

    def __getattr__(self, name: str) -> Any:
        """Whatever else a loader offers (`get_source`, `get_data`) is the real one's."""
        return getattr(self._loader, name)
