"""Drops types and extensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.ddl.drop.object_lookup import (
    dependency_error,
    find_object,
    shown_name,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables import columns
from git_alembic.scratch.probe.engines.postgresql.errors import (
    UndefinedObject,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, has_flag


def run_drop_type(context: StatementContext, names: Sequence[str], node: Node) -> None:
    catalog = context.catalog
    kinds: Sequence[dict[Name, Any]] = (catalog.enums, catalog.domains, catalog.composites)
    everything = {name: item for kind in kinds for name, item in kind.items()}
    name = find_object(context, names, everything, "type", node)
    if name:
        drop_type(context, name, cascades(node))


def drop_type(context: StatementContext, name: Name, cascade: bool) -> None:
    """Drop a type. With CASCADE, also drop its columns. Otherwise raise."""
    catalog, text = context.catalog, "type " + shown_name(context, name)
    mark = f"::{name.schema}."
    for table in list(catalog.tables.values()):
        using = [item for item in table.columns if item.type.name == name]
        speaking = [
            item for item in table.columns if item.default and mark + name.name in item.default and item not in using
        ]
        if (using or speaking) and not cascade:
            raise dependency_error(text)
        for column in using:
            context.put(columns.drop_column(context, catalog.tables[table.name], column.name, True))
        for column in speaking:
            now = catalog.tables[table.name]
            new_columns = tuple(
                replace(item, default=None) if item.name == column.name else item for item in now.columns
            )
            context.put(replace(now, columns=new_columns))
    for domain in list(catalog.domains.values()):
        if domain.type.name == name and domain.name != name:
            if not cascade:
                raise dependency_error(text)
            drop_type(context, domain.name, True)
    kinds: Sequence[dict[Name, Any]] = (catalog.enums, catalog.domains, catalog.composites)
    for kind in kinds:
        kind.pop(name, None)


def run_drop_extension(context: StatementContext, names: Sequence[str], node: Node) -> None:
    if names[-1] not in context.catalog.extensions and not has_flag(node, "missing_ok"):
        raise UndefinedObject(f'extension "{names[-1]}" does not exist')
    for kind in EXTENSIONS.get(names[-1], ()):
        _drop_columns_of(context, kind, names[-1], cascades(node))
    context.catalog.extensions.pop(names[-1], None)


EXTENSIONS = {
    "hstore": ("hstore",), "citext": ("citext",), "ltree": ("ltree", "lquery"), "cube": ("cube",),
    "vector": ("vector", "halfvec", "sparsevec"), "postgis": ("geometry", "geography"),
}  # fmt: skip


def _drop_columns_of(context: StatementContext, kind: str, extension: str, cascade: bool) -> None:
    """Drop the columns of a type of an extension."""
    for table in list(context.catalog.tables.values()):
        for column in table.columns:
            if column.type.name != Name(None, kind):
                continue
            if not cascade:
                raise dependency_error("extension " + extension)
            context.put(columns.drop_column(context, context.catalog.tables[table.name], column.name, True))
