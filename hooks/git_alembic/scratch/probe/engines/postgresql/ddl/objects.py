"""Schemas, policies, statistics and extensions; and SET search_path."""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Names
from git_alembic.scratch.probe.engines.postgresql.ddl.context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    DuplicateSchema,
)
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


def create_policy(context: StatementContext, node: Node) -> None:
    attach(context, "policy", node["policy_name"], node["table"], node)


def create_statistics(context: StatementContext, node: Node) -> None:
    names = strings(node.get("defnames", ()))
    if names and "RangeVar" in node["relations"][0]:
        attach(context, "statistics", names[-1], node["relations"][0]["RangeVar"], node)


def attach(context: StatementContext, kind: str, name: str, relation: Node, node: Node) -> None:
    """Attach a trigger, a policy or statistics to a table."""
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
