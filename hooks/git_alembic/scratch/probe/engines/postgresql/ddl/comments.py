"""COMMENT ON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import column_of, find, replace_column
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import UndefinedSchema
from git_alembic.scratch.probe.engines.postgresql.parser import Node, range_of, split_name, strings


def comment(context: StatementContext, node: Node) -> None:
    change = _COMMENTS.get(node["objtype"])
    if change:
        change(context, node["object"], node.get("comment") or None)


def _items(node: Node) -> list[str]:
    ((kind, fields),) = node.items()
    if kind == "String":
        return [fields["sval"]]
    return strings(fields["names"] if kind == "TypeName" else fields["items"])


def _on_table(context: StatementContext, node: Node, text: str | None) -> None:
    names = _items(node)
    table = context.table(range_of(names))
    context.put(replace(table, comment=text))


def _on_view(context: StatementContext, node: Node, text: str | None) -> None:
    name = context.find(range_of(_items(node)), context.catalog.views)
    if name:
        context.catalog.views[name] = replace(context.catalog.views[name], comment=text)


def _on_column(context: StatementContext, node: Node, text: str | None) -> None:
    names = _items(node)
    view = context.find(range_of(names[:-1]), context.catalog.views)
    if view:
        old_view = context.catalog.views[view]
        columns = tuple(
            replace(column, comment=text) if column.name == names[-1] else column for column in old_view.columns
        )
        context.catalog.views[view] = replace(old_view, columns=columns)
        return
    table = context.table(range_of(names[:-1]))
    context.put(replace_column(table, replace(column_of(table, names[-1]), comment=text)))


def _on_constraint(context: StatementContext, node: Node, text: str | None) -> None:
    names = _items(node)
    table = context.table(range_of(names[:-1]))
    context.put(table.map_constraints(lambda item: replace(item, comment=text) if item.name == names[-1] else item))


def _on_index(context: StatementContext, node: Node, text: str | None) -> None:
    name = context.find(range_of(_items(node)), context.catalog.indexes)
    if name:
        context.catalog.indexes[name] = replace(context.catalog.indexes[name], comment=text)


def _on_type(context: StatementContext, node: Node, text: str | None) -> None:
    names = _items(node)
    kinds: tuple[dict[Name, Any], ...] = (context.catalog.enums, context.catalog.domains)
    for kind in kinds:
        name = find(*split_name(names), kind, context.catalog)
        if name:
            kind[name] = replace(kind[name], comment=text)


def _on_schema(context: StatementContext, node: Node, text: str | None) -> None:
    (name,) = _items(node)
    if name not in context.catalog.schemas:
        raise UndefinedSchema(f'schema "{name}" does not exist')
    context.catalog.schemas[name] = text


_COMMENTS: dict[str, Callable[[StatementContext, Node, str | None], None]] = {
    "OBJECT_TABLE": _on_table, "OBJECT_COLUMN": _on_column, "OBJECT_TABCONSTRAINT": _on_constraint,
    "OBJECT_INDEX": _on_index, "OBJECT_TYPE": _on_type, "OBJECT_DOMAIN": _on_type, "OBJECT_SCHEMA": _on_schema,
    "OBJECT_VIEW": _on_view, "OBJECT_MATVIEW": _on_view,
}  # fmt: skip
