"""Follows the statements of a module to find the final binding of each name. It never runs code."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from git_alembic.revisions.static_evaluation.assignment_targets import (
    bind_target,
    bound_names,
    imported_names,
    stored_parts,
)
from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant
from git_alembic.revisions.static_evaluation.constant_expressions import (
    SQLALCHEMY_STAR,
    STAR,
    Binding,
    Bindings,
    evaluate,
)
from git_alembic.revisions.static_evaluation.import_time_effects import immediate_parts, is_main_guard
from git_alembic.revisions.static_evaluation.namespace import Changes, Namespace

_IDENTIFIERS = ("revision", "down_revision", "branch_labels", "depends_on")
_EXITS = frozenset({"exit", "quit", "sys.exit"})

# A step updates the names. It returns the statement if that always raises, or None if the next one is reached.


def find_bindings(body: Sequence[ast.stmt], source: bytes) -> dict[str, Binding] | NotConstant:
    """Return every name that a module leaves bound ("*" for unknown imports), or NotConstant if that is too complex.

    `source` are the bytes that the statements were parsed from.
    """
    scope = Namespace(body, source)
    if scope.effects.dynamic is not None:
        return scope.effects.dynamic
    stop = _follow(body, scope)
    return (
        scope.names
        if stop is None
        else NotConstant("is never assigned, because running the file always raises an exception", stop.lineno)
    )


def _follow(body: Iterable[ast.stmt], scope: Namespace) -> ast.stmt | None:
    for statement in body:
        stop = _STEPS.get(type(statement).__name__, _forget_bound)(statement, scope)
        if stop is not None:
            return stop
    return None


def _assign(statement: ast.Assign | ast.AnnAssign, scope: Namespace) -> None:
    annotation = [statement.annotation] if isinstance(statement, ast.AnnAssign) else []
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    if statement.value is not None:
        _assign_value(statement, targets, statement.value, scope)
    scope.escape_mentioned(annotation, statement.lineno)


def _assign_value(statement: ast.stmt, targets: Sequence[ast.expr], node: ast.expr, scope: Namespace) -> None:
    value = evaluate(node, scope.names)
    bindings = dict(pair for target in targets for pair in bind_target(target, node, value, scope.names))
    stored = [part for target in targets for part in stored_parts(target)]
    if stored or any(isinstance(binding.value, NotConstant) for binding in bindings.values()):
        scope.escape_mentioned([statement], statement.lineno)
    is_shared = targets[1:] and not all(isinstance(target, ast.Name) for target in targets)
    for name, binding in bindings.items():
        if is_shared and isinstance(binding.value, (list, set)):  # another target may contain it too
            scope.escape(binding.value, binding.line)
        scope.bind(name, binding)
    scope.escape_mentioned(stored, statement.lineno)


def _augment(statement: ast.AugAssign, scope: Namespace) -> None:
    scope.escape_mentioned([statement], statement.lineno)
    if isinstance(statement.target, ast.Name):
        target = ast.copy_location(ast.Name(statement.target.id, ast.Load()), statement)
        node = ast.copy_location(ast.BinOp(target, statement.op, statement.value), statement)
        scope.bind(statement.target.id, Binding(evaluate(node, scope.names), statement.lineno, node))


def _import(statement: ast.Import | ast.ImportFrom, scope: Namespace) -> None:
    for name in imported_names(statement):
        if not _bind_star_import(name, statement.lineno, scope):
            value = NotConstant(f"comes from the imported name `{name}`", statement.lineno, is_imported=True)
            scope.bind(name, Binding(value, statement.lineno))


def _bind_star_import(name: str, line: int, scope: Namespace) -> bool:
    """Apply an `import *`. Return False for any other name."""
    if name in (STAR, SQLALCHEMY_STAR):
        scope.import_star(line, _IDENTIFIERS if name == SQLALCHEMY_STAR else ())
        return True
    return False


def _define_function(statement: ast.FunctionDef | ast.AsyncFunctionDef, scope: Namespace) -> None:
    scope.escape_mentioned(immediate_parts(statement), statement.lineno)
    scope.bind_unknown(statement.name, "is a function", statement.lineno)


def _define_class(statement: ast.ClassDef, scope: Namespace) -> None:
    scope.escape_mentioned([statement], statement.lineno)
    scope.bind_unknown(statement.name, "is a class", statement.lineno)


def _delete(statement: ast.Delete, scope: Namespace) -> None:
    for target in statement.targets:
        scope.escape_mentioned(stored_parts(target), statement.lineno)
        for name, _ in bound_names([target]):
            scope.unbind(name)


def _if(statement: ast.If, scope: Namespace) -> ast.stmt | None:
    if is_main_guard(statement.test) and "__name__" not in scope.names:
        return _follow(statement.orelse, scope)
    scope.escape_mentioned([statement.test], statement.lineno)
    test = evaluate(statement.test, scope.names)
    if not isinstance(test, NotConstant):
        return _follow(statement.body if test else statement.orelse, scope)
    ends: list[Changes] = []
    for body in (statement.body, statement.orelse):
        with scope.branch() as changes:
            if _follow(body, scope) is None:
                ends.append(changes())
    scope.join(ends, "an `if`", statement.lineno)
    return None if ends else statement


def _try(statement: ast.Try, scope: Namespace) -> ast.stmt | None:
    ends: list[Changes] = []
    with scope.branch() as changes:
        stop = _follow(statement.body, scope)
        in_body = changes()
        if stop is None and _follow(statement.orelse, scope) is None:
            ends.append(changes())
    for handler in statement.handlers:
        with scope.branch() as changes:
            for name in in_body:
                scope.bind_unknown(name, "depends on a `try`", statement.lineno)
            if _handle(handler, scope) is None:
                ends.append(changes())
    scope.join(ends, "a `try`", statement.lineno)
    return _follow(statement.finalbody, scope) or (None if ends else statement)


def _handle(handler: ast.ExceptHandler, scope: Namespace) -> ast.stmt | None:
    if handler.type is not None:
        scope.escape_mentioned([handler.type], handler.lineno)
    if handler.name is None:
        return _follow(handler.body, scope)
    scope.bind_unknown(handler.name, "is an exception", handler.lineno)
    stop = _follow(handler.body, scope)
    scope.unbind(handler.name)
    return stop


def _with(statement: ast.With, scope: Namespace) -> None:
    """Follow a `with`. The context manager may suppress an exception, so any part of the body may have run."""
    for item in statement.items:
        scope.escape_mentioned([item], statement.lineno)
        for name, line in bound_names([item]):
            scope.bind_unknown(name, "is bound by a `with` statement", line)
    if all(_cannot_raise(part, scope.names) for part in statement.body):
        _follow(statement.body, scope)
        return
    with scope.branch() as changes:
        _follow(statement.body, scope)
        in_body = changes()
    for name in in_body:
        scope.bind_unknown(name, "depends on a `with`", statement.lineno)


def _cannot_raise(statement: ast.stmt, names: Bindings) -> bool:
    if not isinstance(statement, ast.Assign):
        return isinstance(statement, ast.Pass)
    binds_names = all(isinstance(target, ast.Name) for target in statement.targets)
    return binds_names and not isinstance(evaluate(statement.value, names), NotConstant)


def _forget_bound(statement: ast.stmt, scope: Namespace) -> None:
    """Mark every name that a loop or another compound statement may bind as unknown."""
    scope.escape_mentioned([statement], statement.lineno)
    for name, line in bound_names([statement]):
        if not _bind_star_import(name, line, scope):
            scope.bind_unknown(name, "is set in a loop or a `match`", line)


def _evaluate_only(statement: ast.Expr, scope: Namespace) -> ast.stmt | None:
    scope.escape_mentioned([statement], statement.lineno)
    if not isinstance(statement.value, ast.Call):
        return None
    function = statement.value.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return statement if f"{function.value.id}.{function.attr}" in _EXITS else None
    exits = isinstance(function, ast.Name) and function.id in _EXITS and function.id not in scope.names
    return statement if exits else None


def _assert(statement: ast.Assert, scope: Namespace) -> ast.stmt | None:
    scope.escape_mentioned([statement], statement.lineno)
    test = evaluate(statement.test, scope.names)
    return None if isinstance(test, NotConstant) or test else statement


def _raise(statement: ast.Raise, _: Namespace) -> ast.stmt:
    return statement


_STEPS: Mapping[str, Callable[[Any, Namespace], ast.stmt | None]] = {
    "Assign": _assign,
    "AnnAssign": _assign,
    "AugAssign": _augment,
    "Import": _import,
    "ImportFrom": _import,
    "FunctionDef": _define_function,
    "AsyncFunctionDef": _define_function,
    "ClassDef": _define_class,
    "Delete": _delete,
    "If": _if,
    "Try": _try,
    "TryStar": _try,
    "With": _with,
    "Expr": _evaluate_only,
    "Assert": _assert,
    "Raise": _raise,
}
