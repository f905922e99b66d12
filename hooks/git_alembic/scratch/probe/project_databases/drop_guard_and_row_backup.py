"""Keeps `sync` from dropping rows that its plan doesn't name, and first writes the named rows to a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import MetaData, Table, inspect
from sqlalchemy.schema import CreateTable

_NAME = r"(?:[\w$.]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])(?:\.(?:[\w$]+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\]))*"
_DROP = re.compile(rf"\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?({_NAME}(?:\s*,\s*{_NAME})*)", re.IGNORECASE)
_BATCH = "_alembic_tmp_{}"  # Alembic's name for a table that it rebuilds on SQLite
_BINARY = re.compile(r"BLOB|BINARY|GEOMETRY|POINT|POLYGON|LINESTRING", re.IGNORECASE)


class DropsRows(Exception):
    """A revision tries to drop a table with rows that the plan doesn't name."""


class DropGuard:
    """Checks the statements of one connection during a move."""

    def __init__(self, connection: Any, named: Sequence[str]) -> None:
        """Start the guard. `named` are the tables that the plan drops.

        Tables that are created meanwhile may be dropped too.
        """
        self._connection = connection
        self._named = {_last(name) for name in named}
        inspector = inspect(connection)
        schemas = [None, *inspector.get_schema_names()]
        self._existing = {
            table for schema in schemas if not _is_system(schema) for table in inspector.get_table_names(schema=schema)
        }

    def check(self, statement: str) -> None:
        """Raise DropsRows if the statement drops rows that the plan doesn't name."""
        for name in _dropped_tables(statement):
            table = _last(name)
            if table in self._named or table not in self._existing or self._is_recreated(table):
                continue
            count = self._count(name)
            if count:
                rows = f"{count} row{'s' * (count > 1)}"
                raise DropsRows(f"it drops the table {name} with {rows}, which is not in the plan")

    def _is_recreated(self, table: str) -> bool:
        """True if Alembic has copied the rows to a new table, which gets the name."""
        return bool(self._connection.dialect.has_table(self._connection, _BATCH.format(table)))

    def _count(self, name: str) -> int:
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 - a name of the revision's own statement
            return int(cursor.fetchone()[0])
        finally:
            cursor.close()


def _is_system(schema: str | None) -> bool:
    return schema in ("information_schema", "pg_catalog", "mysql", "performance_schema", "sys")


def _dropped_tables(statement: str) -> Iterator[str]:
    for match in _DROP.finditer(statement):
        yield from re.findall(_NAME, match[1])


def _last(name: str) -> str:
    """Return the name of a table without its schema and quotes."""
    parts: list[str] = re.findall(r'"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$]+', name)
    return parts[-1].strip('"`[]')


def write_rows(connection: Any, tables: Sequence[str], path: str) -> None:
    """Write the statements that recreate these tables with their rows to a new file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        for name in tables:
            stream.writelines(f"{statement};\n" for statement in _statements(connection, name))


def _statements(connection: Any, name: str) -> Iterator[str]:
    schema, _, table = name.rpartition(".")
    dialect = connection.dialect
    prepare = dialect.identifier_preparer
    full = prepare.quote(table) if not schema else f"{prepare.quote(schema)}.{prepare.quote(table)}"
    reflected = Table(table, MetaData(), autoload_with=connection, schema=schema or None, resolve_fks=False)
    if dialect.name == "postgresql":
        yield str(CreateTable(reflected, include_foreign_key_constraints=[]).compile(dialect=dialect)).strip()
    else:
        yield str(connection.exec_driver_sql(f"SHOW CREATE TABLE {full}").fetchone()[1])
    columns = [column for column in reflected.columns if column.computed is None]
    names = ", ".join(prepare.quote(column.name) for column in columns)
    values = ", ".join(_literal(dialect.name, prepare.quote(column.name), str(column.type)) for column in columns)
    query = f"SELECT {values} FROM {full}"  # noqa: S608 - names that were just reflected
    result = connection.exec_driver_sql(query, execution_options={"stream_results": True, "no_parameters": True})
    for row in result:
        yield f"INSERT INTO {full} ({names}) VALUES ({', '.join(str(value) for value in row)})"  # noqa: S608 - the database wrote the literals


def _literal(dialect: str, column: str, kind: str) -> str:
    """Return an expression that formats the value as an SQL literal."""
    if dialect == "postgresql":
        return f"quote_nullable({column}::text)"
    if kind.upper().startswith("BIT"):
        return f"IF({column} IS NULL, 'NULL', CONCAT('b''', BIN({column}), ''''))"
    if _BINARY.search(kind):
        return f"IF({column} IS NULL, 'NULL', CONCAT('x''', HEX({column}), ''''))"
    return f"QUOTE({column})"
