"""CREATE POLICY and CREATE STATISTICS: what is attached to a table. Triggers are attached in the same way."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, strings


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
    if key in context.catalog.attached and not has_flag(node, "replace") and not has_flag(node, "if_not_exists"):
        noun = "statistics object" if kind == "statistics" else kind
        where = (
            ""
            if kind == "statistics"
            else ' for {} "{}"'.format("table" if kind == "policy" else "relation", table.name.name)
        )
        raise DuplicateObject(f'{noun} "{name}"{where} already exists')
    context.catalog.attached[key] = table.name
