"""ALTER TABLE: one function for each of its actions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Check, Column, Index, Part, Table, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import spell, too_long
from git_alembic.scratch.probe.engines.postgresql.ddl import columns, constraints
from git_alembic.scratch.probe.engines.postgresql.ddl.context import (
    Work,
    cascades,
    column_of,
    flag,
    missing,
    with_column,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.create_table import add_all
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DatatypeMismatch,
    NotNullViolation,
    ServerError,
    UndefinedObject,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.signatures import ASSIGNMENT
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node

_PASSES = ("AT_DropConstraint", "AT_DropColumn", "AT_AlterColumnType")


def alter_table(work: Work, node: Node) -> None:
    """The actions in the order in which the server takes them: drops first, then types, the rest as written."""
    relation, kind = node["relation"], node.get("objtype", "OBJECT_TABLE")
    actions = [one["AlterTableCmd"] for one in node["cmds"]]
    if kind != "OBJECT_TABLE" or not work.find(relation, work.catalog.tables):
        _other_kind(work, node, kind)
        return
    for action in sorted(actions, key=_pass):
        change = _ACTIONS.get(action["subtype"])
        if change is None and action["subtype"] not in _IGNORED:
            raise NotReplayed("ALTER TABLE with {}".format(action["subtype"]))
        if change:
            name = work.table(relation).name
            made = change(work, work.catalog.tables[name], action)
            work.put(made)


def _pass(action: Node) -> int:
    kind = action["subtype"]
    return _PASSES.index(kind) if kind in _PASSES else len(_PASSES)


def _other_kind(work: Work, node: Node, kind: str) -> None:
    """What is altered is no table, or is not there."""
    known: Mapping[str, Mapping[Any, Any]] = {
        "OBJECT_INDEX": work.catalog.indexes, "OBJECT_SEQUENCE": work.catalog.sequences,
        "OBJECT_VIEW": work.catalog.views, "OBJECT_MATVIEW": work.catalog.views,
        "OBJECT_TYPE": work.catalog.composites,
    }  # fmt: skip
    relation = node["relation"]
    places: list[Mapping[Any, Any]] = [known[kind]] if kind in known else []
    places += [work.catalog.views, work.catalog.sequences, work.catalog.indexes]
    if flag(node, "missing_ok") or any(work.find(relation, place) for place in places):
        if kind == "OBJECT_TYPE":
            raise NotReplayed("ALTER TYPE of a composite type")
        return
    raise missing(relation.get("schemaname"), relation["relname"])


def _add_column(work: Work, table: Table, action: Node) -> Table:
    node = action["def"]["ColumnDef"]
    if flag(action, "missing_ok") and any(one.name == node["colname"] for one in table.columns):
        return table
    table, later = columns.add(work, table, node)
    work.put(table)
    add_all(work, table.name, [(constraint, column) for constraint, column in later])
    for child in _children(work, table):
        made, _ = columns.define(work, child, node)
        work.put(with_column(made, replace(made.columns[-1], inherited=True)))
    return work.catalog.tables[table.name]


def _children(work: Work, table: Table) -> list[Table]:
    return [one for one in work.catalog.tables.values() if table.name in one.parents]


def _drop_column(work: Work, table: Table, action: Node) -> Table:
    if flag(action, "missing_ok") and not any(one.name == action["name"] for one in table.columns):
        return table
    for child in _children(work, table):
        if any(one.name == action["name"] and one.inherited for one in child.columns):
            work.put(columns.drop(work, child, action["name"], cascades(action)))
    return columns.drop(work, table, action["name"], cascades(action))


def _alter_type(work: Work, table: Table, action: Node) -> Table:
    definition = action["def"]["ColumnDef"]
    using = definition.get("raw_default")
    if using:
        work.expressions.text(using, work.scope(table.columns))
    column = column_of(table, action["name"])
    wanted = work.scope().read_type(definition["typeName"])
    _check_cast(work, column, wanted, bool(using))
    if using:
        work.rows.shorten(table.name, column.name, wanted, using)
    elif work.rows.exceeds(table.name, column.name, wanted):
        raise too_long(wanted, work.catalog)
    if any(one.generated and column.name in _columns(work, one.generated) for one in table.columns):
        raise ServerError("cannot alter type of a column used by a generated column", "0A000")
    if columns.views_of(work, table, column.name):
        raise ServerError("cannot alter type of a column used by a view or rule", "0A000")
    clause = definition.get("collClause")
    collation = clause["collname"][-1]["String"]["sval"] if clause else None
    table = with_column(table, replace(column, type=wanted, collation=collation))
    _analyse_again(work, table, column.name)
    for child in _children(work, table):
        work.put(with_column(child, replace(column_of(child, column.name), type=wanted)))
    return _checks_again(work, table, column.name)


def _columns(work: Work, text: str) -> frozenset[str]:
    from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import columns_of

    return columns_of(work.expressions.parser.expression(text))


def _check_cast(work: Work, column: Column, wanted: Type, using: bool) -> None:
    """Raise where values, or the default, do not become the new type by themselves."""
    scope = work.scope()
    fits = _castable(scope, column.type, wanted)
    if not using and not fits:
        text = 'column "{}" cannot be cast automatically to type {}'
        raise DatatypeMismatch(text.format(column.name, spell(wanted, work.catalog.search_path)))
    if column.default and not _default_fits(work, column, wanted, scope):
        text = 'default for column "{}" cannot be cast automatically to type {}'
        raise DatatypeMismatch(text.format(column.name, spell(wanted, work.catalog.search_path)))


def _castable(scope: Scope, source: Type, target: Type) -> bool:
    if source.name == target.name:
        return bool(source.dimensions) == bool(target.dimensions)
    return scope.known.coercible(scope.key(source), scope.key(target), ASSIGNMENT)


def _default_fits(work: Work, column: Column, wanted: Type, scope: Scope) -> bool:
    from git_alembic.scratch.probe.engines.postgresql.expressions.analysis import analyse

    term = analyse(work.expressions.parser.expression(column.default or ""), scope)
    return term.type is None or term.is_unknown_literal() or _castable(scope, term.type, wanted)


def _checks_again(work: Work, table: Table, name: str) -> Table:
    """Checks of a column whose type changed, analysed as if they were written anew."""
    scope = work.scope(table.columns)

    def again(check: Check) -> Check:
        text = work.expressions.text(work.expressions.parser.expression(check.text), scope)
        return replace(check, text=text) if name in check.columns else check

    return replace(table, checks=tuple(again(check) for check in table.checks))


def _analyse_again(work: Work, table: Table, name: str) -> None:
    """Likewise the indexes."""
    scope = work.scope(table.columns)

    def again(text: str | None) -> str | None:
        return work.expressions.text(work.expressions.parser.expression(text), scope) if text else text

    def part_again(part: Part) -> Part:
        return replace(part, expression=again(part.expression))

    for index in list(work.catalog.indexes.values()):
        if index.table == table.name and name in index.columns:
            parts = tuple(part_again(part) for part in index.parts)
            made: Index = replace(index, parts=parts, where=again(index.where))
            work.catalog.indexes[index.name] = made


def _set_default(work: Work, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    return with_column(table, columns.with_default(work, table, column, action.get("def")))


def _set_not_null(work: Work, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if not column.not_null and work.rows.has_nulls(table.name, column.name):
        text = 'column "{}" of relation "{}" contains null values'
        raise NotNullViolation(text.format(column.name, table.name.name))
    return constraints.require(table, action["name"])


def _drop_not_null(_: Work, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if table.primary_key and column.name in table.primary_key.columns:
        raise ServerError(f'column "{column.name}" is in a primary key', "42P16")
    if column.identity:
        text = 'column "{}" of relation "{}" is an identity column'
        raise ServerError(text.format(column.name, table.name.name), "42601")
    return with_column(table, replace(column, not_null=False))


def _add_identity(work: Work, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    return columns.with_identity(work, table, column, action["def"]["Constraint"])


def _set_identity(_: Work, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if column.identity is None:
        text = 'column "{}" of relation "{}" is not an identity column'
        raise ServerError(text.format(column.name, table.name.name), "55000")
    made = column.identity
    for one in action["def"]["List"]["items"]:
        element = one["DefElem"]
        if element["defname"] == "generated":
            made = replace(made, always=element["arg"]["Integer"].get("ival", 0) == ord("a"))
            continue
        given, cycle = columns.sequence_options([one], column.type)
        name = element["defname"]
        made = replace(made, cycle=cycle) if name == "cycle" else made
        if name in given:
            made = replace(made, options={**made.options, name: given[name]})
    return with_column(table, replace(column, identity=made))


def _drop_identity(work: Work, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if column.identity is None and not flag(action, "missing_ok"):
        text = 'column "{}" of relation "{}" is not an identity column'
        raise ServerError(text.format(column.name, table.name.name), "55000")
    for sequence in list(work.catalog.sequences.values()):
        if column.identity and sequence.owner == (table.name, column.name):
            del work.catalog.sequences[sequence.name]
    return with_column(table, replace(column, identity=None))


def _drop_expression(_: Work, table: Table, action: Node) -> Table:
    return with_column(table, replace(column_of(table, action["name"]), generated=None))


def _add_constraint(work: Work, table: Table, action: Node) -> Table:
    add_all(work, table.name, [(action["def"]["Constraint"], None)])
    return work.catalog.tables[table.name]


def _drop_constraint(work: Work, table: Table, action: Node) -> Table:
    return constraints.drop_constraint(work, table, action["name"], cascades(action), flag(action, "missing_ok"))


def _validate(_: Work, table: Table, action: Node) -> Table:
    if not constraints.find_constraint(table, action["name"]):
        text = 'constraint "{}" of relation "{}" does not exist'
        raise UndefinedObject(text.format(action["name"], table.name.name))

    def valid(one: Any) -> Any:
        return replace(one, not_valid=False) if one.name == action["name"] else one

    return replace(
        table,
        checks=tuple(valid(one) for one in table.checks),
        foreign_keys=tuple(valid(one) for one in table.foreign_keys),
    )


def _alter_constraint(_: Work, table: Table, action: Node) -> Table:
    node = action["def"].get("Constraint") or action["def"]["ATAlterConstraint"]

    def altered(one: Any) -> Any:
        if one.name != node["conname"]:
            return one
        return replace(one, deferrable=flag(node, "deferrable"), deferred=flag(node, "initdeferred"))

    return replace(table, foreign_keys=tuple(altered(one) for one in table.foreign_keys))


def _attach(work: Work, table: Table, action: Node) -> Table:
    child = work.table(action["def"]["PartitionCmd"]["name"])
    attached = action["subtype"] == "AT_AttachPartition"
    work.put(replace(child, partition=attached, parents=(table.name,) if attached else ()))
    return table


_ACTIONS: dict[str, Callable[[Work, Table, Node], Table]] = {
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
# What reflection does not show.
_IGNORED = frozenset(_IGNORED_LIST.split())
