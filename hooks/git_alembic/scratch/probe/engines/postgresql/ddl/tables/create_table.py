"""CREATE TABLE."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, List, Optional, Tuple

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import column_of, replace_column
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Key, Name, Table
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables import constraints
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.add_and_drop_column import (
    apply_column_constraint,
    define_column,
    make_owned_sequence,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.indexes_and_exclusion_constraints import add_exclusion
from git_alembic.scratch.probe.engines.postgresql.errors import DuplicateTable
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, strings

_Pending = List[Tuple[Node, Optional[str]]]


def create_table(context: StatementContext, node: Node) -> None:
    name = context.new_name(node["relation"])
    if not context.is_free(name):
        if has_flag(node, "if_not_exists"):
            return
        raise DuplicateTable(f'relation "{name.name}" already exists')
    table = Table(name, context.number(), temporary=node["relation"].get("relpersistence") == "t")
    table = _inherit(context, table, node)
    pending: _Pending = []
    for element in node.get("tableElts", ()):
        ((kind, fields),) = element.items()
        if kind == "ColumnDef":
            table, later = _column(context, table, fields)
            pending.extend(later)
        elif kind == "TableLikeClause":
            table = _like(context, table, fields)
        elif kind == "Constraint":
            pending.append((fields, None))
        else:
            raise NotReplayed(f"CREATE TABLE with {kind}")
    for constraint in node.get("constraints", ()):
        pending.append((constraint["Constraint"], None))
    context.put(replace(table, partitioned=node.get("partspec", {}).get("strategy")))
    add_all(context, table.name, _without_repeated_keys(pending))


def _column(context: StatementContext, table: Table, node: Node) -> tuple[Table, _Pending]:
    inherited = next((column for column in table.columns if column.name == node.get("colname")), None)
    if inherited is None or ("typeName" in node and not inherited.inherited):
        table, later = define_column(context, table, node)
        return table, list(later)
    # The statement adds constraints to an inherited column.
    pending: _Pending = []
    for constraint in node.get("constraints", ()):
        with_constraint = apply_column_constraint(context, table, inherited.number, constraint["Constraint"])
        if with_constraint is None:
            pending.append((constraint["Constraint"], inherited.name))
        table = with_constraint or table
    return replace_column(table, replace(column_of(table, inherited.name), inherited=False)), pending


_ADDED: dict[str, tuple[int, Callable[..., Table]]] = {
    "CONSTR_CHECK": (0, constraints.add_check),
    "CONSTR_PRIMARY": (1, constraints.add_key),
    "CONSTR_UNIQUE": (2, constraints.add_key),
    "CONSTR_EXCLUSION": (2, add_exclusion),
    "CONSTR_FOREIGN": (3, constraints.add_foreign_key),
}


def add_all(context: StatementContext, name: Name, pending: _Pending) -> None:
    """Add constraints in the order in which the server creates and names them."""
    for constraint, column in sorted(pending, key=lambda item: _ADDED.get(item[0]["contype"], (4,))[0]):
        table = context.catalog.tables[name]
        if constraint["contype"] == "CONSTR_NOTNULL":
            for key in strings(constraint.get("keys", ())):
                table = constraints.require(table, key)
        elif constraint["contype"] in _ADDED:
            table = _ADDED[constraint["contype"]][1](context, table, constraint, column)
        context.put(table)


def _without_repeated_keys(pending: _Pending) -> _Pending:
    """Remove keys that repeat another key, but keep the name of the repeated key."""
    unique: _Pending = []
    for constraint, column in sorted(pending, key=lambda item: item[0]["contype"] != "CONSTR_PRIMARY"):
        twin = next(
            (
                item
                for item in unique
                if constraint["contype"] in constraints.KEYS and _are_same_key(item, (constraint, column))
            ),
            None,
        )
        if twin is None:
            unique.append((constraint, column))
        elif "conname" in constraint and "conname" not in twin[0]:
            unique[unique.index(twin)] = ({**twin[0], "conname": constraint["conname"]}, twin[1])
    return unique


def _are_same_key(item: tuple[Node, str | None], other: tuple[Node, str | None]) -> bool:
    return item[0]["contype"] in constraints.KEYS and _key_identity(*item) == _key_identity(*other)


def _key_identity(constraint: Node, column: str | None) -> tuple[object, ...]:
    names = strings(constraint.get("keys", ())) or [column or ""]
    flags = ("nulls_not_distinct", "deferrable", "initdeferred")
    return names, strings(constraint.get("including", ())), [has_flag(constraint, name) for name in flags]


def _inherit(context: StatementContext, table: Table, node: Node) -> Table:
    """Return the table with the columns of its parents."""
    parents = [context.table(item["RangeVar"]) for item in node.get("inhRelations", ())]
    partition = "partbound" in node
    for parent in parents:
        for column in parent.columns:
            if not any(item.name == column.name for item in table.columns):
                number = table.last_column + 1
                copy = replace(column, number=number, inherited=True, identity=None, comment=None)
                table = replace(table, columns=(*table.columns, copy), last_column=number)
        checks = tuple(replace(check, inherited=True) for check in parent.checks if not check.no_inherit)
        table = replace(table, checks=(*table.checks, *checks))
    names = tuple(parent.name for parent in parents)
    table = replace(table, parents=names, partition=partition)
    return _as_partition(context, table, parents[0]) if partition else table


def _as_partition(context: StatementContext, table: Table, parent: Table) -> Table:
    """Return the table with the keys of its partitioned table, under its own names."""
    context.put(table)
    pending: _Pending = []
    if parent.primary_key:
        pending.append((_key_node("CONSTR_PRIMARY", parent.primary_key), None))
    for key in parent.uniques:
        pending.append((_key_node("CONSTR_UNIQUE", key), None))
    add_all(context, table.name, pending)
    table = context.catalog.tables.pop(table.name)
    return replace(table, foreign_keys=parent.foreign_keys)


def _key_node(kind: str, key: Key) -> Node:
    return {"contype": kind, "keys": [{"String": {"sval": name}} for name in key.columns]}


def _like(context: StatementContext, table: Table, node: Node) -> Table:
    """Return the table with the columns of another table, and the parts that INCLUDING lists."""
    other, options = context.table(node["relation"]), node.get("options", 0)
    for column in other.columns:
        number = table.last_column + 1
        copy = replace(
            column, number=number, inherited=False,
            default=column.default if options & 8 else None,
            generated=column.generated if options & 16 else None,
            identity=column.identity if options & 32 else None,
            comment=column.comment if options & 1 else None,
        )  # fmt: skip
        table = replace(table, columns=(*table.columns, copy), last_column=number)
        if copy.identity:
            make_owned_sequence(context, table, copy, copy.identity.options)
    if options & 4:
        table = replace(table, checks=(*table.checks, *other.checks))
    if options & 64 and other.primary_key:
        context.put(table)
        add_all(context, table.name, [(_key_node("CONSTR_PRIMARY", other.primary_key), None)])
        table = context.catalog.tables.pop(table.name)
    return table
