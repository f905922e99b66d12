"""Turns SQLite's errors into server errors: missing columns and violated keys."""

from __future__ import annotations

import re
from typing import Iterator

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM, find
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError, UndefinedColumn
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Statement, strings, walk

_SYSTEM_COLUMNS = ("ctid", "xmin", "xmax", "oid", "tableoid", "value", "key")


def failure(catalog: Catalog, statement: Statement, message: str) -> Exception:
    """Return the server's error for a missing column; NotReplayed for any other error."""
    word, _, name = message.rpartition(": ")
    if word == "no such column" and not _may_be_there(catalog, statement, name.rpartition(".")[2]):
        return _no_column(*_as_written(statement, name.rpartition(".")[2]))
    match = re.fullmatch(r"table (.*) has no column named (.*)", message)
    return _no_column(match[2], match[1].rpartition(".")[2]) if match else NotReplayed(message)


def _may_be_there(catalog: Catalog, statement: Statement, name: str) -> bool:
    """True if a relation of the statement has the column although SQLite does not find it."""
    if name in _SYSTEM_COLUMNS or _asks_system(statement):
        return True
    columns: set[str] = set(_names_in(statement))
    for kind, fields in walk(statement.fields):
        if kind == "RangeVar":
            columns.update(_columns_of(catalog, fields))
    return name in columns or name in _columns_of(catalog, statement.fields.get("relation", {"relname": ""}))


def _columns_of(catalog: Catalog, relation: Node) -> list[str]:
    schema, name = relation.get("schemaname"), relation["relname"]
    table = find(schema, name, catalog.tables, catalog)
    view = find(schema, name, catalog.views, catalog)
    if table:
        return [column.name for column in catalog.tables[table].columns]
    return [column.name for column in catalog.views[view].columns] if view else []


def _asks_system(statement: Statement) -> bool:
    """True if a statement reads system catalogs. Some of their columns are missing here."""
    relations = (fields for kind, fields in walk(statement.fields) if kind == "RangeVar")
    return any(node.get("schemaname") in SYSTEM or node["relname"].startswith("pg_") for node in relations)


def violation(catalog: Catalog, statement: Statement, message: str) -> ServerError:
    """Return the server's error for a violated key. SQLite names the columns."""
    columns = sorted(part.rpartition(".")[2] for part in message.rpartition(": ")[2].split(", "))
    relation = statement.fields["relation"]
    table_name = find(relation.get("schemaname"), relation["relname"], catalog.tables, catalog)
    table = catalog.tables[table_name] if table_name else None
    keys = (*table.uniques, *((table.primary_key,) if table.primary_key else ())) if table else ()
    name = next((key.name for key in keys if sorted(key.columns) == columns), "")
    return ServerError(f'duplicate key value violates unique constraint "{name}"', "23505")


def _names_in(statement: Statement) -> Iterator[str]:
    """Yield the names that a statement defines: of relations, aliases and selected columns."""
    for kind, fields in walk(statement.fields):
        if kind == "RangeVar":
            yield fields["relname"]
        elif kind == "alias":
            yield from (fields.get("aliasname", ""), *strings(fields.get("colnames", ())))
        elif kind == "CommonTableExpr":
            yield from strings(fields.get("aliascolnames", ()))
        elif kind == "ResTarget" and statement.kind == "SelectStmt":
            yield fields.get("name", "")


def _as_written(statement: Statement, name: str) -> tuple[str, str]:
    """Return a missing column as the statement spells or sets it, with the relation."""
    for kind, fields in walk(statement.fields):
        written = strings(field for field in fields["fields"] if "String" in field) if kind == "ColumnRef" else []
        if written[-1:] == [name]:
            return ".".join(written), ""
    return name, statement.fields.get("relation", {}).get("relname", "")


def _no_column(name: str, relation: str) -> UndefinedColumn:
    if relation:
        return UndefinedColumn(f'column "{name}" of relation "{relation}" does not exist')
    return UndefinedColumn(f"column {name} does not exist" if "." in name else f'column "{name}" does not exist')
