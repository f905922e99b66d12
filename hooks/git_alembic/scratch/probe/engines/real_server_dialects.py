"""The real dialects of a family. The scratch server opens their connections instead of connecting to their URLs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from sqlalchemy.dialects import registry

from git_alembic.scratch.probe.guard.engine_redirect import DRIVERS, ScratchDialect, database_key, remember_engine

_MODULE = "git_alembic_server_dialects"
_SCHEMAS_OUTSIDE = ("mysql", "mariadb", "oracle")  # the schemas of these families are databases


class OnServer(ScratchDialect):
    """A mixin for a driver's real dialect that connects to the scratch database."""

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
