"""Evaluates the expressions of a syntax tree that give constants. Nothing is ever run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

LONGEST = 1000  # characters or elements of a value that is put together; identifiers are short
MOST_ELEMENTS = 100_000  # of a value that the file spells out
DEEPEST = 90
STAR = "*"  # bound by `from x import *`

_PLAIN_PERCENT = r"(?:[^%]|%(?:0\d)?[sd]|%%)*"
_PLAIN_BRACES = r"(?:[^{}]|\{\{|\}\}|\{\w*(?::0?\d{1,2}d?)?\})*"
_PLAIN_SPEC = r"(?:0?\d{1,2}[ds]?)?"


@dataclass(frozen=True, slots=True)
class NotConstant:
    """A value that only running the module would give. `why` continues a sentence that starts with the name."""

    why: str
    line: int
    imported: bool = False  # it is what an import gives, so its name stands for one value


class Unordered(tuple[object, ...]):
    """The elements of a set as a tuple: their order is that of one run of Python."""

    __slots__ = ()


class Binding(NamedTuple):
    """What a name was last bound to: a constant or NotConstant, the line, and the expression if there is one."""

    value: object
    line: int
    node: ast.expr | None = None


Names = Mapping[str, Binding]

_BUILDERS: Mapping[str, Callable[[Iterable[object]], object]] = {
    "tuple": tuple,
    "list": list,
    "set": set,
    "frozenset": frozenset,
}
_CONVERSIONS: Mapping[int, Callable[[object], str]] = {ord("s"): str, ord("r"): repr, ord("a"): ascii}


def expression_text(node: ast.expr) -> str:
    """The source text of an expression on one line, "…" if it is nested too deeply."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return "…"


def evaluate(node: ast.expr, names: Names, depth: int = 0) -> object:
    """The constant that an expression gives (scalars, and flat tuples, lists and sets of them), or NotConstant."""
    if isinstance(node, ast.Constant):
        return node.value
    evaluator = _EVALUATORS.get(type(node).__name__)
    if evaluator is None or depth > DEEPEST:
        return _not_constant(node)
    return evaluator(node, names, depth + 1)


def is_same(value: object, other: object) -> bool:
    """True if two values are interchangeable: 1 is not True, equal lists can change apart, NotConstant never is."""
    if value is other:
        return True
    if type(value) is not type(other) or isinstance(value, (NotConstant, list, set)):
        return False
    return value == other and list(map(type, _iterate(value))) == list(map(type, _iterate(other)))


def _not_constant(node: ast.expr) -> NotConstant:
    return NotConstant(f"is computed by {'a call' if isinstance(node, ast.Call) else 'an expression'}", node.lineno)


def _name(node: ast.Name, names: Names, _depth: int) -> object:
    if node.id in names:
        return names[node.id].value
    return NotConstant(f"comes from `{node.id}`, which the file does not assign", node.lineno)


def _attribute(node: ast.Attribute, names: Names, _depth: int) -> object:
    owner: ast.expr = node
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    value = names[owner.id].value if isinstance(owner, ast.Name) and owner.id in names else None
    imported = isinstance(value, NotConstant) and value.imported
    return NotConstant(f"comes from `{expression_text(node)[:60]}`", node.lineno, imported)


def _iterate(value: object) -> list[object]:
    return list(value) if isinstance(value, (tuple, list, set, frozenset)) else []


def _elements(nodes: Iterable[ast.expr], names: Names, depth: int) -> list[object] | NotConstant:
    """The elements of a display or a call; a starred set counts only if its order does not matter."""
    found: list[object] = []
    imported: NotConstant | None = None
    for node in nodes:
        starred = isinstance(node, ast.Starred)
        value = evaluate(node.value if isinstance(node, ast.Starred) else node, names, depth)
        if isinstance(value, NotConstant) and value.imported:
            imported = imported or value
        elif isinstance(value, NotConstant):
            return value
        elif starred and _has_order(value) and len(found) + len(_spread(value)) <= LONGEST:
            found += _spread(value)
        elif starred or isinstance(value, (tuple, list, set, frozenset)) or len(found) >= MOST_ELEMENTS:
            return _not_constant(node)
        else:
            found.append(value)
    return imported or found


def _has_order(value: object) -> bool:
    if isinstance(value, (set, frozenset, Unordered)):
        return len(value) <= 1
    return isinstance(value, (str, tuple, list))


def _spread(value: object) -> list[object]:
    return list(value) if isinstance(value, str) else _iterate(value)


def _display(node: ast.Tuple | ast.List | ast.Set, names: Names, depth: int) -> object:
    found = _elements(node.elts, names, depth)
    return found if isinstance(found, NotConstant) else _BUILDERS[type(node).__name__.lower()](found)


def _call(node: ast.Call, names: Names, depth: int) -> object:
    if isinstance(node.func, ast.Attribute):
        return _format(node, node.func, names, depth)
    if not isinstance(node.func, ast.Name) or node.keywords or len(node.args) != 1:
        return _not_constant(node)
    if node.func.id in names or STAR in names:
        return _not_constant(node)
    value = evaluate(node.args[0], names, depth)
    return value if isinstance(value, NotConstant) else _short(_built(node.func.id, value), node)


def _built(name: str, value: object) -> object:
    """What a builtin gives for a constant, None for what is not known."""
    if name == "str":
        return _formatted(value)
    if name not in _BUILDERS or not isinstance(value, (str, tuple, list, set, frozenset)):
        return None
    if name in ("set", "frozenset") or _has_order(value):
        return _BUILDERS[name](_spread(value))
    return Unordered(sorted(value, key=repr)) if name == "tuple" else None


def _format(node: ast.Call, method: ast.Attribute, names: Names, depth: int) -> object:
    text = evaluate(method.value, names, depth) if method.attr == "format" else None
    if not isinstance(text, str) or len(text) > LONGEST or not re.fullmatch(_PLAIN_BRACES, text):
        return _not_constant(node)
    values = _elements(node.args, names, depth)
    named = _elements([word.value for word in node.keywords], names, depth)
    if isinstance(values, NotConstant) or isinstance(named, NotConstant):
        return _not_constant(node)
    if any(_formatted(value) is None for value in values + named) or any(word.arg is None for word in node.keywords):
        return _not_constant(node)
    try:
        words = (word.arg or "" for word in node.keywords)
        return _short(text.format(*values, **dict(zip(words, named, strict=True))), node)
    except (IndexError, KeyError, TypeError, ValueError):
        return _not_constant(node)


def _formatted(value: object, spec: str = "") -> str | None:
    """A scalar as format() writes it, None for other values and specifications."""
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
    return _not_constant(node)


def _f_string(node: ast.JoinedStr, names: Names, depth: int) -> object:
    texts: list[str] = []
    parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    values = [evaluate(part, names, depth) for part in parts]
    if unknown := [value for value in values if isinstance(value, NotConstant)]:
        return min(unknown, key=lambda value: value.imported)
    for part, value in zip(node.values, values, strict=True):
        text = _f_string_part(part, value, names, depth) if isinstance(part, ast.FormattedValue) else _formatted(value)
        if text is None:
            return _not_constant(node)
        texts.append(text)
    return _short("".join(texts), node)


def _f_string_part(part: ast.FormattedValue, value: object, names: Names, depth: int) -> str | None:
    spec = evaluate(part.format_spec, names, depth) if part.format_spec else ""
    if not isinstance(spec, str) or _formatted(value) is None:
        return None
    convert = _CONVERSIONS.get(part.conversion)
    return _formatted(convert(value) if convert else value, spec)


def _binary(node: ast.BinOp, names: Names, depth: int) -> object:
    left, right = evaluate(node.left, names, depth), evaluate(node.right, names, depth)
    if unknown := [operand for operand in (left, right) if isinstance(operand, NotConstant)]:
        return min(unknown, key=lambda operand: operand.imported)
    if isinstance(node.op, ast.Add):
        return _short(_sum(left, right), node)
    if isinstance(node.op, ast.Mod) and isinstance(left, str) and len(left) <= LONGEST:
        values = right if isinstance(right, tuple) else (right,)
        return _short(_percent(left, values) if _has_order(values) else None, node)
    return _not_constant(node)


def _sum(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return (tuple if _has_order(left) and _has_order(right) else Unordered)(left + right)
    return left + right if isinstance(left, list) and isinstance(right, list) else None


def _percent(text: str, values: tuple[object, ...]) -> str | None:
    if not re.fullmatch(_PLAIN_PERCENT, text) or any(_formatted(value) is None for value in values):
        return None
    try:
        return text % values
    except (TypeError, ValueError):
        return None


def _conditional(node: ast.IfExp, names: Names, depth: int) -> object:
    test = evaluate(node.test, names, depth)
    if not isinstance(test, NotConstant):
        return evaluate(node.body if test else node.orelse, names, depth)
    value, other = evaluate(node.body, names, depth), evaluate(node.orelse, names, depth)
    return value if is_same(value, other) else replace(test, imported=False)


def _not(node: ast.UnaryOp, names: Names, depth: int) -> object:
    value = evaluate(node.operand, names, depth)
    if isinstance(node.op, ast.Not) and not isinstance(value, NotConstant):
        return not value
    return _not_constant(node)


_EVALUATORS: Mapping[str, Callable[[Any, Names, int], object]] = {
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
