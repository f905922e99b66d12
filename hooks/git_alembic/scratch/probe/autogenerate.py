"""What autogenerate finds, as Alembic would write it, and where the models are that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from alembic.autogenerate import RevisionContext
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import render_op

from git_alembic.scratch.probe.project.model_lines import Models

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


def differences(script: Any, context: Any, metadata: Sequence[Any], top: str) -> list[dict[str, Any]]:
    """The operations that `alembic revision --autogenerate` would write to bring the database to the models.

    Each: {"kind": Alembic's name for it ("add_column"), "text": the line, "table": str, "name": str, "path": of the
    model, relative to `top`, or "", "line": int}.
    """
    asked = RevisionContext(context.config, script, dict(_ARGUMENTS))
    asked.run_autogenerate(tuple(script.get_heads()), context)
    models = Models(metadata, top)
    writer = AutogenContext(context, autogenerate=True)
    found = [
        operation
        for revision in asked.generated_revisions
        for operations in revision.upgrade_ops_list
        for operation in _leaves(operations)
    ]
    return [_described(operation, writer, models) for operation in found]


def _leaves(operations: Any) -> Iterator[Any]:
    for operation in operations.ops:
        if hasattr(operation, "ops"):
            yield from _leaves(operation)
        else:
            yield operation


def _described(operation: Any, writer: Any, models: Models) -> dict[str, Any]:
    table = getattr(operation, "table_name", None) or getattr(operation, "source_table", None) or ""
    schema = getattr(operation, "schema", None) or getattr(operation, "source_schema", None)
    name = _name(operation)
    path, line = models.place(schema, table, name)
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
    names = (getattr(operation, name, None) for name in ("column_name", "index_name", "constraint_name"))
    return str(next(filter(None, names), ""))


def _kind(operation: Any) -> str:
    try:
        found = operation.to_diff_tuple()
    except (AttributeError, NotImplementedError):
        return type(operation).__name__
    while isinstance(found, list):
        found = found[0] if found else ("nothing",)
    return str(found[0])


def _text(operation: Any, writer: Any) -> str:
    try:
        lines = render_op(writer, operation)
    except Exception:  # noqa: BLE001 - an operation of a plugin, or a type that does not write itself
        return "{} {} {}".format(_kind(operation), getattr(operation, "table_name", ""), _name(operation)).strip()
    return " ".join(" ".join(str(line).split()) for line in lines)
