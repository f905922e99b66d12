"""Runs autogenerate, and returns its operations as Alembic would write them, with the lines of the models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from alembic.autogenerate import RevisionContext
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import render_op

from git_alembic.scratch.probe.project.model_source_lines import ModelLines

_ARGUMENTS = {
    "message": None,
    "autogenerate": True,
    "sql": False,
    "head": "heads",
    "splice": False,
    "branch_label": None,
    "version_path": None,
    "rev_id": None,
    "depends_on": None,
}


def find_differences(script: Any, context: Any, metadata: Sequence[Any], top: str) -> list[dict[str, Any]]:
    """Return the operations that `alembic revision --autogenerate` would write.

    Each: {"kind": Alembic's name for it ("add_column"), "text": the line, "table": str, "name": str, "path": of the
    model, relative to `top`, or "", "line": int}.
    """
    revision_context = RevisionContext(context.config, script, dict(_ARGUMENTS))
    revision_context.run_autogenerate(tuple(script.get_heads()), context)
    models = ModelLines(metadata, top)
    writer = AutogenContext(context, autogenerate=True)
    flat = [
        operation
        for revision in revision_context.generated_revisions
        for operations in revision.upgrade_ops_list
        for operation in _flatten(operations)
    ]
    return [_describe(operation, writer, models) for operation in flat]


def _flatten(operations: Any) -> Iterator[Any]:
    for operation in operations.ops:
        if hasattr(operation, "ops"):
            yield from _flatten(operation)
        else:
            yield operation


def _describe(operation: Any, writer: Any, models: ModelLines) -> dict[str, Any]:
    table = getattr(operation, "table_name", None) or getattr(operation, "source_table", None) or ""
    schema = getattr(operation, "schema", None) or getattr(operation, "source_schema", None)
    name = _name(operation)
    path, line = "", 0
    with suppress(Exception):  # a module or a class may refuse introspection; the line is only a hint for the reader
        path, line = models.find(schema, table, name)
    return {
        "kind": _kind(operation),
        "text": _text(operation, writer),
        "table": f"{schema}.{table}" if schema else table,
        "name": name,
        "path": path,
        "line": line,
    }


def _name(operation: Any) -> str:
    column = getattr(operation, "column", None)
    if column is not None:
        return str(column.name)
    entity = getattr(getattr(operation, "target", None), "identity", None)  # of alembic_utils
    if entity is not None:
        return str(entity)
    names = (getattr(operation, name, None) for name in ("column_name", "index_name", "constraint_name"))
    return str(next(filter(None, names), ""))


def _kind(operation: Any) -> str:
    try:
        difference = operation.to_diff_tuple()
    except (AttributeError, NotImplementedError):
        return type(operation).__name__
    while isinstance(difference, list):
        difference = difference[0] if difference else ("nothing",)
    return str(difference[0])


def _text(operation: Any, writer: Any) -> str:
    try:
        lines = render_op(writer, operation)
    except Exception:  # noqa: BLE001 - a plugin's operation, or a type without a repr
        return "{} {} {}".format(_kind(operation), getattr(operation, "table_name", ""), _name(operation)).strip()
    return " ".join(" ".join(str(line).split()) for line in lines)
