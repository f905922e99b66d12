"""Adds, drops and names constraints of tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import (
    choose_name,
    constraint_names,
    constraint_names_of_schema,
    index_columns,
    join_columns,
    relation_names,
    truncate_name,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import column_of, replace_column
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Check, ForeignKey, Index, Key, Name, Names, Table
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DependentObjects,
    DuplicateObject,
    DuplicateTable,
    InvalidDefinition,
    InvalidForeignKey,
    ServerError,
    UndefinedColumn,
    UndefinedObject,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, columns_of, has_flag, strings

ACTIONS = {"a": "", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
KEYS = ("CONSTR_PRIMARY", "CONSTR_UNIQUE")


def claim(context: StatementContext, table: Table, name: str) -> None:
    """Raise if the table has a constraint of this name."""
    if name in constraint_names(context.catalog, table):
        raise DuplicateObject(f'constraint "{name}" for relation "{table.name.name}" already exists')


def _list_taken_names(context: StatementContext, table: Table, more: Sequence[str] = ()) -> set[str]:
    schema = table.name.schema or ""
    return constraint_names_of_schema(context.catalog, schema) | constraint_names(context.catalog, table) | set(more)


def add_check(context: StatementContext, table: Table, node: Node, _: str | None = None) -> Table:
    """Return the table with a check constraint."""
    expression = node["raw_expr"]
    text = context.expressions.text(expression, context.scope(table.columns))
    used = columns_of(expression)
    mentioned = tuple(column.name for column in table.columns if column.name in used)
    name = truncate_name(node.get("conname", ""))
    if not name:
        single = mentioned[0] if len(mentioned) == 1 else ""
        name = choose_name(table.name.name, single, "check", _list_taken_names(context, table))
    claim(context, table, name)
    check = Check(name, text, mentioned, has_flag(node, "is_no_inherit"), has_flag(node, "skip_validation"))
    if not check.not_valid and context.rows.violates_check(table.name, text):
        raise ServerError(f'check constraint "{name}" of relation "{table.name.name}" is violated by some row', "23514")
    return replace(table, checks=(*table.checks, check))


def key_columns(table: Table, names: Names) -> None:
    for name in names:
        if not any(column.name == name for column in table.columns):
            raise UndefinedColumn(f'column "{name}" named in key does not exist')


def add_key(context: StatementContext, table: Table, node: Node, column: str | None = None) -> Table:
    """Return the table with a primary key or unique constraint."""
    primary = node["contype"] == "CONSTR_PRIMARY"
    if primary and table.primary_key:
        raise InvalidDefinition(f'multiple primary keys for table "{table.name.name}" are not allowed')
    if "indexname" in node:
        return _adopt_index(context, table, node, primary)
    columns = tuple(strings(node.get("keys", ()))) or ((column,) if column else ())
    key_columns(table, columns)
    included = tuple(strings(node.get("including", ())))
    name = truncate_name(node.get("conname", "")) or _key_name(context, table, columns + included, primary)
    if name in relation_names(context.catalog, table.name.schema or "") | _names_of_keys(table):
        context.claim(Name(table.name.schema, name))
        raise DuplicateTable(f'relation "{name}" already exists')
    claim(context, table, name)
    if context.rows.has_duplicates(table.name, columns):
        raise ServerError(f'could not create unique index "{name}"', "23505")
    distinct = has_flag(node, "nulls_not_distinct")
    key = Key(name, columns, included, distinct, has_flag(node, "deferrable"), has_flag(node, "initdeferred"))
    return _with_key(table, key, primary)


def _names_of_keys(table: Table) -> set[str]:
    keys = (*table.uniques, *((table.primary_key,) if table.primary_key else ()))
    return {key.name for key in keys}


def _key_name(context: StatementContext, table: Table, columns: Names, primary: bool) -> str:
    schema = table.name.schema or ""
    taken = relation_names(context.catalog, schema) | _list_taken_names(context, table, [table.name.name])
    if primary:
        return choose_name(table.name.name, "", "pkey", taken)
    return choose_name(table.name.name, join_columns(index_columns(columns)), "key", taken)


def _with_key(table: Table, key: Key, primary: bool) -> Table:
    if not primary:
        return replace(table, uniques=(*table.uniques, key))
    for name in key.columns:
        table = require(table, name)
    return replace(table, primary_key=key)


def require(table: Table, name: str) -> Table:
    """Return the table with a NOT NULL column."""
    column = column_of(table, name)
    return table if column.not_null else replace_column(table, replace(column, not_null=True))


def _adopt_index(context: StatementContext, table: Table, node: Node, primary: bool) -> Table:
    """Return the table with a constraint that uses an existing unique index."""
    index_name = Name(table.name.schema, node["indexname"])
    index = context.catalog.indexes.get(index_name)
    if index is None:
        raise UndefinedObject('index "{}" does not exist'.format(node["indexname"]))
    del context.catalog.indexes[index_name]
    columns = tuple(part.column or "" for part in index.parts)
    name = truncate_name(node.get("conname", "")) or index.name.name
    flags = (index.nulls_not_distinct, has_flag(node, "deferrable"), has_flag(node, "initdeferred"))
    return _with_key(table, Key(name, columns, index.include, *flags), primary)


def add_foreign_key(context: StatementContext, table: Table, node: Node, column: str | None = None) -> Table:
    """Return the table with a foreign key. Raise if the other table lacks the columns or a key over them."""
    target = table if _is_self(context, table, node["pktable"]) else context.table(node["pktable"])
    columns = tuple(strings(node.get("fk_attrs", ()))) or ((column,) if column else ())
    for item in columns:
        if not any(existing.name == item for existing in table.columns):
            raise UndefinedColumn(f'column "{item}" referenced in foreign key constraint does not exist')
    referred = tuple(strings(node.get("pk_attrs", ()))) or _primary_of(target)
    _check_referred(context, target, columns, referred)
    written_name = truncate_name(node.get("conname", ""))
    name = written_name or choose_name(
        table.name.name, join_columns(columns), "fkey", _list_taken_names(context, table)
    )
    claim(context, table, name)
    foreign = ForeignKey(
        name, columns, target.name, referred,
        ACTIONS.get(node.get("fk_del_action", "a"), ""), ACTIONS.get(node.get("fk_upd_action", "a"), ""),
        "FULL" if node.get("fk_matchtype") == "f" else "", has_flag(node, "deferrable"), has_flag(node, "initdeferred"),
        has_flag(node, "skip_validation"),
    )  # fmt: skip
    if (
        not foreign.not_valid
        and context.rows.has_rows(table.name)
        and context.rows.violates_foreign_key(table.name, foreign)
    ):
        text = f'insert or update on table "{table.name.name}" violates foreign key constraint "{name}"'
        raise ServerError(text, "23503")
    return replace(table, foreign_keys=(*table.foreign_keys, foreign))


def _is_self(context: StatementContext, table: Table, relation: Node) -> bool:
    schema = relation.get("schemaname")
    if relation["relname"] != table.name.name:
        return False
    return schema == table.name.schema if schema else table.name.schema in context.catalog.search_path


def _primary_of(target: Table) -> Names:
    if target.primary_key is None:
        text = 'there is no primary key for referenced table "{}"'
        raise UndefinedObject(text.format(target.name.name))
    return target.primary_key.columns


def _check_referred(context: StatementContext, target: Table, columns: Names, referred: Names) -> None:
    for item in referred:
        if not any(existing.name == item for existing in target.columns):
            raise UndefinedColumn(f'column "{item}" referenced in foreign key constraint does not exist')
    if len(columns) != len(referred):
        raise InvalidForeignKey("number of referencing and referenced columns for foreign key disagree")
    if find_key_over(context, target, referred) is None:
        text = 'there is no unique constraint matching given keys for referenced table "{}"'
        raise InvalidForeignKey(text.format(target.name.name))


def find_key_over(context: StatementContext, target: Table, referred: Names) -> str | None:
    """Return the name of the key or unique index over exactly these columns."""
    keys = (*((target.primary_key,) if target.primary_key else ()), *target.uniques)
    key_name = next((key.name for key in keys if sorted(key.columns) == sorted(referred)), None)
    return key_name or next(
        (index.name.name for index in context.catalog.indexes.values() if _serves(index, target, referred)), None
    )


def _serves(index: Index, target: Table, referred: Names) -> bool:
    part_columns = [part.column for part in index.parts if part.column]
    whole = index.unique and not index.where and index.table == target.name and len(part_columns) == len(index.parts)
    return whole and sorted(part_columns) == sorted(referred)


def drop_constraint(context: StatementContext, table: Table, name: str, cascade: bool, missing_ok: bool) -> Table:
    """Return the table without a constraint. With CASCADE, also drop dependent objects. Otherwise raise."""
    if table.primary_key and table.primary_key.name == name:
        release_key(context, table, table.primary_key, cascade)
        return replace(context.catalog.tables[table.name], primary_key=None)
    for key in table.uniques:
        if key.name == name:
            release_key(context, table, key, cascade)
            table = context.catalog.tables[table.name]
            return replace(table, uniques=tuple(item for item in table.uniques if item.name != name))
    without = replace(
        table,
        foreign_keys=tuple(foreign_key for foreign_key in table.foreign_keys if foreign_key.name != name),
        checks=tuple(check for check in table.checks if check.name != name),
    )
    excluding = Name(table.name.schema, name)
    if excluding in context.catalog.indexes and context.catalog.indexes[excluding].excludes:
        del context.catalog.indexes[excluding]
    elif without == table and not missing_ok:
        text = 'constraint "{}" of relation "{}" does not exist'
        raise UndefinedObject(text.format(name, table.name.name))
    return without


def release_key(context: StatementContext, table: Table, key: Key, cascade: bool) -> None:
    """Drop the foreign keys that depend on a key, or raise."""
    text = f"cannot drop constraint {key.name} on table {table.name.name} because other objects depend on it"

    def refers(_: Table, foreign: ForeignKey) -> bool:
        return foreign.table == table.name and find_key_over(context, table, foreign.referred) == key.name

    context.drop_foreign_keys(refers, None if cascade else DependentObjects(text))


def has_constraint(table: Table, name: str) -> bool:
    keys: list[Any] = [*table.uniques, *table.foreign_keys, *table.checks]
    return any(key.name == name for key in keys) or bool(table.primary_key and table.primary_key.name == name)
