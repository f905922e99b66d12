"""Emulated PostgreSQL as a scratch engine, and SQLAlchemy's real dialect over it."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from sqlalchemy import types as sqltypes
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.default import DefaultDialect

from git_alembic.scratch.probe.engines.emulation.dialect_base import EmulatedDialect
from git_alembic.scratch.probe.engines.emulation.engine_base import EmulatedEngine
from git_alembic.scratch.probe.engines.emulation.execution_limits import Limits
from git_alembic.scratch.probe.engines.postgresql.catalog import model
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find
from git_alembic.scratch.probe.engines.postgresql.connection import PostgreSQLConnection, driver
from git_alembic.scratch.probe.engines.postgresql.expressions.stored_expressions import Expressions
from git_alembic.scratch.probe.engines.postgresql.parser import Parser
from git_alembic.scratch.probe.engines.postgresql.reflection.inspector import CatalogInspector
from git_alembic.scratch.probe.engines.postgresql.reflection.keys_and_indexes import VERSION
from git_alembic.scratch.probe.engines.postgresql.statement_execution import Database
from git_alembic.scratch.probe.engines.scratch_engine_interface import bind


class PostgreSQL(EmulatedEngine[Database]):
    """Databases by `engine_redirect.database_key`. `parser_path` is libpg_query's library, loaded on demand."""

    state_file = "postgresql.json"
    model = model

    def __init__(self, parser_path: str, limits: Limits | None = None) -> None:
        super().__init__(limits or Limits())
        self._parser_path = parser_path
        self._expressions: Expressions | None = None

    def dialects(self) -> Mapping[str, Any]:
        return {"postgresql": bind(EmulatedPostgreSQL, self)}

    def connect(self, _dialect: Any, database: str, _options: Mapping[str, Any]) -> PostgreSQLConnection:
        return PostgreSQLConnection(self.open_database(database))

    def create(self, _key: str, catalog: Any) -> Database:
        self._expressions = self._expressions or Expressions(Parser(self._parser_path))
        return Database(catalog or model.Catalog(), self._expressions, self.budget, self.note)


class _JSON(postgresql.JSON):
    """JSON types without conversion, because the driver already reads JSON."""

    def result_processor(self, *_: Any) -> None:
        """Do nothing."""


class _JSONB(postgresql.JSONB):
    def result_processor(self, *_: Any) -> None:
        """Do nothing."""


_COLSPECS: dict[Any, Any] = {
    **PGDialect.colspecs, sqltypes.JSON: _JSON, postgresql.JSON: _JSON, postgresql.JSONB: _JSONB,
}  # fmt: skip
if VERSION < (2, 0):
    # The driver returns UUIDs, which SQLAlchemy 1.4 does not expect.
    _TOLD = {
        "bind_processor": lambda *_: None,
        "result_processor": lambda self, *_: None if self.as_uuid else lambda value: value and str(value),
    }
    _COLSPECS[postgresql.UUID] = type("_UUID", (postgresql.UUID,), _TOLD)


def _raw(connection: Any) -> PostgreSQLConnection:
    """Return the DBAPI connection of SQLAlchemy's connection."""
    found = connection.connection
    while not isinstance(found, PostgreSQLConnection):
        found = getattr(found, "dbapi_connection", None) or found.connection
    return found


class EmulatedPostgreSQL(EmulatedDialect, PGDialect):
    """Answers the Inspector from the catalog."""

    driver_module = driver
    default_paramstyle = "named"
    colspecs = _COLSPECS

    def _get_server_version_info(self, _: Any) -> Any:
        return (15, 0)

    def _get_default_schema_name(self, connection: Any) -> Any:
        return self._inspector(connection).default_schema()

    def _set_backslash_escapes(self, _: Any) -> None:
        self._backslash_escapes = False

    def set_isolation_level(self, dbapi_connection: Any, level: str) -> None:
        dbapi_connection.autocommit = level == "AUTOCOMMIT"

    def get_isolation_level(self, dbapi_connection: Any) -> Any:
        return "AUTOCOMMIT" if dbapi_connection.autocommit else "READ COMMITTED"

    def detect_autocommit_setting(self, dbapi_conn: Any) -> bool:
        return bool(dbapi_conn.autocommit)

    def set_readonly(self, *_: Any) -> None:
        """Do nothing."""

    def set_deferrable(self, *_: Any) -> None:
        """Do nothing."""

    def get_readonly(self, *_: Any) -> bool:
        return False

    def get_deferrable(self, *_: Any) -> bool:
        return False

    def _begin_reflection(self, connection: Any) -> CatalogInspector:
        if not connection.in_transaction():
            connection.exec_driver_sql("SELECT 1")  # a query on a real server would begin a transaction
        return self._inspector(connection)

    def _inspector(self, connection: Any) -> CatalogInspector:
        """Return this session's view. The catalog still has the search path of the previous session."""
        raw = _raw(connection)
        raw.database.catalog.search_path = raw.search_path
        return CatalogInspector(raw.database.context, self.ischema_names)

    def get_schema_names(self, connection: Any, **_: Any) -> Any:
        return sorted([*self._begin_reflection(connection).catalog.schemas, "information_schema"])

    def get_table_names(self, connection: Any, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).tables(schema, temporary=False)

    def get_temp_table_names(self, connection: Any, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).tables(schema, temporary=True)

    def get_view_names(self, connection: Any, schema: str | None = None, **_: Any) -> Any:
        reflected = self._begin_reflection(connection)
        old = VERSION < (2, 0)
        return reflected.views(schema, False) + (reflected.views(schema, True) if old else [])

    def get_materialized_view_names(self, connection: Any, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).views(schema, True)

    def get_temp_view_names(self, *_: Any, **__: Any) -> Any:
        return []

    def get_sequence_names(self, connection: Any, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).sequences(schema)

    def get_view_definition(self, connection: Any, view_name: str, schema: str | None = None, **_: Any) -> Any:
        return getattr(self._begin_reflection(connection).relation(view_name, schema), "text", None)

    def has_schema(self, connection: Any, *names: Any, **_: Any) -> bool:
        return names[0] in self._begin_reflection(connection).catalog.schemas

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> bool:
        catalog = self._begin_reflection(connection).catalog
        return any(find(schema, table_name, kind, catalog) for kind in (catalog.tables, catalog.views))

    def has_multi_table(self, connection: Any, table_names: Sequence[str], schema: str | None = None, **_: Any) -> Any:
        return {(schema, name): self.has_table(connection, name, schema) for name in table_names}.items()

    def has_sequence(self, connection: Any, sequence_name: str, schema: str | None = None, **_: Any) -> bool:
        catalog = self._begin_reflection(connection).catalog
        return find(schema, sequence_name, catalog.sequences, catalog) is not None

    def has_type(self, connection: Any, type_name: str, schema: str | None = None, **_: Any) -> bool:
        catalog = self._begin_reflection(connection).catalog
        kinds = (catalog.enums, catalog.domains, catalog.composites, catalog.tables)
        if schema == "*":
            return any(name.name == type_name for kind in kinds for name in kind)
        return any(find(schema, type_name, kind, catalog) for kind in kinds)

    def get_table_oid(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return getattr(self._begin_reflection(connection).relation(table_name, schema), "number", 0)

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).columns(table_name, schema)

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).primary_key(table_name, schema)

    def get_foreign_keys(self, connection: Any, table_name: str, schema: str | None = None, **options: Any) -> Any:
        ignoring = bool(options.get("postgresql_ignore_search_path"))
        return self._begin_reflection(connection).foreign_keys(table_name, schema, ignoring)

    def get_indexes(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).indexes(table_name, schema)

    def get_unique_constraints(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).uniques(table_name, schema)

    def get_check_constraints(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).checks(table_name, schema)

    def get_table_comment(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return {"text": self._begin_reflection(connection).relation(table_name, schema).comment}

    def get_table_options(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        return self._begin_reflection(connection).table_options(table_name, schema)

    def _load_enums(self, connection: Any, schema: str | None = None, **_: Any) -> list[dict[str, Any]]:
        return self._begin_reflection(connection).enums(schema)

    def _load_domains(self, connection: Any, schema: str | None = None, **_: Any) -> list[dict[str, Any]]:
        return self._begin_reflection(connection).domains(schema or "*" if VERSION < (2, 0) else schema)

    def _get_foreign_table_names(self, *_: Any, **__: Any) -> list[str]:
        return []


# SQLAlchemy 2 reflects many tables at once. Its default implementation calls the methods for one table.
for _name in (
    "columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints", "check_constraints", "table_comment",
    "table_options",
):  # fmt: skip
    _many = getattr(DefaultDialect, "get_multi_" + _name, None)
    if _many is not None:
        setattr(EmulatedPostgreSQL, "get_multi_" + _name, _many)
