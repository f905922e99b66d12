"""ALTER TABLE … ALTER COLUMN, with one function per action."""

from __future__ import annotations

from dataclasses import replace

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import column_of, replace_column
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Check, Column, Index, Part, Table, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type, too_long_error
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables import constraints
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.add_and_drop_column import (
    sequence_options,
    views_of,
    with_default,
    with_identity,
)
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DatatypeMismatch,
    NotNullViolation,
    ServerError,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.signatures import ASSIGNMENT
from git_alembic.scratch.probe.engines.postgresql.expressions.syntax_to_typed_expression import analyze
from git_alembic.scratch.probe.engines.postgresql.parser import Node, columns_of, has_flag


def child_tables(context: StatementContext, table: Table) -> list[Table]:
    return [other for other in context.catalog.tables.values() if table.name in other.parents]


def alter_type(context: StatementContext, table: Table, action: Node) -> Table:
    definition = action["def"]["ColumnDef"]
    using = definition.get("raw_default")
    if using:
        context.expressions.text(using, context.scope(table.columns))
    column = column_of(table, action["name"])
    target = context.scope().read_type(definition["typeName"])
    _check_cast(context, column, target, bool(using))
    if using:
        context.rows.shorten(table.name, column.name, target, using)
    elif context.rows.has_longer_value(table.name, column.name, target):
        raise too_long_error(target, context.catalog)
    if any(item.generated and column.name in _columns_in(context, item.generated) for item in table.columns):
        raise ServerError("cannot alter type of a column used by a generated column", "0A000")
    if views_of(context, table, column.name):
        raise ServerError("cannot alter type of a column used by a view or rule", "0A000")
    clause = definition.get("collClause")
    collation = clause["collname"][-1]["String"]["sval"] if clause else None
    table = replace_column(table, replace(column, type=target, collation=collation))
    _reanalyze_indexes(context, table, column.name)
    for child in child_tables(context, table):
        context.put(replace_column(child, replace(column_of(child, column.name), type=target)))
    return _reanalyze_checks(context, table, column.name)


def _columns_in(context: StatementContext, text: str) -> frozenset[str]:
    return columns_of(context.expressions.parser.expression(text))


def _check_cast(context: StatementContext, column: Column, target: Type, using: bool) -> None:
    """Raise if the values or the default cannot be cast automatically."""
    scope = context.scope()
    fits = _is_castable(scope, column.type, target)
    if not using and not fits:
        text = 'column "{}" cannot be cast automatically to type {}'
        raise DatatypeMismatch(text.format(column.name, format_type(target, context.catalog.search_path)))
    if column.default and not _default_fits(context, column, target, scope):
        text = 'default for column "{}" cannot be cast automatically to type {}'
        raise DatatypeMismatch(text.format(column.name, format_type(target, context.catalog.search_path)))


def _is_castable(scope: Scope, source: Type, target: Type) -> bool:
    if source.name == target.name:
        return bool(source.dimensions) == bool(target.dimensions)
    return scope.signatures.is_coercible(scope.key(source), scope.key(target), ASSIGNMENT)


def _default_fits(context: StatementContext, column: Column, target: Type, scope: Scope) -> bool:
    term = analyze(context.expressions.parser.expression(column.default or ""), scope)
    return term.type is None or term.is_unknown_literal() or _is_castable(scope, term.type, target)


def _reanalyze_checks(context: StatementContext, table: Table, name: str) -> Table:
    """Rewrite the checks of a column for its new type."""
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
            new_index: Index = replace(index, parts=parts, where=again(index.where))
            context.catalog.indexes[index.name] = new_index


def set_default(context: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    return replace_column(table, with_default(context, table, column, action.get("def")))


def set_not_null(context: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if not column.not_null and context.rows.has_nulls(table.name, column.name):
        text = 'column "{}" of relation "{}" contains null values'
        raise NotNullViolation(text.format(column.name, table.name.name))
    return constraints.require(table, action["name"])


def drop_not_null(_: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if table.primary_key and column.name in table.primary_key.columns:
        raise ServerError(f'column "{column.name}" is in a primary key', "42P16")
    if column.identity:
        text = 'column "{}" of relation "{}" is an identity column'
        raise ServerError(text.format(column.name, table.name.name), "42601")
    return replace_column(table, replace(column, not_null=False))


def add_identity(context: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    return with_identity(context, table, column, action["def"]["Constraint"])


def set_identity(_: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if column.identity is None:
        text = 'column "{}" of relation "{}" is not an identity column'
        raise ServerError(text.format(column.name, table.name.name), "55000")
    identity = column.identity
    for node in action["def"]["List"]["items"]:
        element = node["DefElem"]
        if element["defname"] == "generated":
            identity = replace(identity, always=element["arg"]["Integer"].get("ival", 0) == ord("a"))
            continue
        options, cycle = sequence_options([node], column.type)
        name = element["defname"]
        identity = replace(identity, cycle=cycle) if name == "cycle" else identity
        if name in options:
            identity = replace(identity, options={**identity.options, name: options[name]})
    return replace_column(table, replace(column, identity=identity))


def drop_identity(context: StatementContext, table: Table, action: Node) -> Table:
    column = column_of(table, action["name"])
    if column.identity is None and not has_flag(action, "missing_ok"):
        text = 'column "{}" of relation "{}" is not an identity column'
        raise ServerError(text.format(column.name, table.name.name), "55000")
    for sequence in list(context.catalog.sequences.values()):
        if column.identity and sequence.owner == (table.name, column.name):
            del context.catalog.sequences[sequence.name]
    return replace_column(table, replace(column, identity=None))


def drop_expression(_: StatementContext, table: Table, action: Node) -> Table:
    return replace_column(table, replace(column_of(table, action["name"]), generated=None))
