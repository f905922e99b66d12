"""Schemas, functions, triggers, policies, statistics and extensions; and SET search_path."""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Function, Names, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import UNKNOWN
from git_alembic.scratch.probe.engines.postgresql.ddl.context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    DuplicateSchema,
    ServerError,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import flag, strings
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def create_schema(context: StatementContext, node: Node) -> None:
    name = node.get("schemaname") or node.get("authrole", {}).get("rolename", "")
    if name in context.catalog.schemas:
        if flag(node, "if_not_exists"):
            return
        raise DuplicateSchema(f'schema "{name}" already exists')
    context.catalog.schemas[name] = None


def set_variable(context: StatementContext, node: Node) -> None:
    """Run SET. Only search_path matters."""
    if node.get("name") != "search_path":
        return
    if node["kind"] in ("VAR_RESET", "VAR_SET_DEFAULT"):
        context.catalog.search_path = ("public",)
    if node["kind"] == "VAR_SET_VALUE":
        constants = (item["A_Const"] for item in node.get("args", ()))
        given = [item["sval"].get("sval", "") for item in constants if "sval" in item]
        context.catalog.search_path = path(given)


def path(names: list[str]) -> Names:
    """Return a search path. It may be one text with commas."""
    parts = [part.strip().strip('"') for name in names for part in name.split(",")]
    return tuple(part for part in parts if part not in ("", "$user", "pg_catalog"))


def create_function(context: StatementContext, node: Node) -> None:
    names = strings(node["funcname"])
    arguments, scope = [], context.scope()
    for value in node.get("parameters", ()):
        parameter = value["FunctionParameter"]
        if parameter.get("mode") in ("FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT"):
            arguments.append(_known(scope, parameter["argType"]) or UNKNOWN)
    result = _known(scope, node["returnType"]) if "returnType" in node else None
    made = Function(names[-2] if len(names) > 1 else context.creation_schema(), tuple(arguments), result)
    held = context.catalog.functions.get(names[-1], ())
    context.catalog.functions[names[-1]] = (*(item for item in held if item.arguments != made.arguments), made)


def _known(scope: Scope, node: Node) -> Type | None:
    try:
        return scope.read_type(node)
    except ServerError:
        return None


def create_trigger(context: StatementContext, node: Node) -> None:
    view = context.find(node["relation"], context.catalog.views)
    if view:
        context.catalog.attached["trigger", node["trigname"], 0] = view
        return
    _attach(context, "trigger", node["trigname"], node["relation"], node)


def create_policy(context: StatementContext, node: Node) -> None:
    _attach(context, "policy", node["policy_name"], node["table"], node)


def create_statistics(context: StatementContext, node: Node) -> None:
    names = strings(node.get("defnames", ()))
    if names and "RangeVar" in node["relations"][0]:
        _attach(context, "statistics", names[-1], node["relations"][0]["RangeVar"], node)


def _attach(context: StatementContext, kind: str, name: str, relation: Node, node: Node) -> None:
    table = context.table(relation)
    key = (kind, name, table.number)
    if key in context.catalog.attached and not flag(node, "replace") and not flag(node, "if_not_exists"):
        noun = "statistics object" if kind == "statistics" else kind
        where = (
            ""
            if kind == "statistics"
            else ' for {} "{}"'.format("table" if kind == "policy" else "relation", table.name.name)
        )
        raise DuplicateObject(f'{noun} "{name}"{where} already exists')
    context.catalog.attached[key] = table.name


def create_extension(context: StatementContext, node: Node) -> None:
    name = node["extname"]
    if name in context.catalog.extensions and not flag(node, "if_not_exists"):
        raise DuplicateObject(f'extension "{name}" already exists')
    options: Mapping[str, Any] = {
        item["DefElem"]["defname"]: item["DefElem"].get("arg") for item in node.get("options", ())
    }
    schema = options.get("schema")
    place = schema["String"]["sval"] if schema else next(iter(context.catalog.search_path), "public")
    context.catalog.extensions.setdefault(name, place)
