"""Indexes and exclusion constraints."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import (
    choose_name,
    constraint_names_of_schema,
    index_columns,
    join_columns,
    relation_names,
    truncate_name,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Column, Index, Name, Part, Table
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.views import figure_column_name
from git_alembic.scratch.probe.engines.postgresql.errors import DuplicateTable, ServerError, UndefinedColumn
from git_alembic.scratch.probe.engines.postgresql.parser import Node, columns_of, has_flag, strings


def create_index(context: StatementContext, node: Node) -> None:
    owner, columns = _owner(context, node["relation"])
    index = _index(context, node, owner, columns)
    name = truncate_name(node.get("idxname", ""))
    if name and not context.is_free(Name(owner.schema, name)):
        if has_flag(node, "if_not_exists"):
            return
        raise DuplicateTable(f'relation "{name}" already exists')
    called = [_name_of_part(item["IndexElem"]) for item in node["indexParams"]]
    index = replace(index, name=Name(owner.schema, name or _name(context, index, called, "idx")))
    part_columns = [part.column for part in index.parts if part.column]
    if (
        index.unique
        and not index.where
        and len(part_columns) == len(index.parts)
        and context.rows.has_duplicates(owner, part_columns)
    ):
        raise ServerError(f'could not create unique index "{index.name.name}"', "23505")
    context.catalog.indexes[index.name] = index


def _owner(context: StatementContext, relation: Node) -> Any:
    view = context.find(relation, context.catalog.views)
    if view:
        return view, context.catalog.views[view].columns
    table = context.table(relation)
    return table.name, table.columns


def _index(context: StatementContext, node: Node, owner: Name, columns: Sequence[Column]) -> Index:
    parts = tuple(_part(context, item["IndexElem"], columns) for item in node["indexParams"])
    include = tuple(item["IndexElem"]["name"] for item in node.get("indexIncludingParams", ()))
    used = {part.column for part in parts if part.column} | set(include)
    for item in node["indexParams"]:
        used |= columns_of(item)
    where = node.get("whereClause")
    if where:
        used |= columns_of(where)
    for name in used:
        if not any(column.name == name for column in columns):
            raise UndefinedColumn(f'column "{name}" does not exist')
    return Index(
        Name(owner.schema, ""), owner, parts, has_flag(node, "unique"), node.get("accessMethod", "btree"), include,
        context.expressions.text(where, context.scope(columns)) if where else None, frozenset(used),
        has_flag(node, "nulls_not_distinct"), _options(node),
    )  # fmt: skip


def _part(context: StatementContext, node: Node, columns: Sequence[Column], excluding: str | None = None) -> Part:
    expression = node.get("expr")
    text = context.expressions.text(expression, context.scope(columns)) if expression else None
    descending = node.get("ordering") == "SORTBY_DESC"
    nulls = node.get("nulls_ordering", "SORTBY_NULLS_DEFAULT")
    first = descending if nulls == "SORTBY_NULLS_DEFAULT" else nulls == "SORTBY_NULLS_FIRST"
    operators = strings(node["opclass"])[-1] if "opclass" in node else None
    collation = strings(node["collation"])[-1] if "collation" in node else None
    return Part(node.get("name"), text, descending, first, operators, collation, excluding)


def _name_of_part(element: Node) -> str:
    """Return the name of a part in the index's name."""
    return str(element.get("name") or figure_column_name(element["expr"], "expr"))


def _options(node: Node) -> dict[str, str]:
    options = {}
    for item in node.get("options", ()):
        element = item["DefElem"]
        value = element.get("arg", {})
        ((_, fields),) = value.items() if value else (("", {}),)
        options[element["defname"]] = str(
            next((fields[key] for key in ("ival", "fval", "sval", "boolval") if key in fields), "")
        )
    return options


def _name(context: StatementContext, index: Index, called: Sequence[str], label: str) -> str:
    schema = index.table.schema or ""
    taken = relation_names(context.catalog, schema)
    if label == "excl":
        taken |= constraint_names_of_schema(context.catalog, schema)
    return choose_name(index.table.name, join_columns(index_columns([*called, *index.include])), label, taken)


def add_exclusion(context: StatementContext, table: Table, node: Node, _: str | None = None) -> Table:
    """Add an exclusion constraint, which is an index."""
    parts: list[Part] = []
    used = columns_of(node["exclusions"])
    called: list[str] = []
    for item in node["exclusions"]:
        element, operator = item["List"]["items"]
        called.append(_name_of_part(element["IndexElem"]))
        parts.append(_part(context, element["IndexElem"], table.columns, strings(operator["List"]["items"])[-1]))
        used |= {element["IndexElem"].get("name", "")} - {""}
    where = node.get("where_clause")
    text = context.expressions.text(where, context.scope(table.columns)) if where else None
    using = node.get("access_method", "gist")
    index = Index(Name(table.name.schema, ""), table.name, tuple(parts), using=using, where=text,
                  columns=used | (columns_of(where) if where else frozenset()), excludes=True)  # fmt: skip
    name = truncate_name(node.get("conname", "")) or _name(context, index, called, "excl")
    context.claim(Name(table.name.schema, name))
    context.catalog.indexes[Name(table.name.schema, name)] = replace(index, name=Name(table.name.schema, name))
    return table
