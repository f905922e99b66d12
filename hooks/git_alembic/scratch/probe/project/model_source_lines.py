"""Finds the line of the checked tree that defines the table of a model."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Tuple

_EMPTY = ast.Module([], [])
Location = Tuple[str, int]  # path relative to the tree, line; ("", 0) if unknown


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
