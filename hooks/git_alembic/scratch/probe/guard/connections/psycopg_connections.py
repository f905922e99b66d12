"""Replaces the connection and cursor classes of psycopg2 and psycopg, which are written in C.

The new classes check before they connect, and check each statement of each kind of cursor. With `read_only`, every
transaction begins as read-only, whatever the project's code sets.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from git_alembic.scratch.probe.guard.driver_hooks import DriverHook
from git_alembic.scratch.probe.guard.sql_tokens import text_of

_EXTENSIONS = "psycopg2.extensions"


class Checks(NamedTuple):
    """`connecting(module)` and `check(statement)` raise an exception to refuse."""

    connecting: Callable[[str], None]
    check: Callable[[str], None]
    read_only: bool = False


def guard_psycopg(connecting: Callable[[str], None], check: Callable[[str], None], *, read_only: bool = False) -> None:
    """Replace the classes when the drivers are imported."""
    checks = Checks(connecting, check, read_only)
    finders = [
        DriverHook({_EXTENSIONS: ("cursor", "connection")}, lambda real, _: _psycopg2_class(real, checks)),
        DriverHook({"psycopg2": ("connect",)}, lambda real, _: _connecting_psycopg2(real)),
        DriverHook({"psycopg.pq": ("PGconn",)}, lambda real, _: _pgconn_class(real, checks)),
    ]
    if read_only:
        setter = ("BaseConnection._set_read_only_gen",)
        modules = ("psycopg._connection_base", "psycopg.connection")
        finders.append(DriverHook(dict.fromkeys(modules, setter), lambda real, _: lambda owner, __: real(owner, True)))
    sys.meta_path[:0] = finders


# --- psycopg2


def _psycopg2_class(real: Any, checks: Checks) -> Any:
    mixin = _CheckedCursor if real.__name__ == "cursor" else _CheckedConnection
    checked_class = type(real.__name__, (mixin, real), {"checks": checks, "real": real, "__module__": real.__module__})
    setattr(sys.modules["psycopg2._psycopg"], real.__name__, checked_class)  # the driver also looks up the class here
    return checked_class


class _CheckedCursor:
    checks: Checks

    def execute(self, query: Any, vars: Any = None) -> Any:  # noqa: A002 - the driver's name
        self.checks.check(text_of(query, self))
        real: Any = super()
        return real.execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> Any:
        self.checks.check(text_of(query, self))
        real: Any = super()
        return real.executemany(query, vars_list)

    def copy_expert(self, sql: Any, *arguments: Any, **options: Any) -> Any:
        self.checks.check(text_of(sql, self))
        real: Any = super()
        return real.copy_expert(sql, *arguments, **options)

    def callproc(self, procname: Any, *arguments: Any) -> Any:
        self.checks.check(f"SELECT {procname}()")
        real: Any = super()
        return real.callproc(procname, *arguments)


class _CheckedConnection:
    checks: Checks
    real: Any
    cursor_factory: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.checks.connecting("psycopg2")
        super().__init__(*arguments, **options)
        if self.checks.read_only:
            self.set_session(readonly=True)

    def cursor(self, name: Any = None, cursor_factory: Any = None, **options: Any) -> Any:
        real: Any = super()
        factory = _derive_checked_class(cursor_factory or self.cursor_factory, "cursor")
        return real.cursor(name, cursor_factory=factory, **options)

    def set_session(
        self, isolation_level: Any = None, readonly: Any = None, deferrable: Any = None, autocommit: Any = None
    ) -> None:
        options = {
            "isolation_level": isolation_level,
            "readonly": True if self.checks.read_only else readonly,
            "deferrable": deferrable,
            "autocommit": autocommit,
        }
        real: Any = super()
        real.set_session(**{name: value for name, value in options.items() if value is not None})

    @property
    def readonly(self) -> Any:
        real: Any = super()
        return real.readonly

    @readonly.setter
    def readonly(self, value: Any) -> None:
        self.real.readonly.__set__(self, True if self.checks.read_only else value)


def _connecting_psycopg2(connect: Any) -> Any:
    def connecting(dsn: Any = None, connection_factory: Any = None, *arguments: Any, **options: Any) -> Any:
        return connect(dsn, _derive_checked_class(connection_factory, "connection"), *arguments, **options)

    return connecting


def _derive_checked_class(factory: Any, name: str) -> Any:
    """Return a class that derives from both the given class and the checked class."""
    checked_class = getattr(sys.modules[_EXTENSIONS], name)
    if factory is None:
        return checked_class
    if not isinstance(factory, type) or issubclass(factory, checked_class):
        return factory
    return type(factory.__name__, (factory, checked_class), {})


# --- psycopg


def _pgconn_class(real: Any, checks: Checks) -> Any:
    def connecting() -> None:
        caller: Any = sys._getframe(2)  # noqa: SLF001 - nothing else distinguishes the driver from other callers
        if not caller.f_globals.get("__name__", "").startswith("psycopg."):
            checks.connecting("psycopg.pq")

    def connect(_: Any, conninfo: bytes) -> Any:
        connecting()
        return real.connect(conninfo)

    def connect_start(_: Any, conninfo: bytes) -> Any:
        connecting()
        return real.connect_start(conninfo)

    # The driver checks whether objects of the real class are instances of this one.
    meta = type("Meta", (type(real),), {"__instancecheck__": lambda _, instance: isinstance(instance, real)})
    methods = {"connect": classmethod(connect), "connect_start": classmethod(connect_start)}
    return meta(real.__name__, (real,), {**methods, "__module__": real.__module__})
