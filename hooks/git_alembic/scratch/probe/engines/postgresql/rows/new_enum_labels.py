"""Checks enum labels in data statements."""

from __future__ import annotations

from typing import AbstractSet, Any, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Name
from git_alembic.scratch.probe.engines.postgresql.errors import unsafe_label_error
from git_alembic.scratch.probe.engines.postgresql.parser import Statement, walk


def check_labels(
    catalog: Catalog, new_labels: AbstractSet[tuple[Name, str]], statement: Statement, values: Sequence[Any]
) -> None:
    """Raise if a data statement uses a label that its own transaction added."""
    if not new_labels:
        return
    used = {fields.get("sval", {}).get("sval") for kind, fields in walk(statement.fields) if kind == "A_Const"}
    used.update(value for value in values if isinstance(value, str))
    relations = [fields for kind, fields in walk(statement.fields) if kind == "RangeVar"]
    relations += [statement.fields["relation"]] if "relation" in statement.fields else []
    names = (find(node.get("schemaname"), node["relname"], catalog.tables, catalog) for node in relations)
    kinds = {column.type.name for name in names if name for column in catalog.tables[name].columns}
    for name, label in new_labels:
        if label in used and name in kinds:
            raise unsafe_label_error(label, name.name)
