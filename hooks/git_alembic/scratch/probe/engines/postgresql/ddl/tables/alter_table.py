"""ALTER TABLE, with one function per action."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import column_of, missing, replace_column
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Check, Column, Index, Part, Table, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type, too_long
from git_alembic.scratch.probe.engines.postgresql.ddl.context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables import columns, constraints
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.create_table import add_all
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DatatypeMismatch,
    NotNullViolation,
    ServerError,
    UndefinedObject,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.signatures import ASSIGNMENT
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import cascades, flag
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node

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
            made = change(context, context.catalog.tables[name], action)
            context.put(made)


def _pass(action: Node) -> int:
    kind = action["subtype"]
    return _PASSES.index(kind) if kind in _PASSES else len(_PASSES)


def _other_kind(context: StatementContext, node: Node, kind: str) -> None:
    """Handle ALTER TABLE of something that is no table, or does not exist."""
    known: Mapping[str, Mapping[Any, Any]] = {
        "OBJECT_INDEX": context.catalog.indexes, "OBJECT_SEQUENCE": context.catalog.sequences,
        "OBJECT_VIEW": context.catalog.views, "OBJECT_MATVIEW": context.catalog.views,
        "OBJECT_TYPE": context.catalog.composites,
    }  # fmt: skip
    relation = node["relation"]
    places: list[Mapping[Any, Any]] = [known[kind]] if kind in known else []
    places += [context.catalog.views, context.catalog.sequences, context.catalog.indexes]
    if flag(node, "missing_ok") or any(context.find(relation, place) for place in places):
        if kind == "OBJECT_TYPE":
            raise NotReplayed("ALTER TYPE of a composite type")
        return
    raise missing(relation.get("schemaname"), relation["relname"])


def _add_column(context: StatementContext, table: Table, action: Node) -> Table:
    node = action["def"]["ColumnDef"]
    if flag(action, "missing_ok") and any(item.name == node["colname"] for item in table.columns):
        return table
    table, later = columns.add(context, table, node)
    context.put(table)
    add_all(context, table.name, [(constraint, column) for constraint, column in later])
    for child in _children(context, table):
        made, _ = columns.define(context, child, node)
        context.put(replace_column(made, replace(made.columns[-1], inherited=True)))
    return context.catalog.tables[table.name]


def _children(context: StatementContext, table: Table) -> list[Table]:
    return [other for other in context.catalog.tables.values() if table.name in other.parents]


def _drop_column(context: StatementContext, table: Table, action: Node) -> Table:
    if flag(action, "missing_ok") and not any(column.name == action["name"] for column in table.columns):
        return table
    for child in _children(context, table):
        if any(column.name == action["name"] and column.inherited for column in child.columns):
            context.put(columns.drop(context, child, action["name"], cascades(action)))
    return columns.drop(context, table, action["name"], cascades(action))


def _alter_type(context: StatementContext, table: Table, action: Node) -> Table:
    definition = action["def"]["ColumnDef"]
    using = definition.get("raw_default")
    if using:
        context.expressions.text(using, context.scope(table.columns))
    column = column_of(table, action["name"])
    target = context.scope().read_type(definition["typeName"])
    _check_cast(context, column, target, bool(using))
    if using:
        context.rows.shorten(table.name, column.name, target, using)
    elif context.rows.exceeds(table.name, column.name, target):
        raise too_long(target, context.catalog)
    if any(item.generated and column.name in _columns(context, item.generated) for item in table.columns):
        raise ServerError("cannot alter type of a column used by a generated column", "0A000")
    if columns.views_of(context, table, column.name):
        raise ServerError("cannot alter type of a column used by a view or rule", "0A000")
    clause = definition.get("collClause")
    collation = clause["collname"][-1]["String"]["sval"] if clause else None
    table = replace_column(table, replace(column, type=target, collation=collation))
    _reanalyze_indexes(context, table, column.name)
    for child in _children(context, table):
        context.put(replace_column(child, replace(column_of(child, column.name), type=target)))
    return _reanalyze_checks(context, table, column.name)


def _columns(context: StatementContext, text: str) -> frozenset[str]:
    from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import columns_of

    return columns_of(context.expressions.parser.expression(text))


def _check_cast(context: StatementContext, column: Column, target: Type, using: bool) -> None:
    """Raise if the values or the default cannot be cast automatically."""
    scope = context.scope()
    fits = _castable(scope, column.type, target)
    if not using and not fits:
        text = 'column "{}" cannot be cast automatically to type {}'
        raise DatatypeMismatch(text.format(column.name, format_type(target, context.catalog.search_path)))
    if column.default and not _default_fits(context, column, target, scope):
        text = 'default for column "{}" cannot be cast automatically to type {}'
        raise DatatypeMismatch(text.format(column.name, format_type(target, context.catalog.search_path)))


def _castable(scope: Scope, source: Type, target: Type) -> bool:
    if source.name == target.name:
        return bool(source.dimensions) == bool(target.dimensions)
    return scope.known.coercible(scope.key(source), scope.key(target), ASSIGNMENT)


def _default_fits(context: StatementContext, column: Column, target: Type, scope: Scope) -> bool:
    from git_alembic.scratch.probe.engines.postgresql.expressions.analysis import analyze

    term = analyze(context.expressions.parser.expression(column.default or ""), scope)
    return term.type is None or term.is_unknown_literal() or _castable(scope, term.type, target)


def _reanalyze_checks(context: StatementContext, table: Table, name: str) -> Table:
    """Return the table with checks of a column rewritten for its new type."""
    scope = context.scope(table.columns)

    def again(check: Check) -> Check:
        text = context.expressions.text(context.expressions.parser.expression(check.text), scope)
        return replace(check, text=text) if name in check.columns else check

    return replace(table, checks=tuple(again(check) for check in table.checks))


def _reanalyze_indexes(context: StatementContext, table: Table, name: str) -> None:
    """Rewrite indexes of a column for its new type."""
    scope = context.scope(table.columns)

    def again(text: str | None) -> str | None:
        return context.expressions.text(context.expressions.parser.expression(text), scope) if text else text

    def part_again(part: Part) -> Part:
        return replace(part, expression=again(part.expression))

    for index in list(context.catalog.indexes.values()):
        if index.table == table.name and name in index.columns:
            parts = tuple(part_again(part) for part in index.parts)
            made: Index = replace(index, parts=parts, where=again(index.where))
            context.catalog.indexes[index.name] = made


def _set_default(context: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    return replace_column(table, columns.with_default(context, table, column, action.get("def")))


def _set_not_null(context: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if not column.not_null and context.rows.has_nulls(table.name, column.name):
        text = 'column "{}" of relation "{}" contains null values'
        raise NotNullViolation(text.format(column.name, table.name.name))
    return constraints.require(table, action["name"])


def _drop_not_null(_: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if table.primary_key and column.name in table.primary_key.columns:
        raise ServerError(f'column "{column.name}" is in a primary key', "42P16")
    if column.identity:
        text = 'column "{}" of relation "{}" is an identity column'
        raise ServerError(text.format(column.name, table.name.name), "42601")
    return replace_column(table, replace(column, not_null=False))


def _add_identity(context: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    return columns.with_identity(context, table, column, action["def"]["Constraint"])


def _set_identity(_: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if column.identity is None:
        text = 'column "{}" of relation "{}" is not an identity column'
        raise ServerError(text.format(column.name, table.name.name), "55000")
    made = column.identity
    for node in action["def"]["List"]["items"]:
        element = node["DefElem"]
        if element["defname"] == "generated":
            made = replace(made, always=element["arg"]["Integer"].get("ival", 0) == ord("a"))
            continue
        given, cycle = columns.sequence_options([node], column.type)
        name = element["defname"]
        made = replace(made, cycle=cycle) if name == "cycle" else made
        if name in given:
            made = replace(made, options={**made.options, name: given[name]})
    return replace_column(table, replace(column, identity=made))


def _drop_identity(context: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if column.identity is None and not flag(action, "missing_ok"):
        text = 'column "{}" of relation "{}" is not an identity column'
        raise ServerError(text.format(column.name, table.name.name), "55000")
    for sequence in list(context.catalog.sequences.values()):
        if column.identity and sequence.owner == (table.name, column.name):
            del context.catalog.sequences[sequence.name]
    return replace_column(table, replace(column, identity=None))


def _drop_expression(_: StatementContext, table: Table, action: Node) -> Table:
    return replace_column(table, replace(column_of(table, action["name"]), generated=None))


def _add_constraint(context: StatementContext, table: Table, action: Node) -> Table:
    add_all(context, table.name, [(action["def"]["Constraint"], None)])
    return context.catalog.tables[table.name]


def _drop_constraint(context: StatementContext, table: Table, action: Node) -> Table:
    return constraints.drop_constraint(context, table, action["name"], cascades(action), flag(action, "missing_ok"))


def _validate(_: StatementContext, table: Table, action: Node) -> Table:
    if not constraints.find_constraint(table, action["name"]):
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
        return replace(item, deferrable=flag(node, "deferrable"), deferred=flag(node, "initdeferred"))

    return replace(table, foreign_keys=tuple(altered(foreign_key) for foreign_key in table.foreign_keys))


def _attach(context: StatementContext, table: Table, action: Node) -> Table:
    child = context.table(action["def"]["PartitionCmd"]["name"])
    attached = action["subtype"] == "AT_AttachPartition"
    context.put(replace(child, partition=attached, parents=(table.name,) if attached else ()))
    return table


_ACTIONS: dict[str, Callable[[StatementContext, Table, Node], Table]] = {
    "AT_AddColumn": _add_column, "AT_DropColumn": _drop_column, "AT_AlterColumnType": _alter_type,
    "AT_ColumnDefault": _set_default, "AT_SetNotNull": _set_not_null, "AT_DropNotNull": _drop_not_null,
    "AT_AddIdentity": _add_identity, "AT_SetIdentity": _set_identity, "AT_DropIdentity": _drop_identity,
    "AT_DropExpression": _drop_expression, "AT_AddConstraint": _add_constraint,
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
