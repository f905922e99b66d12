"""Labels of enums in data statements."""

from __future__ import annotations

from typing import Any, Sequence

from git_alembic.scratch.probe.engines.postgresql.ddl.context import Work
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_checks import unsafe
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import walk
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Statement


def check_labels(work: Work, statement: Statement, values: Sequence[Any]) -> None:
    """Raise if a data statement uses a label that was added in its own transaction."""
    if not work.fresh:
        return
    used = {fields.get("sval", {}).get("sval") for kind, fields in walk(statement.fields) if kind == "A_Const"}
    used.update(value for value in values if isinstance(value, str))
    relations = [
        work.find(fields, work.catalog.tables) for kind, fields in walk(statement.fields) if kind == "RangeVar"
    ]
    if "relation" in statement.fields:
        relations.append(work.find(statement.fields["relation"], work.catalog.tables))
    kinds = {column.type.name for name in relations if name for column in work.catalog.tables[name].columns}
    for name, label in work.fresh:
        if label in used and name in kinds:
            raise unsafe(label, name.name)
