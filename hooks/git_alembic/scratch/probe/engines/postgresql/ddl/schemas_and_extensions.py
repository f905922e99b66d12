"""CREATE SCHEMA and CREATE EXTENSION."""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import DuplicateObject, DuplicateSchema
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag


def create_schema(context: StatementContext, node: Node) -> None:
    name = node.get("schemaname") or node.get("authrole", {}).get("rolename", "")
    if name in context.catalog.schemas:
        if has_flag(node, "if_not_exists"):
            return
        raise DuplicateSchema(f'schema "{name}" already exists')
    context.catalog.schemas[name] = None


def create_extension(context: StatementContext, node: Node) -> None:
    name = node["extname"]
    if name in context.catalog.extensions and not has_flag(node, "if_not_exists"):
        raise DuplicateObject(f'extension "{name}" already exists')
    options: Mapping[str, Any] = {
        item["DefElem"]["defname"]: item["DefElem"].get("arg") for item in node.get("options", ())
    }
    schema = options.get("schema")
    place = schema["String"]["sval"] if schema else next(iter(context.catalog.search_path), "public")
    context.catalog.extensions.setdefault(name, place)
