"""DROP. With CASCADE, dependent objects are dropped. Otherwise they raise an error."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find, missing
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.ddl.drop.drop_functions import drop_function, run_drop_function
from git_alembic.scratch.probe.engines.postgresql.ddl.drop.drop_relations import (
    drop_sequence,
    drop_table,
    drop_view,
    run_drop_index,
    run_drop_sequence,
    run_drop_table,
    run_drop_view,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.drop.drop_types import (
    drop_type,
    run_drop_extension,
    run_drop_type,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.drop.object_lookup import (
    dependency_error,
    object_names,
    split_name,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    UndefinedObject,
    UndefinedSchema,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, has_flag


def run_drop(context: StatementContext, node: Node) -> None:
    """Run a DropStmt."""
    kind = node["removeType"]
    change = _DROPS.get(kind)
    for item in node["objects"]:
        if change:
            change(context, object_names(item), node)


def _drop_schema(context: StatementContext, names: Sequence[str], node: Node) -> None:
    name = names[-1]
    if name not in context.catalog.schemas:
        if has_flag(node, "missing_ok"):
            return
        raise UndefinedSchema(f'schema "{name}" does not exist')
    _empty_schema(context, name, cascades(node))
    del context.catalog.schemas[name]


def _empty_schema(context: StatementContext, schema: str, cascade: bool) -> None:
    catalog = context.catalog
    kinds: Sequence[Mapping[Name, Any]] = (
        catalog.tables, catalog.views, catalog.sequences, catalog.enums, catalog.domains, catalog.composites,
    )  # fmt: skip
    objects = [(kind, name) for kind in kinds for name in kind if name.schema == schema]
    functions = [(called, item) for called, every in catalog.functions.items() for item in every]
    functions = [(called, item) for called, item in functions if item.schema == schema]
    if (objects or functions) and not cascade:
        raise dependency_error("schema " + schema)
    for called, function in functions:
        drop_function(context, called, function, cascade=True)
    for kind, name in objects:
        if name not in kind:
            continue
        if kind is catalog.tables:
            drop_table(context, name, True)
        elif kind is catalog.views:
            drop_view(context, name, True)
        elif kind is catalog.sequences:
            drop_sequence(context, name, True)
        else:
            drop_type(context, name, True)


def _drop_attached(context: StatementContext, names: Sequence[str], node: Node) -> None:
    """Drop a trigger or policy of a table."""
    kind = "trigger" if node["removeType"] == "OBJECT_TRIGGER" else "policy"
    schema, relation = split_name(names[:-1])
    table = find(schema, relation, context.catalog.tables, context.catalog)
    number = context.catalog.tables[table].number if table else 0
    if (kind, names[-1], number) in context.catalog.attached:
        del context.catalog.attached[kind, names[-1], number]
    elif not has_flag(node, "missing_ok"):
        if table is None and not find(schema, relation, context.catalog.views, context.catalog):
            raise missing(schema, relation)
        raise UndefinedObject(f'{kind} "{names[-1]}" for table "{relation}" does not exist')


def _drop_statistics(context: StatementContext, names: Sequence[str], node: Node) -> None:
    key = next((item for item in context.catalog.attached if item[:2] == ("statistics", names[-1])), None)
    if key:
        del context.catalog.attached[key]
    elif not has_flag(node, "missing_ok"):
        raise UndefinedObject(f'statistics object "{".".join(names)}" does not exist')


_Drop = Callable[[StatementContext, Sequence[str], Node], None]
_DROPS: dict[str, _Drop] = {
    "OBJECT_TABLE": run_drop_table, "OBJECT_VIEW": run_drop_view, "OBJECT_MATVIEW": run_drop_view,
    "OBJECT_INDEX": run_drop_index, "OBJECT_SEQUENCE": run_drop_sequence, "OBJECT_TYPE": run_drop_type,
    "OBJECT_DOMAIN": run_drop_type, "OBJECT_SCHEMA": _drop_schema, "OBJECT_FUNCTION": run_drop_function,
    "OBJECT_PROCEDURE": run_drop_function, "OBJECT_EXTENSION": run_drop_extension,
    "OBJECT_TRIGGER": _drop_attached, "OBJECT_POLICY": _drop_attached, "OBJECT_STATISTIC_EXT": _drop_statistics,
}  # fmt: skip
