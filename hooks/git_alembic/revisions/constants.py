"""What an expression gives, worked out from its syntax tree; nothing is ever run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

LONGEST = 1000  # characters or elements of a value put together: identifiers are short, chains of doublings are not
DEEPEST = 90

_BUILDERS: Mapping[str, Callable[[list[object]], object]] = {
    "tuple": tuple,
    "list": list,
    "set": set,
    "frozenset": frozenset,
}
_PLAIN_PERCENT = r"(?:[^%]|%(?:0\d)?[sd]|%%)*"
_PLAIN_BRACES = r"(?:[^{}]|\{\{|\}\}|\{\w*(?::0?\d{1,2}d?)?\})*"
_PLAIN_SPEC = r"(?:0?\d{1,2}[ds]?)?"


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that only running the module would give; `why` continues a sentence that starts with the name."""

    why: str
    line: int


class Binding(NamedTuple):
    """What a name was last given: a constant or Computed, where, and the expression if there is one."""

    value: object
    line: int
    node: ast.expr | None = None


Known = Mapping[str, Binding]


def source(node: ast.expr) -> str:
    """The text of an expression, in one line."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return "…"


def fold(node: ast.expr, names: Known, depth: int = 0) -> object:
    """The constant that an expression stands for (scalars, flat tuples, lists and sets of them), or Computed."""
    if isinstance(node, ast.Constant):
        return node.value
    folding = _FOLDINGS.get(type(node).__name__)
    if folding is None or depth > DEEPEST:
        return _unknown(node)
    return folding(node, names, depth + 1)


def _unknown(node: ast.expr) -> Computed:
    return Computed(f"is computed by {'a call' if isinstance(node, ast.Call) else 'an expression'}", node.lineno)


def _name(node: ast.Name, names: Known, _depth: int) -> object:
    if node.id in names:
        return names[node.id].value
    return Computed(f"comes from `{node.id}`, which the file does not assign", node.lineno)


def _attribute(node: ast.Attribute, _names: Known, _depth: int) -> object:
    return Computed(f"comes from `{source(node)[:60]}`", node.lineno)


def _spread(value: object) -> list[object]:
    """What iterating over a constant gives, sets in an order of their own; nothing for scalars that cannot be."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return list(value) if isinstance(value, (str, tuple, list)) else []


def _elements(nodes: Iterable[ast.expr], names: Known, depth: int) -> list[object] | Computed:
    found: list[object] = []
    for node in nodes:
        starred = isinstance(node, ast.Starred)
        value = fold(node.value if isinstance(node, ast.Starred) else node, names, depth)
        if isinstance(value, Computed):
            return value
        if isinstance(value, (tuple, list, set, frozenset)) != starred or len(found) > 100 * LONGEST:
            return _unknown(node)
        found += _spread(value) if starred else [value]
    return found


def _display(node: ast.Tuple | ast.List | ast.Set, names: Known, depth: int) -> object:
    found = _elements(node.elts, names, depth)
    return found if isinstance(found, Computed) else _BUILDERS[type(node).__name__.lower()](found)


def _call(node: ast.Call, names: Known, depth: int) -> object:
    if isinstance(node.func, ast.Attribute):
        return _format(node, node.func, names, depth)
    if not isinstance(node.func, ast.Name) or node.func.id in names or node.keywords or len(node.args) != 1:
        return _unknown(node)
    value = fold(node.args[0], names, depth)
    if isinstance(value, Computed):
        return value
    if node.func.id == "str":
        return _short(_written(value), node)
    if node.func.id in _BUILDERS and isinstance(value, (str, tuple, list, set, frozenset)):
        return _short(_BUILDERS[node.func.id](_spread(value)), node)
    return _unknown(node)


def _format(node: ast.Call, method: ast.Attribute, names: Known, depth: int) -> object:
    text = fold(method.value, names, depth) if method.attr == "format" else None
    if not isinstance(text, str) or len(text) > LONGEST or not re.fullmatch(_PLAIN_BRACES, text):
        return _unknown(node)
    values = _elements(node.args, names, depth)
    named = _elements([word.value for word in node.keywords], names, depth)
    if isinstance(values, Computed) or isinstance(named, Computed):
        return _unknown(node)
    if any(_written(value) is None for value in values + named):
        return _unknown(node)
    try:
        words = (word.arg or "" for word in node.keywords)
        return _short(text.format(*values, **dict(zip(words, named, strict=True))), node)
    except (IndexError, KeyError, TypeError, ValueError):
        return _unknown(node)


def _written(value: object, spec: str = "") -> str | None:
    """A scalar as format() writes it; None for what is better not asked."""
    if not isinstance(value, (str, int, float, type(None))) or not re.fullmatch(_PLAIN_SPEC, spec):
        return None
    try:
        text = format(value, spec)
    except (TypeError, ValueError):
        return None
    return text if len(text) <= LONGEST else None


def _short(value: object, node: ast.expr) -> object:
    if isinstance(value, (str, tuple, list, set, frozenset)) and len(value) <= LONGEST:
        return value
    return _unknown(node)


def _f_string(node: ast.JoinedStr, names: Known, depth: int) -> object:
    texts: list[str] = []
    for part in node.values:
        value = fold(part.value if isinstance(part, ast.FormattedValue) else part, names, depth)
        if isinstance(value, Computed):
            return value
        spec: object = ""
        if isinstance(part, ast.FormattedValue):
            spec = fold(part.format_spec, names, depth) if part.format_spec else ""
            value = repr(value) if part.conversion == ord("r") and isinstance(value, str) else value
        text = _written(value, spec) if isinstance(spec, str) else None
        if text is None:
            return _unknown(node)
        texts.append(text)
    return _short("".join(texts), node)


def _binary(node: ast.BinOp, names: Known, depth: int) -> object:
    left, right = fold(node.left, names, depth), fold(node.right, names, depth)
    for side in (left, right):
        if isinstance(side, Computed):
            return side
    if isinstance(node.op, ast.Add):
        return _short(_joined(left, right), node)
    if isinstance(node.op, ast.Mod) and isinstance(left, str) and len(left) <= LONGEST:
        return _short(_percent(left, right if isinstance(right, tuple) else (right,)), node)
    return _unknown(node)


def _joined(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    return left + right if isinstance(left, list) and isinstance(right, list) else None


def _percent(text: str, values: tuple[object, ...]) -> str | None:
    if not re.fullmatch(_PLAIN_PERCENT, text) or any(_written(value) is None for value in values):
        return None
    try:
        return text % values
    except (TypeError, ValueError):
        return None


def _conditional(node: ast.IfExp, names: Known, depth: int) -> object:
    test = fold(node.test, names, depth)
    if not isinstance(test, Computed):
        return fold(node.body if test else node.orelse, names, depth)
    one, other = fold(node.body, names, depth), fold(node.orelse, names, depth)
    return one if same(one, other) else test


def _not(node: ast.UnaryOp, names: Known, depth: int) -> object:
    value = fold(node.operand, names, depth)
    return (not value) if isinstance(node.op, ast.Not) and not isinstance(value, Computed) else _unknown(node)


def same(one: object, other: object) -> bool:
    """Whether two folded values are equal for every purpose: 1 is not True, and two Computed are never known to be."""
    return one is other or (type(one) is type(other) and not isinstance(one, Computed) and one == other)


_FOLDINGS: Mapping[str, Callable[[Any, Known, int], object]] = {
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
