"""Connects every engine of the process to a scratch database, with dialects that replace SQLAlchemy's.

`create_engine` looks in `sqlalchemy.dialects.registry` before entry points and built-in dialects, so a dialect that is
registered there serves a URL without its driver. Engines of other dialects can't connect.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any
from weakref import WeakSet

from sqlalchemy import pool
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect

DRIVERS: Mapping[str, tuple[str, ...]] = {
    "postgresql": (
        "psycopg2", "psycopg", "psycopg_async", "asyncpg", "pg8000", "psycopg2cffi", "pygresql", "pypostgresql",
    ),
    "mysql": (
        "mysqldb", "pymysql", "mysqlconnector", "aiomysql", "asyncmy", "mariadbconnector", "cymysql", "pyodbc",
    ),
    "mariadb": (
        "mysqldb", "pymysql", "mysqlconnector", "aiomysql", "asyncmy", "mariadbconnector", "cymysql", "pyodbc",
    ),
    "sqlite": ("pysqlite", "aiosqlite", "pysqlcipher"),
    "mssql": ("pyodbc", "pymssql", "aioodbc"),
    "oracle": ("oracledb", "oracledb_async", "cx_oracle"),
}  # fmt: skip
_ASYNCHRONOUS = ("asyncpg", "psycopg_async", "aiomysql", "asyncmy", "aiosqlite")
_ENGINES: WeakSet[Any] = WeakSet()
_MODULE = "git_alembic_scratch_dialects"


class RefusedConnection(RuntimeError):
    """The project's code tried to reach a database that is not the scratch."""


def database_key(url: Any) -> str:
    """Return what distinguishes the databases of one process: a URL without driver, credentials and options."""
    return "{}://{}/{}".format(url.get_backend_name(), url.host or "", url.database or "")


class ScratchDialect:
    """Marks dialects that connect to the scratch, whatever the URL."""


class RedirectedDialect(ScratchDialect, DefaultDialect):
    """A base for dialects that connect to the scratch with `open`.

    `driver_module` replaces the driver: a DBAPI module with its exceptions.
    """

    family = ""
    driver_module: Any = None

    def open(self, database: str) -> Any:
        """Open a DBAPI connection to the scratch database (see `database_key`)."""
        raise NotImplementedError

    @classmethod
    def get_pool_class(cls, _: Any) -> Any:
        """Return a pool that works without the driver."""
        return pool.AsyncAdaptedQueuePool if cls.is_async else pool.QueuePool

    @classmethod
    def engine_created(cls, engine: Any) -> None:
        """Also replace the project's `creator`."""
        remember_engine(engine)
        dialect, database = engine.dialect, database_key(engine.url)
        engine.pool._creator = lambda *_: dialect.open(database)  # noqa: SLF001 - the pool's documented `creator`

    def create_connect_args(self, url: Any) -> Any:
        return [], {"database": database_key(url)}

    def connect(self, *_: Any, **options: Any) -> Any:
        return self.open(options["database"])

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        self._pause()
        super().do_execute(cursor, statement, parameters, context)

    def do_execute_no_params(self, cursor: Any, statement: Any, context: Any = None) -> None:
        self._pause()
        super().do_execute_no_params(cursor, statement, context)

    def do_executemany(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        self._pause()
        super().do_executemany(cursor, statement, parameters, context)

    def _pause(self) -> None:
        """Await something, because an asynchronous engine requires it."""
        if self.is_async:
            from sqlalchemy.util import await_only

            await_only(_nothing())

    def on_connect(self) -> Any:
        """Set up nothing, because there is no driver."""
        return None

    def on_connect_url(self, _: Any) -> Any:
        """Set up nothing, because there is no driver."""
        return None


def redirect(families: Mapping[str, type[RedirectedDialect]]) -> None:
    """Register a dialect for each family ("postgresql") under the names of all its drivers."""
    module = ModuleType(_MODULE)
    sys.modules[_MODULE] = module
    for family, base in families.items():
        for driver in ("", *DRIVERS[family]):
            name = f"{family}.{driver}" if driver else family
            cls = driver_variant(family, driver, base, _options(name))
            setattr(module, cls.__name__, cls)
            registry.register(name, _MODULE, cls.__name__)
        # One driver serves both kinds of engine under one name.
        if "psycopg" in DRIVERS[family]:
            both, other = (getattr(module, f"Scratch_{family}_{name}") for name in ("psycopg", "psycopg_async"))
            both.get_async_dialect_cls = classmethod(lambda _, __, cls=other: cls)


def refuse_other_engines(refuse: Callable[[Any], None]) -> None:
    """Make engines of all other dialects call `refuse(dialect)`, which raises, instead of connecting."""

    def engine_created(_: Any, engine: Any) -> None:
        engine.pool._creator = lambda *_: refuse(engine.dialect)  # noqa: SLF001 - the pool's documented `creator`

    every: Any = DefaultDialect  # our dialects have their own `engine_created`
    every.engine_created = classmethod(engine_created)


def remember_engine(engine: Any) -> None:
    """Make `disconnect` close the connections of this engine."""
    _ENGINES.add(engine)


def disconnect() -> None:
    """Close the connections that the engines of the process keep."""
    for engine in list(_ENGINES):
        # Real connections of an asynchronous driver are closed by their event loop, or at the end.
        if engine.dialect.is_async and not isinstance(engine.dialect, RedirectedDialect):
            engine.pool = engine.pool.recreate()
        else:
            engine.dispose()


def _options(name: str) -> set[str]:
    """Return the options of the real dialect, or none if it can't be loaded without its driver."""
    from sqlalchemy.util import get_cls_kwargs

    try:
        return set(get_cls_kwargs(registry.load(name)))
    except Exception:  # noqa: BLE001 - a broken or missing plugin has no options
        return set()


async def _nothing() -> None:
    """Return immediately."""


def driver_variant(
    family: str, driver: str, base: type[RedirectedDialect], options: set[str]
) -> type[RedirectedDialect]:
    """Make the dialect for one driver. It accepts the driver's `options` and ignores them."""
    from sqlalchemy.util import get_cls_kwargs

    attributes: dict[str, Any] = {
        # The name in SQLAlchemy 2, and the name in 1.4.
        "import_dbapi" if hasattr(DefaultDialect, "import_dbapi") else "dbapi": classmethod(
            lambda cls: cls.driver_module
        ),
        "__init__": _initializer(base, sorted(options - set(get_cls_kwargs(base)))),
        "family": family,
        "is_async": driver in _ASYNCHRONOUS,
        "driver": driver or DRIVERS[family][0],
        "supports_statement_cache": True,
    }
    return type("_".join(filter(None, ("Scratch", family, driver))), (base,), attributes)


def _initializer(base: type[RedirectedDialect], ignored: Iterable[str]) -> Callable[..., None]:
    """Make an `__init__` that ignores the options of a driver. `create_engine` inspects its signature."""
    names: list[str] = [name for name in ignored if name.isidentifier()]
    space: dict[str, Any] = {"base": base}
    source = "def __init__(self, {}**options):\n    base.__init__(self, **options)\n"
    exec(source.format("".join(f"{name}=None, " for name in names)), space)  # noqa: S102 - names of parameters
    initializer: Callable[..., None] = space["__init__"]
    return initializer
