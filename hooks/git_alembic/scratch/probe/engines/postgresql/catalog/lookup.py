"""Finds relations and columns by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Column, Name, Table, Type
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError, UndefinedColumn, UndefinedTable

SYSTEM = ("pg_catalog", "information_schema")


def find(schema: str | None, name: str, kind: Mapping[Name, Any], catalog: Catalog) -> Name | None:
    """Return the full name of an object of a kind, with or without a schema, or None."""
    places = (schema,) if schema else catalog.search_path
    return next((Name(place, name) for place in places if Name(place, name) in kind), None)


def missing(schema: str | None, name: str, word: str = "relation") -> ServerError:
    written = f"{schema}.{name}" if schema else name
    return UndefinedTable(f'{word} "{written}" does not exist')


def types_of(columns: Sequence[Column]) -> dict[str, Type]:
    return {column.name: column.type for column in columns}


def column_of(table: Table, name: str) -> Column:
    """Return a column of a table. Raise the error of ALTER TABLE if it is missing."""
    for column in table.columns:
        if column.name == name:
            return column
    raise UndefinedColumn(f'column "{name}" of relation "{table.name.name}" does not exist')


def replace_column(table: Table, changed: Column) -> Table:
    """Return the table with another column at that number."""
    columns = tuple(changed if column.number == changed.number else column for column in table.columns)
    return replace(table, columns=columns)
