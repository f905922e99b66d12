"""Reads what a revision's downgrade would remove, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

_LONGEST = 60


class Downgrade(NamedTuple):
    """What a downgrade does, as far as its syntax shows. `drops` names the things whose data it drops, or is "SQL: …".

    `refuses`: it only raises an error. `is_empty`: it does nothing. `is_readable` is False for a syntax error.
    """

    drops: tuple[str, ...] = ()
    refuses: bool = False
    is_empty: bool = False
    is_readable: bool = True


def read_downgrade(content: bytes) -> Downgrade:
    """Read the downgrade of a revision file. Multidb templates have one function per database."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return Downgrade(is_readable=False)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("downgrade")]
    drops = tuple(dict.fromkeys(drop for function in functions for drop in _drops(function)))
    bodies = [[node for node in function.body if not _is_filler(node)] for function in functions]
    refuses = any(body and isinstance(body[0], ast.Raise) for body in bodies)
    return Downgrade(drops, refuses=refuses, is_empty=not any(bodies))


def _is_filler(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _drops(function: ast.FunctionDef) -> Iterator[str]:
    batches = {
        name: table for node in ast.walk(function) if isinstance(node, ast.With) for name, table in _batches(node)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, arguments = node.func.attr, [_text(argument) for argument in node.args]
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            if called == "drop_table":
                yield f"table {_first(arguments)}"
            elif called == "drop_column" and owner in batches:
                yield f"column {batches[owner]}.{_first(arguments)}"
            elif called == "drop_column":
                yield f"column {_first(arguments)}.{_first(arguments[1:])}"
            elif called == "execute" and (statement := _statement(node)):
                yield f"SQL: {statement}"


def _batches(node: ast.With) -> Iterator[tuple[str, str]]:
    """Yield (name, table) of `with op.batch_alter_table(table) as name`."""
    for item in node.items:
        call, name = item.context_expr, item.optional_vars
        if isinstance(call, ast.Call) and isinstance(name, ast.Name) and call.args:
            yield name.id, _text(call.args[0])


def _statement(node: ast.Call) -> str:
    """Return the SQL of a statement that removes something."""
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    text = " ".join(" ".join(texts).split())
    taking = any(word in text.upper() for word in ("DROP ", "DELETE ", "TRUNCATE "))
    return (text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…") if taking else ""


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


def _first(arguments: list[str]) -> str:
    return arguments[0] if arguments else "?"
