"""CREATE, ALTER and DROP SEQUENCE."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog import model
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import missing
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import builtin_type
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext, find_object, shown_name
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.add_and_drop_column import sequence_options
from git_alembic.scratch.probe.engines.postgresql.errors import dependency_error
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, has_flag, range_of, strings
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import qualify


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
    context.catalog.sequences[name] = model.Sequence(name, None, {**options, "cycle": cycle})
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


def run_drop_sequence(context: StatementContext, names: Sequence[str], node: Node) -> None:
    name = find_object(context, names, context.catalog.sequences, "sequence", node)
    if name:
        drop_sequence(context, name, cascades(node))


def drop_sequence(context: StatementContext, name: Name, cascade: bool, owner: Name | None = None) -> None:
    """Drop a sequence. With CASCADE, also drop defaults that use it. Otherwise raise."""
    mark = f"'{qualify(name.schema, name.name)}'::regclass"
    for table in list(context.catalog.tables.values()):
        counting = [column for column in table.columns if column.default and mark in column.default]
        if counting and not cascade and table.name != owner:
            raise dependency_error("sequence " + shown_name(context, name))
        if counting:
            columns = tuple(replace(column, default=None) if column in counting else column for column in table.columns)
            context.put(replace(table, columns=columns))
    context.catalog.sequences.pop(name, None)
