"""CREATE SEQUENCE and ALTER SEQUENCE."""

from __future__ import annotations

from dataclasses import replace

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import missing
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name, Sequence
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import builtin_type
from git_alembic.scratch.probe.engines.postgresql.ddl.comments import range_of
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.columns import sequence_options
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, strings


def create_sequence(context: StatementContext, node: Node) -> None:
    name = context.new_name(node["sequence"])
    if not context.is_free(name) and has_flag(node, "if_not_exists"):
        return
    context.claim(name)
    kind = builtin_type("int8")
    for item in node.get("options", ()):
        if item["DefElem"]["defname"] == "as":
            kind = context.scope().read_type(item["DefElem"]["arg"]["TypeName"])
    options, cycle = sequence_options(node.get("options", ()), kind)
    context.catalog.sequences[name] = Sequence(name, None, {**options, "cycle": cycle})
    _own(context, name, node)


def alter_sequence(context: StatementContext, node: Node) -> None:
    name = context.find(node["sequence"], context.catalog.sequences)
    if name is None and not has_flag(node, "missing_ok"):
        raise missing(node["sequence"].get("schemaname"), node["sequence"]["relname"])
    if name:
        _own(context, name, node)


def _own(context: StatementContext, name: Name, node: Node) -> None:
    for item in node.get("options", ()):
        if item["DefElem"]["defname"] != "owned_by":
            continue
        names = strings(item["DefElem"]["arg"]["List"]["items"])
        sequence = context.catalog.sequences[name]
        owner = None if names == ["none"] else (context.table(range_of(names[:-1])).name, names[-1])
        context.catalog.sequences[name] = replace(sequence, owner=owner)
