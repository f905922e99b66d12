"""CREATE and DROP of triggers, policies and statistics: what is attached to a table."""

from __future__ import annotations

from typing import Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM, find, missing
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    InvalidObject,
    UndefinedFunction,
    UndefinedObject,
    UndefinedSchema,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, split_name, strings

_BUILT_IN = ("suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column")


def create_trigger(context: StatementContext, node: Node) -> None:
    view = context.find(node["relation"], context.catalog.views)
    number = 0 if view else context.table(node["relation"]).number
    function = _trigger_function(context, strings(node["funcname"]))
    key = ("trigger", node["trigname"], number)
    if view:
        context.catalog.attached[key] = view
    else:
        _attach(context, *key[:2], node["relation"], node)
    context.catalog.trigger_functions.pop(key, None)
    if function is not None:
        context.catalog.trigger_functions[key] = function


def _trigger_function(context: StatementContext, names: list[str]) -> Name | None:
    """Return the function that a trigger calls; None if the server or an extension has it. Raise if it is missing."""
    catalog, name = context.catalog, names[-1]
    for schema in names[-2:-1]:
        if schema not in (*catalog.schemas, *SYSTEM):
            raise UndefinedSchema(f'schema "{schema}" does not exist')
    schemas = names[-2:-1] or catalog.search_path
    every = [item for item in catalog.functions.get(name, ()) if not item.arguments]
    candidates = [item for schema in schemas for item in every if item.schema == schema]
    if not candidates:
        if name in _BUILT_IN or catalog.extensions:
            return None
        raise UndefinedFunction(f"function {'.'.join(names)}() does not exist")
    result = candidates[0].result
    if result is not None and result.name.name != "trigger":
        raise InvalidObject(f"function {'.'.join(names)} must return type trigger")
    return Name(candidates[0].schema, name)


def create_policy(context: StatementContext, node: Node) -> None:
    _attach(context, "policy", node["policy_name"], node["table"], node)


def create_statistics(context: StatementContext, node: Node) -> None:
    names = strings(node.get("defnames", ()))
    if names and "RangeVar" in node["relations"][0]:
        _attach(context, "statistics", names[-1], node["relations"][0]["RangeVar"], node)


def _attach(context: StatementContext, kind: str, name: str, relation: Node, node: Node) -> None:
    """Attach a trigger, a policy or statistics to a table."""
    table = context.table(relation)
    key = (kind, name, table.number)
    if key in context.catalog.attached and not has_flag(node, "replace") and not has_flag(node, "if_not_exists"):
        noun = "statistics object" if kind == "statistics" else kind
        where = (
            ""
            if kind == "statistics"
            else ' for {} "{}"'.format("table" if kind == "policy" else "relation", table.name.name)
        )
        raise DuplicateObject(f'{noun} "{name}"{where} already exists')
    context.catalog.attached[key] = table.name


def run_drop_attached(context: StatementContext, names: Sequence[str], node: Node) -> None:
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


def run_drop_statistics(context: StatementContext, names: Sequence[str], node: Node) -> None:
    key = next((item for item in context.catalog.attached if item[:2] == ("statistics", names[-1])), None)
    if key:
        del context.catalog.attached[key]
    elif not has_flag(node, "missing_ok"):
        raise UndefinedObject(f'statistics object "{".".join(names)}" does not exist')
