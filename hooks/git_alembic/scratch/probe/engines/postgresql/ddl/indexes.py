"""Indexes and exclusion constraints."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import (
    chosen,
    constraint_names_of_schema,
    cut,
    index_columns,
    joined,
    relation_names,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Column, Index, Name, Part, Table
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import words
from git_alembic.scratch.probe.engines.postgresql.ddl.context import Work, flag
from git_alembic.scratch.probe.engines.postgresql.ddl.views import figured
from git_alembic.scratch.probe.engines.postgresql.errors import DuplicateTable, ServerError, UndefinedColumn
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import columns_of
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def create_index(work: Work, node: Node) -> None:
    owner, columns = _owner(work, node["relation"])
    index = _index(work, node, owner, columns)
    name = cut(node.get("idxname", ""))
    if name and not work.free(Name(owner.schema, name)):
        if flag(node, "if_not_exists"):
            return
        raise DuplicateTable(f'relation "{name}" already exists')
    called = [_called(one["IndexElem"]) for one in node["indexParams"]]
    index = replace(index, name=Name(owner.schema, name or _name(work, index, called, "idx")))
    plain = [part.column for part in index.parts if part.column]
    if index.unique and not index.where and len(plain) == len(index.parts) and work.rows.repeats(owner, plain):
        raise ServerError(f'could not create unique index "{index.name.name}"', "23505")
    work.catalog.indexes[index.name] = index


def _owner(work: Work, relation: Node) -> Any:
    view = work.find(relation, work.catalog.views)
    if view:
        return view, work.catalog.views[view].columns
    table = work.table(relation)
    return table.name, table.columns


def _index(work: Work, node: Node, owner: Name, columns: Sequence[Column]) -> Index:
    parts = tuple(_part(work, one["IndexElem"], columns) for one in node["indexParams"])
    include = tuple(one["IndexElem"]["name"] for one in node.get("indexIncludingParams", ()))
    used = {part.column for part in parts if part.column} | set(include)
    for one in node["indexParams"]:
        used |= columns_of(one)
    where = node.get("whereClause")
    if where:
        used |= columns_of(where)
    for name in used:
        if not any(column.name == name for column in columns):
            raise UndefinedColumn(f'column "{name}" does not exist')
    return Index(
        Name(owner.schema, ""), owner, parts, flag(node, "unique"), node.get("accessMethod", "btree"), include,
        work.expressions.text(where, work.scope(columns)) if where else None, frozenset(used),
        flag(node, "nulls_not_distinct"), _options(node),
    )  # fmt: skip


def _part(work: Work, node: Node, columns: Sequence[Column], excluding: str | None = None) -> Part:
    expression = node.get("expr")
    text = work.expressions.text(expression, work.scope(columns)) if expression else None
    descending = node.get("ordering") == "SORTBY_DESC"
    nulls = node.get("nulls_ordering", "SORTBY_NULLS_DEFAULT")
    first = descending if nulls == "SORTBY_NULLS_DEFAULT" else nulls == "SORTBY_NULLS_FIRST"
    operators = words(node["opclass"])[-1] if "opclass" in node else None
    collation = words(node["collation"])[-1] if "collation" in node else None
    return Part(node.get("name"), text, descending, first, operators, collation, excluding)


def _called(element: Node) -> str:
    """What a part of an index is called in the index's name."""
    return str(element.get("name") or figured(element["expr"], "expr"))


def _options(node: Node) -> dict[str, str]:
    found = {}
    for one in node.get("options", ()):
        element = one["DefElem"]
        value = element.get("arg", {})
        ((_, fields),) = value.items() if value else (("", {}),)
        found[element["defname"]] = str(
            next((fields[key] for key in ("ival", "fval", "sval", "boolval") if key in fields), "")
        )
    return found


def _name(work: Work, index: Index, called: Sequence[str], label: str) -> str:
    schema = index.table.schema or ""
    taken = relation_names(work.catalog, schema)
    if label == "excl":
        taken |= constraint_names_of_schema(work.catalog, schema)
    return chosen(index.table.name, joined(index_columns([*called, *index.include])), label, taken)


def add_exclusion(work: Work, table: Table, node: Node, _: str | None = None) -> Table:
    """With an exclusion constraint: an index that excludes."""
    parts: list[Part] = []
    used = columns_of(node["exclusions"])
    called: list[str] = []
    for one in node["exclusions"]:
        element, operator = one["List"]["items"]
        called.append(_called(element["IndexElem"]))
        parts.append(_part(work, element["IndexElem"], table.columns, words(operator["List"]["items"])[-1]))
        used |= {element["IndexElem"].get("name", "")} - {""}
    where = node.get("where_clause")
    text = work.expressions.text(where, work.scope(table.columns)) if where else None
    using = node.get("access_method", "gist")
    index = Index(Name(table.name.schema, ""), table.name, tuple(parts), using=using, where=text,
                  columns=used | (columns_of(where) if where else frozenset()), excludes=True)  # fmt: skip
    name = cut(node.get("conname", "")) or _name(work, index, called, "excl")
    work.claim(Name(table.name.schema, name))
    work.catalog.indexes[Name(table.name.schema, name)] = replace(index, name=Name(table.name.schema, name))
    return table
