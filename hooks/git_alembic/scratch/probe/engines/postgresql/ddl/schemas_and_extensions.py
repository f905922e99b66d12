"""CREATE and DROP of schemas and extensions."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.ddl.drop_relations import drop_table, drop_view
from git_alembic.scratch.probe.engines.postgresql.ddl.functions import drop_function
from git_alembic.scratch.probe.engines.postgresql.ddl.sequences import drop_sequence
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.add_and_drop_column import drop_column
from git_alembic.scratch.probe.engines.postgresql.ddl.types import drop_type
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    DuplicateSchema,
    UndefinedObject,
    UndefinedSchema,
    dependency_error,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, has_flag

_EXTENSIONS = {
    "hstore": ("hstore",), "citext": ("citext",), "ltree": ("ltree", "lquery"), "cube": ("cube",),
    "vector": ("vector", "halfvec", "sparsevec"), "postgis": ("geometry", "geography"),
}  # fmt: skip


def create_schema(context: StatementContext, node: Node) -> None:
    name = node.get("schemaname") or node.get("authrole", {}).get("rolename", "")
    if name in context.catalog.schemas:
        if has_flag(node, "if_not_exists"):
            return
        raise DuplicateSchema(f'schema "{name}" already exists')
    context.catalog.schemas[name] = None


def run_drop_schema(context: StatementContext, names: Sequence[str], node: Node) -> None:
    name = names[-1]
    if name not in context.catalog.schemas:
        if has_flag(node, "missing_ok"):
            return
        raise UndefinedSchema(f'schema "{name}" does not exist')
    _empty_schema(context, name, cascades(node))
    del context.catalog.schemas[name]


def _empty_schema(context: StatementContext, schema: str, cascade: bool) -> None:
    catalog = context.catalog
    kinds: Sequence[Mapping[Name, Any]] = (
        catalog.tables, catalog.views, catalog.sequences, catalog.enums, catalog.domains, catalog.composites,
    )  # fmt: skip
    objects = [(kind, name) for kind in kinds for name in kind if name.schema == schema]
    functions = [(called, item) for called, every in catalog.functions.items() for item in every]
    functions = [(called, item) for called, item in functions if item.schema == schema]
    if (objects or functions) and not cascade:
        raise dependency_error("schema " + schema)
    for called, function in functions:
        drop_function(context, called, function, cascade=True)
    for kind, name in objects:
        if name not in kind:
            continue
        if kind is catalog.tables:
            drop_table(context, name, True)
        elif kind is catalog.views:
            drop_view(context, name, True)
        elif kind is catalog.sequences:
            drop_sequence(context, name, True)
        else:
            drop_type(context, name, True)


def create_extension(context: StatementContext, node: Node) -> None:
    name = node["extname"]
    if name in context.catalog.extensions and not has_flag(node, "if_not_exists"):
        raise DuplicateObject(f'extension "{name}" already exists')
    options: Mapping[str, Any] = {
        item["DefElem"]["defname"]: item["DefElem"].get("arg") for item in node.get("options", ())
    }
    schema = options.get("schema")
    place = schema["String"]["sval"] if schema else next(iter(context.catalog.search_path), "public")
    context.catalog.extensions.setdefault(name, place)


def run_drop_extension(context: StatementContext, names: Sequence[str], node: Node) -> None:
    if names[-1] not in context.catalog.extensions and not has_flag(node, "missing_ok"):
        raise UndefinedObject(f'extension "{names[-1]}" does not exist')
    for kind in _EXTENSIONS.get(names[-1], ()):
        _drop_columns_of(context, kind, names[-1], cascades(node))
    context.catalog.extensions.pop(names[-1], None)


def _drop_columns_of(context: StatementContext, kind: str, extension: str, cascade: bool) -> None:
    """Drop the columns of a type of an extension."""
    for table in list(context.catalog.tables.values()):
        for column in table.columns:
            if column.type.name != Name(None, kind):
                continue
            if not cascade:
                raise dependency_error("extension " + extension)
            context.put(drop_column(context, context.catalog.tables[table.name], column.name, True))
