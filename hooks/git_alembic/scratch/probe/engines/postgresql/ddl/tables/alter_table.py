"""ALTER TABLE, with one function per action."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import missing, replace_column
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Table
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables import constraints
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.add_and_drop_column import (
    add_column,
    define_column,
    drop_column,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.alter_column import (
    add_identity,
    alter_type,
    child_tables,
    drop_expression,
    drop_identity,
    drop_not_null,
    set_default,
    set_identity,
    set_not_null,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.create_table import add_all
from git_alembic.scratch.probe.engines.postgresql.errors import UndefinedObject
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, has_flag

_PASSES = ("AT_DropConstraint", "AT_DropColumn", "AT_AlterColumnType")


def alter_table(context: StatementContext, node: Node) -> None:
    """Apply the actions in the server's order: drops, then types, then the rest."""
    relation, kind = node["relation"], node.get("objtype", "OBJECT_TABLE")
    actions = [item["AlterTableCmd"] for item in node["cmds"]]
    if kind != "OBJECT_TABLE" or not context.find(relation, context.catalog.tables):
        _other_kind(context, node, kind)
        return
    for action in sorted(actions, key=_pass):
        change = _ACTIONS.get(action["subtype"])
        if change is None and action["subtype"] not in _IGNORED:
            raise NotReplayed("ALTER TABLE with {}".format(action["subtype"]))
        if change:
            name = context.table(relation).name
            table = change(context, context.catalog.tables[name], action)
            context.put(table)


def _pass(action: Node) -> int:
    kind = action["subtype"]
    return _PASSES.index(kind) if kind in _PASSES else len(_PASSES)


def _other_kind(context: StatementContext, node: Node, kind: str) -> None:
    """Handle ALTER TABLE of an object that is no table, or does not exist."""
    objects_of_kind: Mapping[str, Mapping[Any, Any]] = {
        "OBJECT_INDEX": context.catalog.indexes, "OBJECT_SEQUENCE": context.catalog.sequences,
        "OBJECT_VIEW": context.catalog.views, "OBJECT_MATVIEW": context.catalog.views,
        "OBJECT_TYPE": context.catalog.composites,
    }  # fmt: skip
    relation = node["relation"]
    places: list[Mapping[Any, Any]] = [objects_of_kind[kind]] if kind in objects_of_kind else []
    places += [context.catalog.views, context.catalog.sequences, context.catalog.indexes]
    if has_flag(node, "missing_ok") or any(context.find(relation, place) for place in places):
        if kind == "OBJECT_TYPE":
            raise NotReplayed("ALTER TYPE of a composite type")
        return
    raise missing(relation.get("schemaname"), relation["relname"])


def _add_column(context: StatementContext, table: Table, action: Node) -> Table:
    node = action["def"]["ColumnDef"]
    if has_flag(action, "missing_ok") and any(item.name == node["colname"] for item in table.columns):
        return table
    table, later = add_column(context, table, node)
    context.put(table)
    add_all(context, table.name, [(constraint, column) for constraint, column in later])
    for child in child_tables(context, table):
        with_column, _ = define_column(context, child, node)
        context.put(replace_column(with_column, replace(with_column.columns[-1], inherited=True)))
    return context.catalog.tables[table.name]


def _drop_column(context: StatementContext, table: Table, action: Node) -> Table:
    if has_flag(action, "missing_ok") and not any(column.name == action["name"] for column in table.columns):
        return table
    for child in child_tables(context, table):
        if any(column.name == action["name"] and column.inherited for column in child.columns):
            context.put(drop_column(context, child, action["name"], cascades(action)))
    return drop_column(context, table, action["name"], cascades(action))


def _add_constraint(context: StatementContext, table: Table, action: Node) -> Table:
    add_all(context, table.name, [(action["def"]["Constraint"], None)])
    return context.catalog.tables[table.name]


def _drop_constraint(context: StatementContext, table: Table, action: Node) -> Table:
    return constraints.drop_constraint(context, table, action["name"], cascades(action), has_flag(action, "missing_ok"))


def _validate(_: StatementContext, table: Table, action: Node) -> Table:
    if not constraints.has_constraint(table, action["name"]):
        text = 'constraint "{}" of relation "{}" does not exist'
        raise UndefinedObject(text.format(action["name"], table.name.name))

    def valid(item: Any) -> Any:
        return replace(item, not_valid=False) if item.name == action["name"] else item

    return replace(
        table,
        checks=tuple(valid(check) for check in table.checks),
        foreign_keys=tuple(valid(foreign_key) for foreign_key in table.foreign_keys),
    )


def _alter_constraint(_: StatementContext, table: Table, action: Node) -> Table:
    node = action["def"].get("Constraint") or action["def"]["ATAlterConstraint"]

    def altered(item: Any) -> Any:
        if item.name != node["conname"]:
            return item
        return replace(item, deferrable=has_flag(node, "deferrable"), deferred=has_flag(node, "initdeferred"))

    return replace(table, foreign_keys=tuple(altered(foreign_key) for foreign_key in table.foreign_keys))


def _attach(context: StatementContext, table: Table, action: Node) -> Table:
    child = context.table(action["def"]["PartitionCmd"]["name"])
    attached = action["subtype"] == "AT_AttachPartition"
    context.put(replace(child, partition=attached, parents=(table.name,) if attached else ()))
    return table


_ACTIONS: dict[str, Callable[[StatementContext, Table, Node], Table]] = {
    "AT_AddColumn": _add_column, "AT_DropColumn": _drop_column, "AT_AlterColumnType": alter_type,
    "AT_ColumnDefault": set_default, "AT_SetNotNull": set_not_null, "AT_DropNotNull": drop_not_null,
    "AT_AddIdentity": add_identity, "AT_SetIdentity": set_identity, "AT_DropIdentity": drop_identity,
    "AT_DropExpression": drop_expression, "AT_AddConstraint": _add_constraint,
    "AT_DropConstraint": _drop_constraint, "AT_ValidateConstraint": _validate,
    "AT_AlterConstraint": _alter_constraint, "AT_AttachPartition": _attach, "AT_DetachPartition": _attach,
}  # fmt: skip
_IGNORED_LIST = """
    AT_ReplicaIdentity AT_SetStatistics AT_SetStorage AT_SetRelOptions AT_ResetRelOptions AT_SetOptions
    AT_ResetOptions AT_EnableRowSecurity AT_DisableRowSecurity AT_ForceRowSecurity AT_NoForceRowSecurity
    AT_ChangeOwner AT_EnableTrig AT_DisableTrig AT_EnableTrigAll AT_DisableTrigAll AT_EnableTrigUser
    AT_DisableTrigUser AT_ClusterOn AT_DropCluster AT_SetLogged AT_SetUnLogged AT_SetCompression AT_SetTableSpace
    AT_SetAccessMethod AT_EnableAlwaysTrig AT_EnableReplicaTrig AT_EnableRule AT_DisableRule
"""
# Reflection does not show these.
_IGNORED = frozenset(_IGNORED_LIST.split())
