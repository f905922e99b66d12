"""Functions with another name or schema; the triggers that call them follow."""

from __future__ import annotations

from dataclasses import replace

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Function, Name
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.parser import Node, strings


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
    others = tuple(item for item in catalog.functions[name] if item is not function)
    del catalog.functions[name]
    if others:
        catalog.functions[name] = others
    moved = replace(function, schema=new.schema or "")
    catalog.functions[new.name] = (*catalog.functions.get(new.name, ()), moved)
    for trigger, called in [*catalog.trigger_functions.items()]:
        if called == Name(function.schema, name) and not function.arguments:
            catalog.trigger_functions[trigger] = new
