"""Adds and drops columns, with their sequences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import (
    choose_name,
    relation_names,
    truncate_name,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import column_of, replace_column
from git_alembic.scratch.probe.engines.postgresql.catalog.model import (
    Column,
    ForeignKey,
    Identity,
    Name,
    Sequence,
    Table,
    Type,
    View,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import SERIALS, too_long_error
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DependentObjects,
    DuplicateColumn,
    InvalidDefinition,
    NotNullViolation,
    ServerError,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, columns_of, strings
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import qualify

_LIMITS = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}


def define_column(context: StatementContext, table: Table, node: Node) -> tuple[Table, list[tuple[Node, str]]]:
    """Return the table with the column of a ColumnDef, and the constraints to add later."""
    name = truncate_name(node["colname"])
    if any(column.name == name for column in table.columns):
        text = 'column "{}" of relation "{}" already exists'
        raise DuplicateColumn(text.format(name, table.name.name), "42701")
    kind, serial = _type(context, node)
    column = Column(name, table.last_column + 1, kind, collation=_collation(node))
    table = replace(table, columns=(*table.columns, column), last_column=column.number)
    if serial:
        table = _with_serial(context, table, column)
    later: list[tuple[Node, str]] = []
    for item in node.get("constraints", ()):
        constraint = item["Constraint"]
        with_constraint = apply_column_constraint(context, table, column.number, constraint)
        if with_constraint is None:
            later.append((constraint, name))
        else:
            table = with_constraint
    return table, later


def _type(context: StatementContext, node: Node) -> tuple[Type, bool]:
    names = strings(node["typeName"]["names"])
    kind = context.scope().read_type(node["typeName"])
    return kind, len(names) == 1 and names[0] in SERIALS


def _collation(node: Node) -> str | None:
    clause = node.get("collClause")
    name = strings(clause["collname"])[-1] if clause else None
    return None if name == "default" else name


def _by_number(table: Table, number: int) -> Column:
    return next(column for column in table.columns if column.number == number)


def apply_column_constraint(context: StatementContext, table: Table, number: int, constraint: Node) -> Table | None:
    """Return the table with a constraint of a column, or None for a constraint of the table."""
    column, kind = _by_number(table, number), constraint["contype"]
    if kind == "CONSTR_NOTNULL":
        return replace_column(table, replace(column, not_null=True))
    if kind == "CONSTR_DEFAULT":
        return replace_column(table, with_default(context, table, column, constraint["raw_expr"]))
    if kind == "CONSTR_IDENTITY":
        return with_identity(context, table, column, constraint)
    if kind == "CONSTR_GENERATED":
        expression = constraint["raw_expr"]
        text = context.expressions.default(expression, column.type, context.scope(table.columns))
        stored = constraint.get("generated_kind", "s") != "v"
        return replace_column(table, replace(column, generated=text, stored=stored))
    return table if kind in _IGNORED else None


_IGNORED = ("CONSTR_NULL", "CONSTR_ATTR_DEFERRABLE", "CONSTR_ATTR_NOT_DEFERRABLE", "CONSTR_ATTR_DEFERRED",
            "CONSTR_ATTR_IMMEDIATE")  # fmt: skip


def with_default(context: StatementContext, table: Table, column: Column, node: Node | None) -> Column:
    """Return the column with a default, or without one."""
    if node is None:
        return replace(column, default=None)
    if column.identity:
        text = 'column "{}" of relation "{}" is an identity column'
        raise ServerError(text.format(column.name, table.name.name), "42601")
    return replace(column, default=context.expressions.default(node, column.type, context.scope()))


def _with_serial(context: StatementContext, table: Table, column: Column) -> Table:
    sequence = make_owned_sequence(context, table, column, {})
    default = "nextval('{}'::regclass)".format(qualify(sequence.schema, sequence.name).replace("'", "''"))
    return replace_column(table, replace(column, default=default, not_null=True))


def make_owned_sequence(context: StatementContext, table: Table, column: Column, options: Mapping[str, Any]) -> Name:
    """Create the sequence of a column and return its name."""
    schema = table.name.schema or ""
    taken = relation_names(context.catalog, schema) | {table.name.name}
    name = Name(schema, choose_name(table.name.name, column.name, "seq", taken))
    context.catalog.sequences[name] = Sequence(name, (table.name, column.name), options)
    return name


def with_identity(context: StatementContext, table: Table, column: Column, node: Node) -> Table:
    """Return the table with an identity column."""
    if column.identity or column.default:
        kind = "an identity column" if column.identity else "a default value"
        text = 'column "{}" of relation "{}" already {} {}'
        raise ServerError(text.format(column.name, table.name.name, "is" if column.identity else "has", kind), "55000")
    options, cycle = sequence_options(node.get("options", ()), column.type)
    make_owned_sequence(context, table, column, options)
    identity = Identity(node.get("generated_when") == "a", options, cycle)
    return replace_column(table, replace(column, identity=identity, not_null=True))


def sequence_options(nodes: Any, kind: Type) -> tuple[dict[str, int], bool]:
    """Return START, INCREMENT, MINVALUE, MAXVALUE and CACHE with their defaults, and CYCLE."""
    written: dict[str, Any] = {}
    for node in nodes:
        element = node["DefElem"]
        written[element["defname"]] = _number(element.get("arg"))
    step = written.get("increment") or 1
    highest = _LIMITS.get(kind.name.name, 2**63 - 1)
    low, high = (1, highest) if step > 0 else (-highest - 1, -1)
    low = low if written.get("minvalue") is None else written["minvalue"]
    high = high if written.get("maxvalue") is None else written["maxvalue"]
    start = (low if step > 0 else high) if written.get("start") is None else written["start"]
    cache = written.get("cache") or 1
    options: dict[str, int] = {"start": start, "increment": step, "minvalue": low, "maxvalue": high, "cache": cache}
    return options, bool(written.get("cycle"))


def _number(node: Node | None) -> Any:
    if node is None:
        return None
    ((kind, fields),) = node.items()
    if kind == "Integer":
        return fields.get("ival", 0)
    if kind == "Float":
        return int(fields["fval"])
    return fields.get("boolval", False) if kind == "Boolean" else None


def add_column(context: StatementContext, table: Table, node: Node) -> tuple[Table, list[tuple[Node, str]]]:
    """Like `define`, but for ALTER TABLE: existing rows need a value."""
    table, later = define_column(context, table, node)
    column = table.columns[-1]
    if column.default and context.rows.is_value_too_long(column.default, column.type):
        raise too_long_error(column.type, context.catalog)
    filled = (
        column.default
        or column.generated
        or column.identity
        or "CONSTR_PRIMARY" in [item["contype"] for item, _ in later]
    )
    if column.not_null and not filled and context.rows.has_rows(table.name):
        text = 'column "{}" of relation "{}" contains null values'
        raise NotNullViolation(text.format(column.name, table.name.name))
    return table, later


def drop_column(context: StatementContext, table: Table, name: str, cascade: bool) -> Table:
    """Return the table without a column. With CASCADE, also drop dependent objects. Otherwise raise."""
    column_of(table, name)
    if table.partitioned and any(column.name == name and column.inherited for column in table.columns):
        raise InvalidDefinition(f'cannot drop inherited column "{name}"')
    _release(context, table, name, cascade)
    table = context.catalog.tables[table.name]
    for index in list(context.catalog.indexes.values()):
        if index.table == table.name and name in index.columns:
            del context.catalog.indexes[index.name]
    for sequence in list(context.catalog.sequences.values()):
        if sequence.owner == (table.name, name):
            del context.catalog.sequences[sequence.name]
    primary = table.primary_key
    dependent = _generated_from(context, table, name)
    return replace(
        table,
        columns=tuple(item for item in table.columns if item.name != name and item.name not in dependent),
        primary_key=None if primary and name in (*primary.columns, *primary.include) else primary,
        uniques=tuple(key for key in table.uniques if name not in (*key.columns, *key.include)),
        foreign_keys=tuple(foreign_key for foreign_key in table.foreign_keys if name not in foreign_key.columns),
        checks=tuple(check for check in table.checks if name not in check.columns),
    )


def _generated_from(context: StatementContext, table: Table, name: str) -> list[str]:
    parse = context.expressions.parser.expression
    return [column.name for column in table.columns if column.generated and name in columns_of(parse(column.generated))]


def _release(context: StatementContext, table: Table, name: str, cascade: bool) -> None:
    """Drop objects that depend on a column, or raise."""
    text = f"cannot drop column {name} of table {table.name.name} because other objects depend on it"
    needing = views_of(context, table, name)
    if not cascade and (needing or _generated_from(context, table, name)):
        raise DependentObjects(text)
    for view in needing:
        context.catalog.views.pop(view.name, None)

    def refers(key: ForeignKey) -> bool:
        return key.table == table.name and name in key.referred

    error = None if cascade else DependentObjects(text)
    context.drop_foreign_keys(lambda other, key: other.name != table.name and refers(key), error)
    context.drop_foreign_keys(lambda other, key: other.name == table.name and refers(key), None)


def views_of(context: StatementContext, table: Table, name: str) -> list[View]:
    """Return the views that read a column."""
    return [
        view for view in context.catalog.views.values() if table.name in view.reads and _reads(context, view.text, name)
    ]


def _reads(context: StatementContext, text: str, name: str) -> bool:
    return any(name in columns_of(statement.fields) for statement in context.expressions.parser.statements(text))
