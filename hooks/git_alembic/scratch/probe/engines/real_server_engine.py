"""Scratch databases on a real server: one for each database that the process would reach.

The dialects and the drivers are the project's own; only the databases differ. A saved run names its databases, and the
next run continues with them. `real_server_databases.clear` drops them all at the end.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from types import ModuleType
from typing import Any, ContextManager

from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Engine, make_url

from git_alembic.scratch.probe.engines.real_server_databases import (
    FAMILIES,
    administer,
    dial,
    drop_unwanted,
    execute,
    list_databases,
)
from git_alembic.scratch.probe.engines.scratch_engine_interface import NoScratch, ScratchEngine
from git_alembic.scratch.probe.guard.allowed_statements import beyond, only_reads
from git_alembic.scratch.probe.guard.audit_hook import Guard
from git_alembic.scratch.probe.guard.engine_redirect import (
    DRIVERS,
    ScratchDialect,
    database_key,
    disconnect,
    refuse_other_engines,
    remember_engine,
)

# The project's driver options that stay: they change how a session behaves, not where it connects.
_KEPT = (
    "options", "server_settings", "charset", "collation", "init_command", "sql_mode", "prepare_threshold",
    "statement_cache_size", "prepared_statement_cache_size", "prepared_statement_name_func", "client_flag",
)  # fmt: skip
_SAME_SERVERS = ("mysql", "mariadb")


class ServerDatabases(ScratchEngine):
    """Replaces every database of the server's family."""

    def __init__(self, question: Mapping[str, Any], guard: Guard) -> None:
        self._url = make_url(question["database"])
        self._family = self._url.get_backend_name()
        self._prefix = question["prefix"]
        self._driver_file = os.path.join(question["scratch"], "driver")
        self._is_embedded = question.get("embedded", False)  # the server and its roles end with the run
        self._guard = guard
        self._folder = ""
        self._log = StatementLog()
        self._names: dict[str, str] = {}
        self._others: set[str] | None = None  # databases of other owners

    def install(self) -> None:
        families = _SAME_SERVERS if self._family in _SAME_SERVERS else (self._family,)
        register(self, families)
        refuse_other_engines(self._refuse)
        event.listen(Engine, "do_connect", self._connect)
        self._guard.check_statement = self._beyond
        event.listen(Engine, "before_cursor_execute", self._check_statement)

    def load(self, folder: str) -> None:
        disconnect()
        self._folder, self._names, self._log = folder, {}, StatementLog()
        path = os.path.join(folder, "databases.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as stream:
                self._names = json.load(stream)

    def save(self) -> None:
        disconnect()
        with open(os.path.join(self._folder, "databases.json"), "w", encoding="utf-8") as stream:
            json.dump(self._names, stream)

    def recording(self, connection: Any) -> ContextManager[None]:
        return self._log.recording(connection)

    def recorded_statements(self) -> Mapping[str, Sequence[str]] | None:
        made = self._log.statements
        return None if made is None else {self.identities.find(key): lines for key, lines in made.items()}

    def is_new(self, identity: str) -> bool:
        return identity not in self._names

    def connect(self, dialect: Any, database: str, options: Mapping[str, Any]) -> Any:
        """Raise NoScratch if the server refuses."""
        self._guard.check_fork()
        self._guard.refuse_statement(str(options.get("init_command", "")))  # the driver runs it when it connects
        with self._guard.allow_connections():
            try:
                if self._others is None or database not in self._names:
                    self._administer(dialect, database)
                name = self._names[database]
                url = self._url.set(database=name)
                if self._family == "oracle":
                    url = self._url.set(username=name, password=name)
                return dial(dialect, url, {key: options[key] for key in _KEPT if key in options})
            except (dialect.dbapi.Error, OSError) as error:
                raise NoScratch(" ".join(str(error).split())) from error

    def _administer(self, dialect: Any, database: str) -> None:
        """Create the scratch database if it is missing, and list the other databases of the server."""
        with open(self._driver_file, "w", encoding="utf-8") as stream:
            stream.write(dialect.driver)
        with closing(administer(dialect, self._url)) as connection:
            drop_unwanted(connection, self._family, None, datetime.now(timezone.utc))
            self._others = set(list_databases(connection, self._family))
            if database not in self._names:
                name = f"{self._prefix}_{os.urandom(3).hex()}"
                execute(connection, FAMILIES[self._family].make, name)
                self._names[database] = name

    def _refuse(self, dialect: Any) -> None:
        reason = f"env.py connects to {dialect.name}, and what is configured is a {self._family} server"
        raise self._guard.remember_engine(dialect, NoScratch(reason))

    def _connect(self, dialect: Any, _: Any, __: Any, options: Mapping[str, Any]) -> Any:
        return self.open(dialect, dialect.instead_of, options)

    def _check_statement(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        self._guard.refuse_statement(statement)

    def _beyond(self, statement: str) -> str:
        """Say what a statement reaches beyond the scratch databases, as far as its text shows it."""
        own = self._names.values()
        others = set() if self._family == "postgresql" else (self._others or set()) - {*own}
        return beyond(statement, self._family, own, others, own_server=self._is_embedded)


_MODULE = "git_alembic_server_dialects"
_SCHEMAS_OUTSIDE = ("mysql", "mariadb", "oracle")  # the schemas of these families are databases


class OnServer(ScratchDialect):
    """A mixin for a driver's real dialect. The scratch server opens its connections; its URL is not used."""

    server: Any = None
    instead_of = ""
    has_schemas_outside = False

    @classmethod
    def engine_created(cls, engine: Any) -> None:
        """Also replace the connections of `create_engine(creator=…)` and of custom pools."""
        remember_engine(engine)
        dialect, database = engine.dialect, database_key(engine.url)
        dialect.instead_of = database
        if engine.pool._creator.__module__ != "sqlalchemy.engine.create":  # noqa: SLF001 - do_connect is called there
            engine.pool._creator = lambda *_: dialect.server.open(dialect, database, {})  # noqa: SLF001 - a pool has no other place for it

    @classmethod
    def get_async_dialect_cls(cls, url: Any) -> Any:
        """Return the variant. One driver can serve both kinds of engine."""
        real: Any = super()
        found = real.get_async_dialect_cls(url)
        return found if issubclass(found, OnServer) else _variant(found, cls.server)

    def get_schema_names(self, connection: Any, **options: Any) -> Any:
        """Return only the schemas of the scratch database."""
        if self.has_schemas_outside:
            default: Any = self
            return [default.default_schema_name]
        real: Any = super()
        return real.get_schema_names(connection, **options)


def register(server: Any, families: Iterable[str]) -> None:
    """Register a variant of each real dialect in its place. `server.connect` opens their connections."""
    module = ModuleType(_MODULE)
    sys.modules[_MODULE] = module
    for family in families:
        for name in (family, *(f"{family}.{driver}" for driver in DRIVERS[family])):
            try:
                real = registry.load(name)
            except Exception:  # noqa: BLE001, S112 - not of this SQLAlchemy; then nothing connects through it
                continue
            # The registry returns an object for MariaDB.
            variant = _variant(real if isinstance(real, type) else type(real), server)
            setattr(module, name.replace(".", "_"), variant)
            registry.register(name, _MODULE, name.replace(".", "_"))


def _variant(real: Any, server: Any) -> Any:
    attributes = {
        "server": server,
        "has_schemas_outside": real.name in _SCHEMAS_OUTSIDE,
        "supports_statement_cache": real.__dict__.get("supports_statement_cache", False),
    }
    return type(f"Scratch_{real.__name__}", (OnServer, real), attributes)


class StatementLog:
    """The statements that create the databases again without the project's code. It records only in `recording`."""

    def __init__(self) -> None:
        self._logged: dict[str, list[str]] = {}
        self._complete = True

    @property
    def statements(self) -> Mapping[str, list[str]] | None:
        """The statements by database, or None if they don't recreate everything."""
        return self._logged if self._complete and self._logged else None

    @contextmanager
    def recording(self, connection: Any) -> Iterator[None]:
        """Log what runs on a connection. The log is incomplete if other connections run statements at the same time."""
        logged = self._logged.setdefault(connection.dialect.instead_of, [])

        def log(other: Any, _: Any, statement: str, parameters: Any, __: Any, ___: Any) -> None:
            if _LOOKUP.search(statement) and only_reads(statement):
                return
            # A driver may interpret a percent sign even without parameters.
            self._complete = (
                self._complete and other.engine is connection.engine and not parameters and _is_repeatable(statement)
            )
            logged.append(statement)

        event.listen(Engine, "before_cursor_execute", log)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", log)


# Queries of dialects before they create something. They change nothing; any other query may call a function with
# effects.
_LOOKUP = re.compile(r"\bfrom\s+\W?(pg_|information_schema|all_|user_|sys\W)|^\s*(show|describe|desc)\b", re.IGNORECASE)


def _is_repeatable(statement: str) -> bool:
    return "%" not in statement and not only_reads(statement)
