"""Writes the statements that recreate a schema without rows on a scratch database of the same dialect.

SQLAlchemy doesn't reflect all objects of a PostgreSQL database; the statements of the others come from its catalogs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import MetaData, inspect
from sqlalchemy.engine import create_mock_engine

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


_OLDEST = (11,)  # that has pg_proc.prokind
_EXTENSIONS = """SELECT NULL, concat('CREATE EXTENSION IF NOT EXISTS ', quote_ident(extname)) FROM pg_extension
WHERE extname <> 'plpgsql'
"""
# Enums and domains that belong to no extension; `concat` leaves out a part that is null.
_TYPES = """SELECT n.nspname, CASE t.typtype WHEN 'e' THEN concat(
        'CREATE TYPE ', quote_ident(n.nspname), '.', quote_ident(t.typname), ' AS ENUM (',
        (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
         FROM pg_enum l WHERE l.enumtypid = t.oid), ')')
    ELSE concat(
        'CREATE DOMAIN ', quote_ident(n.nspname), '.', quote_ident(t.typname),
        ' AS ', format_type(t.typbasetype, t.typtypmod),
        ' COLLATE ' || quote_ident(c.collname),
        ' DEFAULT ' || t.typdefault,
        CASE WHEN t.typnotnull THEN ' NOT NULL' END,
        (SELECT string_agg(concat(' CONSTRAINT ', quote_ident(k.conname), ' ', pg_get_constraintdef(k.oid)), ''
                           ORDER BY k.oid)
         FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))
    END
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation c ON c.oid = t.typcollation AND t.typcollation <> b.typcollation
WHERE t.typtype IN ('d', 'e') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY t.oid
"""
# The second part of the functions takes or returns rows of a table.
_FUNCTIONS = """SELECT n.nspname, pg_get_functiondef(p.oid)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p') AND l.lanname NOT IN ('c', 'internal')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  AND {} EXISTS (
    SELECT FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem JOIN pg_class c ON c.oid IN (t.typrelid, e.typrelid)
    WHERE t.oid = ANY (coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype) AND c.relkind <> 'c')
ORDER BY p.oid
"""
_TRIGGERS = """SELECT n.nspname, pg_get_triggerdef(g.oid)
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND NOT c.relispartition
ORDER BY g.oid
"""
_LATER = "SET check_function_bodies = off"  # the objects that a function body uses may not exist yet


class PostgresqlObjects:
    """The objects of a database other than tables and views. `schemas` are the schemas that contain them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.schemas: set[str] = set()
        self.extensions = self._list(_EXTENSIONS)
        self.before_tables = self._list(_TYPES)
        self.after_tables: list[str] = []
        self.after_views: list[str] = []
        if (connection.dialect.server_version_info or _OLDEST) >= _OLDEST:
            self.before_tables += [_LATER, *self._list(_FUNCTIONS.format("NOT"))]
            self.after_tables = self._list(_FUNCTIONS.format(""))
            self.after_views = self._list(_TRIGGERS)

    def _list(self, query: str) -> list[str]:
        rows = self._connection.exec_driver_sql(query, execution_options={"no_parameters": True}).fetchall()
        self.schemas.update(str(row[0]) for row in rows if row[0])
        return [str(row[1]).strip() for row in rows]
