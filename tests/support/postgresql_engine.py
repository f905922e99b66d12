"""SQLAlchemy engines for emulated and real PostgreSQL, and an Inspector's view of a schema."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGInspector
from sqlalchemy.engine import Connection, Engine

from git_alembic.scratch.libpg_query_path import find_parser
from git_alembic.scratch.probe.engines.emulation.execution_limits import Limits
from git_alembic.scratch.probe.engines.postgresql.engine_and_dialect import PostgreSQL
from git_alembic.scratch.probe.guard.engine_redirect import driver_variant
from tests.support.servers import PostgresServer

_INSPECTIONS = (
    "columns", "pk_constraint", "foreign_keys", "unique_constraints", "indexes", "check_constraints", "table_comment",
)  # fmt: skip


def emulated_postgresql(limits: Limits | None = None) -> PostgreSQL:
    """Return a scratch engine without databases."""
    return PostgreSQL(find_parser() or "", limits)


def engine_of(emulated: PostgreSQL) -> Engine:
    """Return an engine on one database of an emulated PostgreSQL."""
    dialect = driver_variant("postgresql", "scratch", emulated.dialects()["postgresql"], set())
    registry.impls["postgresql.scratch"] = lambda: dialect
    return sa.create_engine("postgresql+scratch://host/database")


@contextmanager
def server_engine(server: PostgresServer) -> Iterator[Engine]:
    """Yield an engine on a new database of a real server."""
    with server.database() as name:
        engine = sa.create_engine(server.url(name))
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def emulated_and_real(server: PostgresServer, script: Sequence[str]) -> Iterator[tuple[Engine, Engine]]:
    """Yield engines on an emulated and a real database, in which every statement of the script has succeeded."""
    emulated = engine_of(emulated_postgresql())
    with server_engine(server) as real:
        for engine in (emulated, real):
            assert run_script(engine, script) == [""] * len(script)
        yield emulated, real


def run_script(engine: Engine, script: Sequence[str]) -> list[str]:
    """Run each statement in a savepoint; return its error, or ""."""
    with engine.begin() as connection:
        return [_error_of(connection, text) for text in script]


def _error_of(connection: Connection, text: str) -> str:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(text, execution_options={"no_parameters": True})
    except sa.exc.DBAPIError as error:
        return f"{type(error).__name__}: {str(error.orig).splitlines()[0]}"
    return ""


def reflect(engine: Engine, path: str | None = None) -> dict[Any, Any]:
    """Return the answers of an Inspector for all schemas in a form that can be compared."""
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path:
            connection.exec_driver_sql(f"SET search_path TO {path}")
        inspector = sa.inspect(connection)
        assert isinstance(inspector, PGInspector)
        schemas: list[str | None] = [None, *inspector.get_schema_names()]
        found: dict[Any, Any] = {"schemas": schemas[1:], "default": inspector.default_schema_name}
        for schema in schemas:
            if schema != "information_schema":
                found[schema] = _schema(inspector, schema)
        return found


def _schema(inspector: PGInspector, schema: str | None) -> dict[str, Any]:
    tables = sorted(inspector.get_table_names(schema))
    views = sorted({*inspector.get_view_names(schema), *_materialized(inspector, schema)})
    return {
        "tables": {table: _relation(inspector, table, schema) for table in tables},
        "views": {view: _plain(inspector.get_columns(view, schema)) for view in views},
        "sequences": sorted(inspector.get_sequence_names(schema)) if hasattr(inspector, "get_sequence_names") else [],
        "enums": _plain(inspector.get_enums(schema)),
        "domains": _plain(inspector.get_domains(schema)) if hasattr(inspector, "get_domains") else [],
    }


def _materialized(inspector: PGInspector, schema: str | None) -> list[str]:
    ask: Callable[..., list[str]] | None = getattr(inspector, "get_materialized_view_names", None)
    return ask(schema) if ask else []


def _relation(inspector: PGInspector, name: str, schema: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        inspection: _plain(getattr(inspector, f"get_{inspection}")(name, schema)) for inspection in _INSPECTIONS
    }
    for inspection in _INSPECTIONS[2:6]:
        found[inspection] = sorted(found[inspection], key=lambda item: str(item["name"]))
    return found


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, sa.types.TypeEngine):
        return _type(value)
    return value


def _type(value: object) -> str:
    inner = f"[{_type(value.item_type)}]" if hasattr(value, "item_type") else ""
    names = ("length", "precision", "scale", "timezone", "enums", "name", "schema", "collation", "fields", "varying",
             "default", "not_null", "check", "constraint_name")  # fmt: skip
    parts = [f"{name}={getattr(value, name)!r}" for name in names if getattr(value, name, None) is not None]
    data = f"<{_type(value.data_type)}>" if hasattr(value, "data_type") else ""
    return f"{type(value).__name__}{inner}{data}({', '.join(parts)})"
