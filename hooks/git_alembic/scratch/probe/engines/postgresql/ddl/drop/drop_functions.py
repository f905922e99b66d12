"""DROP FUNCTION and DROP PROCEDURE."""

from __future__ import annotations

from typing import Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Function, Name
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type
from git_alembic.scratch.probe.engines.postgresql.ddl.drop.object_lookup import dependency_error, object_names
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import UndefinedFunction
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, has_flag


def run_drop_function(context: StatementContext, names: Sequence[str], node: Node) -> None:
    """Drop the function with this number of arguments, or any function if none are given."""
    functions = [item for item in node["objects"] if "ObjectWithArgs" in item]
    spoken = [item["ObjectWithArgs"] for item in functions if object_names(item) == list(names)]
    candidates = context.catalog.functions.get(names[-1], ())
    count = None if not spoken or spoken[0].get("args_unspecified") else len(spoken[0].get("objargs", ()))
    function = next((item for item in candidates if count is None or len(item.arguments) == count), None)
    if function is not None:
        drop_function(context, names[-1], function, cascade=cascades(node))
    elif not has_flag(node, "missing_ok"):
        if count is None:
            raise UndefinedFunction(f'could not find a function named "{".".join(names)}"')
        kinds = (context.scope().read_type(item["TypeName"]) for item in spoken[0].get("objargs", ()))
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
    others = tuple(item for item in catalog.functions[name] if item is not function)
    del catalog.functions[name]
    if others:
        catalog.functions[name] = others
