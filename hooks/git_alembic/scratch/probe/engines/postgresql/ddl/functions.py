"""CREATE, ALTER and DROP of functions and procedures. A trigger keeps its function when the function moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Function, Name, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import UNKNOWN, format_type
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    ServerError,
    UndefinedFunction,
    dependency_error,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import Scope
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, has_flag, object_names, strings


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


def run_drop_function(context: StatementContext, names: Sequence[str], node: Node) -> None:
    """Drop the function with this number of arguments, or any function if none are given."""
    functions = [item for item in node["objects"] if "ObjectWithArgs" in item]
    signatures = [item["ObjectWithArgs"] for item in functions if object_names(item) == list(names)]
    candidates = context.catalog.functions.get(names[-1], ())
    count = None if not signatures or signatures[0].get("args_unspecified") else len(signatures[0].get("objargs", ()))
    function = next((item for item in candidates if count is None or len(item.arguments) == count), None)
    if function is not None:
        drop_function(context, names[-1], function, cascade=cascades(node))
    elif not has_flag(node, "missing_ok"):
        if count is None:
            raise UndefinedFunction(f'could not find a function named "{".".join(names)}"')
        kinds = (context.scope().read_type(item["TypeName"]) for item in signatures[0].get("objargs", ()))
        arguments = ", ".join(format_type(kind, context.catalog.search_path) for kind in kinds)
        raise UndefinedFunction(f"function {'.'.join(names)}({arguments}) does not exist")


def drop_function(context: StatementContext, name: str, function: Function, *, cascade: bool) -> None:
    """Drop a function, and with CASCADE also its triggers. Without CASCADE, raise if it has any."""
    catalog = context.catalog
    called = Name(function.schema, name)
    triggers = [
        key for key, other in catalog.trigger_functions.items()
        if other == called and key in catalog.attached and not function.arguments
    ]  # fmt: skip
    if triggers and not cascade:
        text = name if function.schema in catalog.search_path else f"{function.schema}.{name}"
        raise dependency_error(f"function {text}()")
    for key in triggers:
        del catalog.attached[key]
    _remove(catalog, name, function)


def rename_function(context: StatementContext, node: Node, new: str) -> None:
    """Rename all functions of that name."""
    name = strings(node["object"]["ObjectWithArgs"]["objname"])[-1]
    for function in context.catalog.functions.get(name, ()):
        _move(context.catalog, name, function, Name(function.schema, new))


def set_function_schema(context: StatementContext, node: Node, schema: str) -> None:
    """Move all functions of that name that the statement can mean."""
    names = strings(node["object"]["ObjectWithArgs"]["objname"])
    places = names[-2:-1] or context.catalog.search_path
    for function in context.catalog.functions.get(names[-1], ()):
        if function.schema in places:
            _move(context.catalog, names[-1], function, Name(schema, names[-1]))


def move_functions_of_schema(catalog: Catalog, old: str, new: str) -> None:
    for name, functions in [*catalog.functions.items()]:
        for function in functions:
            if function.schema == old:
                _move(catalog, name, function, Name(new, name))


def _move(catalog: Catalog, name: str, function: Function, new: Name) -> None:
    _remove(catalog, name, function)
    moved = replace(function, schema=new.schema or "")
    catalog.functions[new.name] = (*catalog.functions.get(new.name, ()), moved)
    for trigger, called in [*catalog.trigger_functions.items()]:
        if called == Name(function.schema, name) and not function.arguments:
            catalog.trigger_functions[trigger] = new


def _remove(catalog: Catalog, name: str, function: Function) -> None:
    others = tuple(item for item in catalog.functions[name] if item is not function)
    del catalog.functions[name]
    if others:
        catalog.functions[name] = others
