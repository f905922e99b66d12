"""Renames a column in everything that uses it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name, Names, Table
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import DuplicateColumn, UndefinedColumn
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, strings


def run_rename_column(context: StatementContext, node: Node, new: str) -> None:
    relation, old = node["relation"], node["subname"]
    view = context.find(relation, context.catalog.views)
    if view:
        old_view = context.catalog.views[view]
        context.catalog.views[view] = replace(
            old_view,
            columns=tuple(replace(column, name=new) if column.name == old else column for column in old_view.columns),
        )
        return
    if has_flag(node, "missing_ok") and not context.find(relation, context.catalog.tables):
        return
    rename_column(context, context.table(relation), old, new)


def rename_column(context: StatementContext, table: Table, old: str, new: str) -> None:
    _check_renaming(table, old, new)
    context.put(_rename_in_table(context, table, old, new))
    for index in list(context.catalog.indexes.values()):
        if index.table == table.name and old in index.columns:
            context.catalog.indexes[index.name] = _renamed_index(context, table, index, old, new)
    for sequence in list(context.catalog.sequences.values()):
        if sequence.owner == (table.name, old):
            context.catalog.sequences[sequence.name] = replace(sequence, owner=(table.name, new))
    for other in list(context.catalog.tables.values()):
        context.put(_referring(other, table.name, old, new))
    for child in [other for other in context.catalog.tables.values() if table.name in other.parents]:
        if any(column.name == old for column in child.columns):
            rename_column(context, child, old, new)


def _check_renaming(table: Table, old: str, new: str) -> None:
    names = [column.name for column in table.columns]
    if old not in names:
        raise UndefinedColumn(f'column "{old}" does not exist')
    if new in names:
        raise DuplicateColumn(f'column "{new}" of relation "{table.name.name}" already exists')


def _referring(other: Table, name: Name, old: str, new: str) -> Table:
    """Return a table whose foreign keys use the new name."""
    if not any(key.table == name and old in key.referred for key in other.foreign_keys):
        return other
    keys = tuple(
        replace(key, referred=_swap(key.referred, old, new)) if key.table == name else key for key in other.foreign_keys
    )
    return replace(other, foreign_keys=keys)


def _swap(names: Names, old: str, new: str) -> Names:
    return tuple(new if name == old else name for name in names)


def _rewriter(context: StatementContext, table: Table, old: str, new: str) -> Callable[[str | None], str | None]:
    """Return a function that replaces the column in texts."""
    columns = tuple(replace(column, name=new) if column.name == old else column for column in table.columns)

    def change(node: Node) -> Node:
        if "ColumnRef" not in node or strings([node["ColumnRef"]["fields"][-1]]) != [old]:
            return node
        return {"ColumnRef": {"fields": [{"String": {"sval": new}}]}}

    def rewritten(text: str | None) -> str | None:
        return context.expressions.rewritten(text, change, context.scope(columns)) if text and old in text else text

    return rewritten


def _rename_in_table(context: StatementContext, table: Table, old: str, new: str) -> Table:
    again = _rewriter(context, table, old, new)
    primary = table.primary_key

    def column(item: Any) -> Any:
        return replace(item, name=new if item.name == old else item.name, generated=again(item.generated))

    def key(item: Any) -> Any:
        return replace(item, columns=_swap(item.columns, old, new), include=_swap(item.include, old, new))

    def check(item: Any) -> Any:
        return (
            replace(item, columns=_swap(item.columns, old, new), text=again(item.text)) if old in item.columns else item
        )

    return replace(
        table,
        columns=tuple(column(item) for item in table.columns),
        primary_key=key(primary) if primary else None,
        uniques=tuple(key(item) for item in table.uniques),
        foreign_keys=tuple(
            replace(foreign_key, columns=_swap(foreign_key.columns, old, new)) for foreign_key in table.foreign_keys
        ),
        checks=tuple(check(item) for item in table.checks),
    )


def _renamed_index(context: StatementContext, table: Table, index: Any, old: str, new: str) -> Any:
    again = _rewriter(context, table, old, new)
    parts = tuple(
        replace(part, column=new if part.column == old else part.column, expression=again(part.expression))
        for part in index.parts
    )
    names = frozenset(new if name == old else name for name in index.columns)
    return replace(index, parts=parts, where=again(index.where), columns=names, include=_swap(index.include, old, new))
