"""Evaluates the constant expressions of a syntax tree. It never runs code."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import (
    BUILDERS,
    LONGEST,
    NotConstant,
    add,
    call_builtin,
    format_percent,
    format_scalar,
    has_order,
    is_same,
    list_elements,
)

MOST_ELEMENTS = 100_000  # elements of a literal in a file
DEEPEST = 90
STAR = "*"  # the names that `from x import *` binds
SQLALCHEMY_STAR = "* of sqlalchemy"  # no module of SQLAlchemy has one of Alembic's four names
_PLAIN_BRACES = r"(?:[^{}]|\{\{|\}\}|\{\w*(?::0?\d{1,2}d?)?\})*"


class Binding(NamedTuple):
    """The last binding of a name: a constant or NotConstant, the line, and the expression if there is one."""

    value: object
    line: int
    node: ast.expr | None = None


Bindings = Mapping[str, Binding]
_CONVERSIONS: Mapping[int, Callable[[object], str]] = {ord("s"): str, ord("r"): repr, ord("a"): ascii}


def expression_text(node: ast.expr) -> str:
    """Return the source text of an expression on one line, or "…" if it is nested too deeply."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return "…"


def evaluate(node: ast.expr, names: Bindings, depth: int = 0) -> object:
    """Return the constant value of an expression (scalars, and flat tuples, lists and sets of them), or NotConstant."""
    if isinstance(node, ast.Constant):
        return node.value
    evaluator = _EVALUATORS.get(type(node).__name__)
    if evaluator is None or depth > DEEPEST:
        return _not_constant(node)
    return evaluator(node, names, depth + 1)


def _not_constant(node: ast.expr) -> NotConstant:
    return NotConstant(
        f"isn't a literal: it is computed by {'a call' if isinstance(node, ast.Call) else 'an expression'}", node.lineno
    )


def _name(node: ast.Name, names: Bindings, _depth: int) -> object:
    if node.id in names:
        return names[node.id].value
    return NotConstant(f"comes from `{node.id}`, which the file does not assign", node.lineno)


def _attribute(node: ast.Attribute, names: Bindings, _depth: int) -> object:
    owner: ast.expr = node
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    value = names[owner.id].value if isinstance(owner, ast.Name) and owner.id in names else None
    imported = isinstance(value, NotConstant) and value.is_imported
    return NotConstant(f"comes from `{expression_text(node)[:60]}`", node.lineno, imported)


def _elements(nodes: Iterable[ast.expr], names: Bindings, depth: int) -> list[object] | NotConstant:
    """Return the elements of a display or a call. A starred set counts only if its order does not matter."""
    elements: list[object] = []
    imported: NotConstant | None = None
    for node in nodes:
        starred = isinstance(node, ast.Starred)
        value = evaluate(node.value if isinstance(node, ast.Starred) else node, names, depth)
        if isinstance(value, NotConstant) and value.is_imported:
            imported = imported or value
        elif isinstance(value, NotConstant):
            return value
        elif starred and has_order(value) and len(elements) + len(list_elements(value)) <= LONGEST:
            elements += list_elements(value)
        elif starred or isinstance(value, (tuple, list, set, frozenset)) or len(elements) >= MOST_ELEMENTS:
            return _not_constant(node)
        else:
            elements.append(value)
    return imported or elements


def _display(node: ast.Tuple | ast.List | ast.Set, names: Bindings, depth: int) -> object:
    elements = _elements(node.elts, names, depth)
    return elements if isinstance(elements, NotConstant) else BUILDERS[type(node).__name__.lower()](elements)


def _call(node: ast.Call, names: Bindings, depth: int) -> object:
    if isinstance(node.func, ast.Attribute):
        return _format(node, node.func, names, depth)
    if not isinstance(node.func, ast.Name) or node.keywords or len(node.args) != 1:
        return _not_constant(node)
    if node.func.id in names or STAR in names:
        return _not_constant(node)
    (argument,) = node.args
    value = evaluate(argument, names, depth)
    return value if isinstance(value, NotConstant) else _short(call_builtin(node.func.id, value), node)


def _format(node: ast.Call, method: ast.Attribute, names: Bindings, depth: int) -> object:
    text = evaluate(method.value, names, depth) if method.attr == "format" else None
    if not isinstance(text, str) or len(text) > LONGEST or not re.fullmatch(_PLAIN_BRACES, text):
        return _not_constant(node)
    values = _elements(node.args, names, depth)
    keyword_values = _elements([word.value for word in node.keywords], names, depth)
    if isinstance(values, NotConstant) or isinstance(keyword_values, NotConstant):
        return _not_constant(node)
    if any(format_scalar(value) is None for value in values + keyword_values) or any(
        word.arg is None for word in node.keywords
    ):
        return _not_constant(node)
    try:
        words = (word.arg or "" for word in node.keywords)
        return _short(text.format(*values, **dict(zip(words, keyword_values, strict=True))), node)
    except (IndexError, KeyError, TypeError, ValueError):
        return _not_constant(node)


def _short(value: object, node: ast.expr) -> object:
    if isinstance(value, (str, tuple, list, set, frozenset)) and len(value) <= LONGEST:
        return value
    return _not_constant(node)


def _f_string(node: ast.JoinedStr, names: Bindings, depth: int) -> object:
    texts: list[str] = []
    parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    values = [evaluate(part, names, depth) for part in parts]
    if unknown := [value for value in values if isinstance(value, NotConstant)]:
        return min(unknown, key=lambda value: value.is_imported)
    for part, value in zip(node.values, values, strict=True):
        if isinstance(part, ast.FormattedValue):
            text = _f_string_part(part, value, names, depth)
        else:
            text = format_scalar(value)
        if text is None:
            return _not_constant(node)
        texts.append(text)
    return _short("".join(texts), node)


def _f_string_part(part: ast.FormattedValue, value: object, names: Bindings, depth: int) -> str | None:
    spec = evaluate(part.format_spec, names, depth) if part.format_spec else ""
    if not isinstance(spec, str) or format_scalar(value) is None:
        return None
    convert = _CONVERSIONS.get(part.conversion)
    return format_scalar(convert(value) if convert else value, spec)


def _binary(node: ast.BinOp, names: Bindings, depth: int) -> object:
    left, right = evaluate(node.left, names, depth), evaluate(node.right, names, depth)
    if unknown := [operand for operand in (left, right) if isinstance(operand, NotConstant)]:
        return min(unknown, key=lambda operand: operand.is_imported)
    if isinstance(node.op, ast.Add):
        return _short(add(left, right), node)
    if isinstance(node.op, ast.Mod) and isinstance(left, str) and len(left) <= LONGEST:
        values = right if isinstance(right, tuple) else (right,)
        return _short(format_percent(left, values) if has_order(values) else None, node)
    return _not_constant(node)


def _conditional(node: ast.IfExp, names: Bindings, depth: int) -> object:
    test = evaluate(node.test, names, depth)
    if not isinstance(test, NotConstant):
        return evaluate(node.body if test else node.orelse, names, depth)
    value, other = evaluate(node.body, names, depth), evaluate(node.orelse, names, depth)
    return value if is_same(value, other) else replace(test, is_imported=False)


def _not(node: ast.UnaryOp, names: Bindings, depth: int) -> object:
    value = evaluate(node.operand, names, depth)
    if isinstance(node.op, ast.Not) and not isinstance(value, NotConstant):
        return not value
    return _not_constant(node)


_EVALUATORS: Mapping[str, Callable[[Any, Bindings, int], object]] = {
    "Name": _name,
    "Attribute": _attribute,
    "Tuple": _display,
    "List": _display,
    "Set": _display,
    "Call": _call,
    "JoinedStr": _f_string,
    "BinOp": _binary,
    "IfExp": _conditional,
    "UnaryOp": _not,
}
