"""What a module's names stand for at its end, worked out from its syntax tree; nothing is ever run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from git_alembic.revisions.constants import DEEPEST, Binding, Computed, Known, fold, same


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
    target: ast.expr, node: ast.expr, value: object, names: Known, depth: int = 0
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
