"""Runs autogenerate, and returns its operations as Alembic would write them, with the lines of the models."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Tuple

from alembic.autogenerate import RevisionContext
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import render_op

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
_EMPTY = ast.Module([], [])
Location = Tuple[str, int]  # path relative to the tree, line; ("", 0) if unknown


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


class ModelLines:
    """Searches the modules that the project has loaded. Parses each file on first use."""

    def __init__(self, metadata: Sequence[Any], top: str) -> None:
        self._top = top + os.sep
        self._metadata = metadata
        self._sources: dict[str, bytes] = {}
        self._trees: dict[str, ast.Module] = {}
        self._modules: list[tuple[str, Any]] | None = None

    def find(self, schema: str | None, table: str, name: str) -> Location:
        """Return where the column or index `name` of a table is defined, or else the table."""
        if not table:
            return "", 0
        for path, node in self._candidates(schema, table):
            inner: Any
            for inner in ast.walk(node):
                if name and _declares(inner, name):
                    return self._relative(path), inner.lineno
            return self._relative(path), node.lineno
        return "", 0

    def _candidates(self, schema: str | None, table: str) -> Iterator[tuple[str, Any]]:
        class_place = self._class(schema, table)
        for path in [class_place[0]] if class_place else self._list_source_files():
            for node in ast.walk(self._tree(path, table)):
                if (class_place and isinstance(node, ast.ClassDef) and node.name == class_place[1]) or (
                    isinstance(node, ast.Call)
                    and _is_call_of(node, "Table")
                    and node.args
                    and _is_name(node.args[0], table)
                ):
                    yield path, node

    def _class(self, schema: str | None, table: str) -> tuple[str, str] | None:
        """Return (file, class) of a mapped table."""
        key = f"{schema}.{table}" if schema else table
        tables = [metadata.tables[key] for metadata in self._metadata if key in metadata.tables]
        for path, module in self._list_loaded_modules():
            for value in list(_namespace(module).values()):
                # The class of a lazy object would evaluate the object.
                if issubclass(type(value), type) and _is_mapped_to(value, tables, module):
                    return path, value.__name__
        return None

    def _list_loaded_modules(self) -> list[tuple[str, Any]]:
        """Return (full path, module) of the tree's modules."""
        if self._modules is None:
            modules = [(_file(module), module) for module in list(sys.modules.values())]
            self._modules = [(path, module) for path, module in modules if path.startswith(self._top)]
        return self._modules

    def _list_source_files(self) -> list[str]:
        return sorted({path for path, _ in self._list_loaded_modules() if path.endswith(".py")})

    def _tree(self, path: str, table: str) -> ast.Module:
        """Return the file's syntax tree, or an empty tree without parsing if the file doesn't mention the table."""
        if path not in self._sources:
            with open(path, "rb") as stream:
                self._sources[path] = stream.read()
        if path not in self._trees and table.encode() in self._sources[path]:
            try:
                self._trees[path] = ast.parse(self._sources[path])
            except (SyntaxError, ValueError):
                self._trees[path] = ast.Module([], [])
        return self._trees.get(path, _EMPTY)

    def _relative(self, path: str) -> str:
        return path[len(self._top) :].replace(os.sep, "/")


def _file(module: Any) -> str:
    """Return the full path of a module's file, or "". Python 3.8 may have a relative path."""
    path = _namespace(module).get("__file__")
    return os.path.abspath(path) if type(path) is str else ""


def _namespace(module: Any) -> dict[str, Any]:
    """Return a module's names without `getattr`, which may load something lazily."""
    try:
        names = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}
    return names if type(names) is dict else {}


def _is_mapped_to(cls: Any, tables: Sequence[Any], module: Any) -> bool:
    attributes = type.__getattribute__(cls, "__dict__")
    if attributes.get("__module__") != _namespace(module).get("__name__"):
        return False
    return any(attributes.get("__table__") is table for table in tables)


def _declares(node: Any, name: str) -> bool:
    """True if a node of a model declares the column or index of this name."""
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and node.target.id == name
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    return isinstance(node, ast.Call) and bool(node.args) and _is_name(node.args[0], name)


def _is_call_of(node: ast.Call, name: str) -> bool:
    called = node.func
    return name == (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""))


def _is_name(node: Any, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text
