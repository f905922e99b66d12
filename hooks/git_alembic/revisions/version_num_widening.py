"""Finds code that makes `version_num` longer than Alembic's 32 characters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from git_alembic.revisions.syntax_tree import parse

LONGEST_ID = 32  # characters; `version_num` is VARCHAR(32)

_TYPES = frozenset({"String", "Unicode", "VARCHAR", "NVARCHAR", "Text", "UnicodeText", "TEXT", "CHAR"})
_SQL_TYPE = r"(?i)version_num\W(?:(?!version_num|,|\);).)*?\b(?:(?:n?var)?char\w*(?: varying)?\s*\(\s*(\d+)|(text)\b)"
_HOOK = "version_table_impl"  # the method of Alembic's DefaultImpl that creates the version table


def widens_version_table(source: bytes) -> bool:
    """True if a revision or an env.py gives `version_num` a longer type, as far as its syntax shows."""
    if b"version_num" not in source and _HOOK.encode() not in source:
        return False
    tree = parse(source)
    if not isinstance(tree, ast.Module):
        return False
    return any(_widens(node) for node in _walk_upgrade(tree))


def _walk_upgrade(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes of a module without docstrings and downgrades."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            is_downgrade = isinstance(child, ast.FunctionDef) and child.name.startswith("downgrade")
            is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if not is_downgrade and not is_docstring:
                waiting.append(child)


def _widens(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = " ".join(node.value.split())
        return any(match[2] or int(match[1]) > LONGEST_ID for match in re.finditer(_SQL_TYPE, text[:10_000]))
    if isinstance(node, ast.FunctionDef):
        return node.name == _HOOK
    if isinstance(node, ast.Call):
        names_column = any(
            isinstance(argument, ast.Constant) and argument.value == "version_num" for argument in node.args
        )
        return names_column and any(_is_long_type(part) for argument in _types_of(node) for part in ast.walk(argument))
    if isinstance(node, ast.Assign):  # context._version.c.version_num.type = String(64)
        return any(map(_is_type_of_column, node.targets)) and any(map(_is_long_type, ast.walk(node.value)))
    return False


def _is_type_of_column(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "type" and "version_num" in ast.unparse(target.value)


def _types_of(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the arguments that can be a column's new type."""
    yield from call.args[1:]
    for word in call.keywords:
        if word.arg not in ("existing_type", "server_default", "comment"):
            yield word.value


def _is_long_type(node: ast.AST) -> bool:
    """True for types like `String(33)`, `sa.Text()` and `sa.String`."""
    if isinstance(node, ast.Call):
        if _name(node.func) not in _TYPES:
            return False
        lengths = [*node.args, *(word.value for word in node.keywords if word.arg == "length")]
        length = next(iter(lengths), None)
        return not (isinstance(length, ast.Constant) and isinstance(length.value, int) and length.value <= LONGEST_ID)
    return False


def _name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
