"""What a module's names stand for at its end, worked out from its syntax tree; nothing is ever run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


_Known = Mapping[str, Binding]


def source(node: ast.expr) -> str:
    """The text of an expression, in one line."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return "…"


def fold(node: ast.expr, names: _Known, depth: int = 0) -> object:
    """The constant that an expression stands for (scalars, flat tuples, lists and sets of them), or Computed."""
    if isinstance(node, ast.Constant):
        return node.value
    folding = _FOLDINGS.get(type(node).__name__)
    if folding is None or depth > DEEPEST:
        return _unknown(node)
    return folding(node, names, depth + 1)


def _unknown(node: ast.expr) -> Computed:
    return Computed(f"is computed by {'a call' if isinstance(node, ast.Call) else 'an expression'}", node.lineno)


def _name(node: ast.Name, names: _Known, _depth: int) -> object:
    if node.id in names:
        return names[node.id].value
    return Computed(f"comes from `{node.id}`, which the file does not assign", node.lineno)


def _attribute(node: ast.Attribute, _names: _Known, _depth: int) -> object:
    return Computed(f"comes from `{source(node)[:60]}`", node.lineno)


def _spread(value: object) -> list[object]:
    """What iterating over a constant gives, sets in an order of their own; nothing for scalars that cannot be."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return list(value) if isinstance(value, (str, tuple, list)) else []


def _elements(nodes: Iterable[ast.expr], names: _Known, depth: int) -> list[object] | Computed:
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


def _display(node: ast.Tuple | ast.List | ast.Set, names: _Known, depth: int) -> object:
    found = _elements(node.elts, names, depth)
    return found if isinstance(found, Computed) else _BUILDERS[type(node).__name__.lower()](found)


def _call(node: ast.Call, names: _Known, depth: int) -> object:
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


def _format(node: ast.Call, method: ast.Attribute, names: _Known, depth: int) -> object:
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


def _f_string(node: ast.JoinedStr, names: _Known, depth: int) -> object:
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


def _binary(node: ast.BinOp, names: _Known, depth: int) -> object:
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


def _conditional(node: ast.IfExp, names: _Known, depth: int) -> object:
    test = fold(node.test, names, depth)
    if not isinstance(test, Computed):
        return fold(node.body if test else node.orelse, names, depth)
    one, other = fold(node.body, names, depth), fold(node.orelse, names, depth)
    return one if same(one, other) else test


def _not(node: ast.UnaryOp, names: _Known, depth: int) -> object:
    value = fold(node.operand, names, depth)
    return (not value) if isinstance(node.op, ast.Not) and not isinstance(value, Computed) else _unknown(node)


def same(one: object, other: object) -> bool:
    """Whether two folded values are equal for every purpose: 1 is not True, and two Computed are never known to be."""
    return one is other or (type(one) is type(other) and not isinstance(one, Computed) and one == other)


_FOLDINGS: Mapping[str, Callable[[Any, _Known, int], object]] = {
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


def bindings(body: Sequence[ast.stmt], *, may_walrus: bool = False) -> dict[str, Binding]:
    """Every name that the statements of a module leave bound, with what is known of it.

    `may_walrus`: there may be a `:=` in them, the one way to bind a name that is not followed.
    """
    hidden = _hidden(body) if may_walrus else {}
    names: dict[str, Binding] = {}
    _follow(body, names)
    return {**names, **hidden}


def _hidden(body: Sequence[ast.stmt]) -> dict[str, Binding]:
    """The names that a `:=` gives a value; where they are read, they are put out of reach."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for statement in body if not isinstance(statement, functions) for node in ast.walk(statement)]
    lines = {node.target.id: node.lineno for node in nodes if isinstance(node, ast.NamedExpr)}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in lines and isinstance(node.ctx, ast.Load):
            node.id = f"{node.id} :="
    return {name: Binding(Computed("is set by a `:=`", line), line) for name, line in lines.items()}


def _follow(body: Iterable[ast.stmt], names: dict[str, Binding]) -> bool:
    """Bring `names` up to date, statement by statement; whether the end of the body is ever reached."""
    for statement in body:
        if isinstance(statement, ast.Raise):
            return False
        step = _STEPS.get(type(statement).__name__)
        if step is not None and not step(statement, names):
            return False
    return True


def _assign(statement: ast.Assign | ast.AnnAssign, names: dict[str, Binding]) -> bool:
    if statement.value is None:
        return True
    value = fold(statement.value, names)
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    found = dict(pair for target in targets for pair in _pairs(target, statement.value, value, names))
    if found and not any(isinstance(binding.value, Computed) for binding in found.values()):
        names.update(found)
        return True
    _forget_mutated(statement, names)
    names.update(found)
    return _forget_mutated(statement, names)


def _pairs(
    target: ast.expr, node: ast.expr, value: object, names: _Known, depth: int = 0
) -> Iterator[tuple[str, Binding]]:
    """What one target of an assignment is given; `value` is the folded `node`."""
    if isinstance(target, ast.Name):
        yield target.id, Binding(value, target.lineno, node)
    elif isinstance(target, (ast.Tuple, ast.List)) and depth < DEEPEST:
        starred = any(isinstance(one, ast.Starred) for one in target.elts)
        for at, one in enumerate(target.elts):
            part: ast.expr = one.value if isinstance(one, ast.Starred) else one
            piece, folded = node, _piece(value, at, len(target.elts), node, starred)
            if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == len(target.elts) and not starred:
                piece = node.elts[at]
                folded = fold(piece, names)
            yield from _pairs(part, piece, folded, names, depth + 1)


def _piece(value: object, at: int, count: int, node: ast.expr, starred: bool) -> object:
    if isinstance(value, (tuple, list)) and len(value) == count and not starred:
        return value[at]
    return value if isinstance(value, Computed) else Computed("is unpacked from an expression", node.lineno)


def _forget_mutated(statement: ast.stmt, names: dict[str, Binding]) -> bool:
    """A list or set may be changed in place by any statement that mentions it, under each of its names."""
    mutable = [name for name, binding in names.items() if isinstance(binding.value, (list, set))]
    if mutable:
        mentioned = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        changed = [names[name].value for name in mutable if name in mentioned]
        for name in mutable:
            if any(names[name].value is value for value in changed):
                names[name] = Binding(Computed("is changed in place", statement.lineno), statement.lineno)
    return True


def _augment(statement: ast.AugAssign, names: dict[str, Binding]) -> bool:
    _forget_mutated(statement, names)
    if isinstance(statement.target, ast.Name):
        target = ast.copy_location(ast.Name(statement.target.id, ast.Load()), statement)
        sum_ = ast.copy_location(ast.BinOp(target, statement.op, statement.value), statement)
        names[statement.target.id] = Binding(fold(sum_, names), statement.lineno, sum_)
    return True


def _import(statement: ast.Import | ast.ImportFrom, names: dict[str, Binding]) -> bool:
    for alias in statement.names:
        name = alias.asname or alias.name.partition(".")[0]
        names[name] = Binding(Computed(f"comes from the imported name `{name}`", statement.lineno), statement.lineno)
    return True


def _define(statement: ast.FunctionDef | ast.ClassDef, names: dict[str, Binding]) -> bool:
    kind = "class" if isinstance(statement, ast.ClassDef) else "function"
    names[statement.name] = Binding(Computed(f"is a {kind}", statement.lineno), statement.lineno)
    return True


def _delete(statement: ast.Delete, names: dict[str, Binding]) -> bool:
    for target in statement.targets:
        if isinstance(target, ast.Name):
            names.pop(target.id, None)
    return True


def _if(statement: ast.If, names: dict[str, Binding]) -> bool:
    test = fold(statement.test, names)
    if not isinstance(test, Computed):
        return _follow(statement.body if test else statement.orelse, names)
    branches = ((statement.body, dict(names)), (statement.orelse, dict(names)))
    reached = [end for body, end in branches if _follow(body, end)]
    return _settle(names, reached, "an `if`", statement.lineno)


def _try(statement: ast.Try, names: dict[str, Binding]) -> bool:
    whole = dict(names)
    reached = [whole] if _follow([*statement.body, *statement.orelse], whole) else []
    interrupted = dict(names)
    _settle(interrupted, [whole, names], "a `try`", statement.lineno)
    for handler in statement.handlers:
        end = dict(interrupted)
        if handler.name:
            end.pop(handler.name, None)
        if _follow(handler.body, end):
            reached.append(end)
    settled = _settle(names, reached, "a `try`", statement.lineno)
    return _follow(statement.finalbody, names) and settled


def _settle(names: dict[str, Binding], ends: list[dict[str, Binding]], what: str, line: int) -> bool:
    """Keep in `names` what all `ends` agree on, make the rest Computed; whether there is any end at all."""
    unsettled = Binding(Computed(f"depends on {what}", line), line)
    agreed: dict[str, Binding] = {}
    for name in dict.fromkeys(name for end in ends for name in end):
        found = [end.get(name, unsettled) for end in ends]
        agreed[name] = found[0] if all(same(found[0].value, other.value) for other in found) else unsettled
    names.clear()
    names.update(agreed)
    return bool(ends)


def _with(statement: ast.With, names: dict[str, Binding]) -> bool:
    for item in statement.items:
        for node in ast.walk(item):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names[node.id] = Binding(Computed("is given by a `with`", node.lineno), node.lineno)
    return _follow(statement.body, names)


def _forget_bound(statement: ast.stmt, names: dict[str, Binding]) -> bool:
    """Loops and matches: whatever may be bound inside is unknown afterwards."""
    inside: dict[str, Binding] = {}
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            inside[node.id] = Binding(Computed("is set in a loop or a `match`", node.lineno), node.lineno)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            _import(node, inside)
    names.update(inside)
    return _forget_mutated(statement, names)


_STEPS: Mapping[str, Callable[[Any, dict[str, Binding]], bool]] = {
    "Assign": _assign,
    "AnnAssign": _assign,
    "AugAssign": _augment,
    "Import": _import,
    "ImportFrom": _import,
    "FunctionDef": _define,
    "AsyncFunctionDef": _define,
    "ClassDef": _define,
    "Delete": _delete,
    "If": _if,
    "Try": _try,
    "TryStar": _try,
    "With": _with,
    "For": _forget_bound,
    "While": _forget_bound,
    "Match": _forget_bound,
    "Expr": _forget_mutated,
}
