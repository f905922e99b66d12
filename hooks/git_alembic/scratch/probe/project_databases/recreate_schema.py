"""Writes the statements that recreate a schema without rows on a scratch database of the same dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import MetaData, inspect
from sqlalchemy.engine import create_mock_engine

from git_alembic.scratch.probe.project_databases.recreate_postgresql_objects import PostgresqlObjects
from git_alembic.scratch.probe.schema_description import SYSTEM

_SEQUENCE = re.compile(r"nextval\('([^']+)'")


def schema_statements(connection: Any, schemas: Sequence[str | None]) -> list[str]:
    """Return the statements in the order in which they must run. None is the default schema.

    Any error of the reflection passes through. The schema can't be recreated then.
    """
    name = connection.dialect.name
    if name == "sqlite":
        return _of_sqlite(connection)
    if name in ("mysql", "mariadb"):
        return _of_mysql(connection, schemas)
    return list(_reflect(connection, schemas))


def _of_sqlite(connection: Any) -> list[str]:
    query = (
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid"
    )
    return [str(row[0]) for row in connection.exec_driver_sql(query).fetchall()]


def _of_mysql(connection: Any, schemas: Sequence[str | None]) -> list[str]:
    inspector, quote = inspect(connection), connection.dialect.identifier_preparer.quote
    statements = []
    for schema in schemas:
        prefix = f"{quote(schema)}." if schema else ""
        for table in _by_foreign_keys(inspector, schema):
            row = connection.exec_driver_sql(f"SHOW CREATE TABLE {prefix}{quote(table)}").fetchone()
            statements.append(str(row[1]))
    return statements


def _by_foreign_keys(inspector: Any, schema: str | None) -> list[str]:
    """Return the tables, each after the tables that its foreign keys name. Tables in a loop come last."""
    parents_of = {
        table: {key["referred_table"] for key in inspector.get_foreign_keys(table, schema=schema)} - {table}
        for table in inspector.get_table_names(schema=schema)
    }
    order: list[str] = []
    while parents_of:
        ready = [table for table, parents in parents_of.items() if not parents & parents_of.keys()] or list(parents_of)
        order += ready
        for table in ready:
            del parents_of[table]
    return order


def _reflect(connection: Any, schemas: Sequence[str | None]) -> Iterator[str]:
    """Yield what SQLAlchemy reflects, and on PostgreSQL also the types, functions and triggers around it."""
    metadata = MetaData()
    for schema in schemas:
        metadata.reflect(connection, schema=schema)
    quote = connection.dialect.identifier_preparer.quote
    more = PostgresqlObjects(connection) if connection.dialect.name == "postgresql" else None
    schema_names = (
        {table.schema for table in metadata.tables.values()} | set(schemas) | (more.schemas if more else set())
    )
    for schema in sorted(name for name in schema_names if name and name not in SYSTEM):
        yield f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}"
    if more:
        yield from more.extensions
        yield from _sequences(metadata)
        yield from more.before_tables
    statements: list[str] = []

    def note(sql: Any, *_: Any, **__: Any) -> None:
        statements.append(_compile(sql, engine.dialect))

    engine: Any = create_mock_engine(f"{connection.dialect.name}://", note)
    metadata.create_all(engine, checkfirst=False)
    yield from (statement for statement in statements if not (more and statement.startswith("CREATE TYPE ")))
    yield from more.after_tables if more else ()
    yield from _views(connection, schemas)
    yield from more.after_views if more else ()


def _compile(sql: Any, dialect: Any) -> str:
    text = str(sql.compile(dialect=dialect)).strip()
    return text.replace("%%", "%") if dialect.paramstyle in ("format", "pyformat") else text


def _sequences(metadata: MetaData) -> Iterator[str]:
    """Yield the sequences of serial columns, which their defaults name."""
    defaults = (
        str(getattr(column.server_default, "arg", ""))
        for table in metadata.sorted_tables
        for column in table.columns
        if column.server_default is not None
    )
    names = dict.fromkeys(match[1] for match in map(_SEQUENCE.search, defaults) if match)
    yield from (f"CREATE SEQUENCE {name}" for name in names)


def _views(connection: Any, schemas: Sequence[str | None]) -> Iterator[str]:
    inspector, quote = inspect(connection), connection.dialect.identifier_preparer.quote
    for schema in schemas:
        prefix = f"{quote(schema)}." if schema else ""
        for view in inspector.get_view_names(schema=schema):
            definition = str(inspector.get_view_definition(view, schema=schema) or "").strip().rstrip(";")
            is_whole = definition.upper().startswith("CREATE")
            yield definition if is_whole else f"CREATE VIEW {prefix}{quote(view)} AS {definition}"
