"""CREATE TABLE, in all its forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, List, Optional, Tuple

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Key, Name, Table
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import words
from git_alembic.scratch.probe.engines.postgresql.ddl import columns, constraints
from git_alembic.scratch.probe.engines.postgresql.ddl.context import Work, column_of, flag, with_column
from git_alembic.scratch.probe.engines.postgresql.ddl.indexes import add_exclusion
from git_alembic.scratch.probe.engines.postgresql.errors import DuplicateTable
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node

_Pending = List[Tuple[Node, Optional[str]]]


def create_table(work: Work, node: Node) -> None:
    name = work.new_name(node["relation"])
    if not work.free(name):
        if flag(node, "if_not_exists"):
            return
        raise DuplicateTable(f'relation "{name.name}" already exists')
    table = Table(name, work.number(), temporary=node["relation"].get("relpersistence") == "t")
    table = _inherited(work, table, node)
    pending: _Pending = []
    for element in node.get("tableElts", ()):
        ((kind, fields),) = element.items()
        if kind == "ColumnDef":
            table, own = _column(work, table, fields)
            pending.extend(own)
        elif kind == "TableLikeClause":
            table = _like(work, table, fields)
        elif kind == "Constraint":
            pending.append((fields, None))
        else:
            raise NotReplayed(f"CREATE TABLE with {kind}")
    for one in node.get("constraints", ()):
        pending.append((one["Constraint"], None))
    work.put(replace(table, partitioned=node.get("partspec", {}).get("strategy")))
    add_all(work, table.name, _distinct(pending))


def _column(work: Work, table: Table, node: Node) -> tuple[Table, _Pending]:
    known = next((one for one in table.columns if one.name == node.get("colname")), None)
    if known is None or ("typeName" in node and not known.inherited):
        table, own = columns.define(work, table, node)
        return table, list(own)
    # A column of a parent or of a partition, of which more is said here.
    pending: _Pending = []
    for one in node.get("constraints", ()):
        made = columns.apply(work, table, known.number, one["Constraint"])
        if made is None:
            pending.append((one["Constraint"], known.name))
        table = made or table
    return with_column(table, replace(column_of(table, known.name), inherited=False)), pending


_ADDED: dict[str, tuple[int, Callable[..., Table]]] = {
    "CONSTR_CHECK": (0, constraints.add_check),
    "CONSTR_PRIMARY": (1, constraints.add_key),
    "CONSTR_UNIQUE": (2, constraints.add_key),
    "CONSTR_EXCLUSION": (2, add_exclusion),
    "CONSTR_FOREIGN": (3, constraints.add_foreign_key),
}


def add_all(work: Work, name: Name, pending: _Pending) -> None:
    """Add constraints to a table, in the order in which the server makes (and so names) them."""
    for constraint, column in sorted(pending, key=lambda one: _ADDED.get(one[0]["contype"], (4,))[0]):
        table = work.catalog.tables[name]
        if constraint["contype"] == "CONSTR_NOTNULL":
            for one in words(constraint.get("keys", ())):
                table = constraints.require(table, one)
        elif constraint["contype"] in _ADDED:
            table = _ADDED[constraint["contype"]][1](work, table, constraint, column)
        work.put(table)


def _distinct(pending: _Pending) -> _Pending:
    """A unique constraint that repeats another key of a CREATE TABLE is no second one, but may name the first."""
    kept: _Pending = []
    for constraint, column in sorted(pending, key=lambda one: one[0]["contype"] != "CONSTR_PRIMARY"):
        twin = next(
            (one for one in kept if constraint["contype"] in constraints.KEYS and _same(one, (constraint, column))),
            None,
        )
        if twin is None:
            kept.append((constraint, column))
        elif "conname" in constraint and "conname" not in twin[0]:
            kept[kept.index(twin)] = ({**twin[0], "conname": constraint["conname"]}, twin[1])
    return kept


def _same(one: tuple[Node, str | None], other: tuple[Node, str | None]) -> bool:
    return one[0]["contype"] in constraints.KEYS and _essence(*one) == _essence(*other)


def _essence(constraint: Node, column: str | None) -> tuple[object, ...]:
    names = words(constraint.get("keys", ())) or [column or ""]
    flags = ("nulls_not_distinct", "deferrable", "initdeferred")
    return names, words(constraint.get("including", ())), [flag(constraint, name) for name in flags]


def _inherited(work: Work, table: Table, node: Node) -> Table:
    """With the columns of the tables that it inherits from, or is a partition of."""
    parents = [work.table(one["RangeVar"]) for one in node.get("inhRelations", ())]
    partition = "partbound" in node
    for parent in parents:
        for column in parent.columns:
            if not any(one.name == column.name for one in table.columns):
                number = table.last_column + 1
                own = replace(column, number=number, inherited=True, identity=None, comment=None)
                table = replace(table, columns=(*table.columns, own), last_column=number)
        checks = tuple(replace(one, inherited=True) for one in parent.checks if not one.no_inherit)
        table = replace(table, checks=(*table.checks, *checks))
    names = tuple(parent.name for parent in parents)
    table = replace(table, parents=names, partition=partition)
    return _as_partition(work, table, parents[0]) if partition else table


def _as_partition(work: Work, table: Table, parent: Table) -> Table:
    """With the keys of the table that it is a partition of, under names of its own."""
    work.put(table)
    pending: _Pending = []
    if parent.primary_key:
        pending.append((_key_node("CONSTR_PRIMARY", parent.primary_key), None))
    for key in parent.uniques:
        pending.append((_key_node("CONSTR_UNIQUE", key), None))
    add_all(work, table.name, pending)
    table = work.catalog.tables.pop(table.name)
    return replace(table, foreign_keys=parent.foreign_keys)


def _key_node(kind: str, key: Key) -> Node:
    return {"contype": kind, "keys": [{"String": {"sval": name}} for name in key.columns]}


def _like(work: Work, table: Table, node: Node) -> Table:
    """With the columns of another table, and what INCLUDING asks for."""
    other, options = work.table(node["relation"]), node.get("options", 0)
    for column in other.columns:
        number = table.last_column + 1
        own = replace(
            column, number=number, inherited=False,
            default=column.default if options & 8 else None,
            generated=column.generated if options & 16 else None,
            identity=column.identity if options & 32 else None,
            comment=column.comment if options & 1 else None,
        )  # fmt: skip
        table = replace(table, columns=(*table.columns, own), last_column=number)
        if own.identity:
            columns.own_sequence(work, table, own, own.identity.options)
    if options & 4:
        table = replace(table, checks=(*table.checks, *other.checks))
    if options & 64 and other.primary_key:
        work.put(table)
        add_all(work, table.name, [(_key_node("CONSTR_PRIMARY", other.primary_key), None)])
        table = work.catalog.tables.pop(table.name)
    return table
