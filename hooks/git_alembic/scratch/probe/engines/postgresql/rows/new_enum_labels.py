"""Labels of enums in data statements."""

from __future__ import annotations

from typing import Any, Sequence

from git_alembic.scratch.probe.engines.postgresql.ddl.context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_checks import unsafe_label_error
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import walk
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Statement


def check_labels(context: StatementContext, statement: Statement, values: Sequence[Any]) -> None:
    """Raise if a data statement uses a label that was added in its own transaction."""
    if not context.new_labels:
        return
    used = {fields.get("sval", {}).get("sval") for kind, fields in walk(statement.fields) if kind == "A_Const"}
    used.update(value for value in values if isinstance(value, str))
    relations = [
        context.find(fields, context.catalog.tables) for kind, fields in walk(statement.fields) if kind == "RangeVar"
    ]
    if "relation" in statement.fields:
        relations.append(context.find(statement.fields["relation"], context.catalog.tables))
    kinds = {column.type.name for name in relations if name for column in context.catalog.tables[name].columns}
    for name, label in context.new_labels:
        if label in used and name in kinds:
            raise unsafe_label_error(label, name.name)
