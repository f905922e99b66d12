"""Functions, and the triggers that call them."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Function, Name, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import UNKNOWN
from git_alembic.scratch.probe.engines.postgresql.ddl.policies_and_statistics import attach
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    InvalidObject,
    ServerError,
    UndefinedFunction,
    UndefinedSchema,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.parser import Node, strings

_BUILT_IN = ("suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column")


def create_function(context: StatementContext, node: Node) -> None:
    names = strings(node["funcname"])
    arguments, scope = [], context.scope()
    for value in node.get("parameters", ()):
        parameter = value["FunctionParameter"]
        if parameter.get("mode") in ("FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT"):
            arguments.append(_find_type(scope, parameter["argType"]) or UNKNOWN)
    result = _find_type(scope, node["returnType"]) if "returnType" in node else None
    function = Function(names[-2] if len(names) > 1 else context.creation_schema(), tuple(arguments), result)
    others = context.catalog.functions.get(names[-1], ())
    context.catalog.functions[names[-1]] = (
        *(item for item in others if item.arguments != function.arguments),
        function,
    )


def _find_type(scope: Scope, node: Node) -> Type | None:
    try:
        return scope.read_type(node)
    except ServerError:
        return None


def create_trigger(context: StatementContext, node: Node) -> None:
    view = context.find(node["relation"], context.catalog.views)
    number = 0 if view else context.table(node["relation"]).number
    function = _trigger_function(context, strings(node["funcname"]))
    key = ("trigger", node["trigname"], number)
    if view:
        context.catalog.attached[key] = view
    else:
        attach(context, *key[:2], node["relation"], node)
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
