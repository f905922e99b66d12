"""The names that statements and targets of assignments bind."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant
from git_alembic.revisions.static_evaluation.constant_expressions import (
    DEEPEST,
    SQLALCHEMY_STAR,
    STAR,
    Binding,
    Bindings,
    evaluate,
)


def stored_parts(target: ast.expr) -> list[ast.expr]:
    """Return the parts of a target that are no variables, for example `x[0]` and `x.y`."""
    if isinstance(target, ast.Name):
        return []
    if isinstance(target, (ast.Tuple, ast.List)):
        return [part for element in target.elts for part in stored_parts(element)]
    return stored_parts(target.value) if isinstance(target, ast.Starred) else [target]


def bind_target(
    target: ast.expr, node: ast.expr, value: object, names: Bindings, depth: int = 0
) -> Iterator[tuple[str, Binding]]:
    """Yield what one target of an assignment is bound to. `value` is the value of `node`."""
    if isinstance(target, ast.Name):
        yield target.id, Binding(value, target.lineno, node)
    elif isinstance(target, ast.Starred):
        yield from bind_target(target.value, node, _unpack(node), names, depth)
    elif isinstance(target, (ast.Tuple, ast.List)):
        vague = depth > DEEPEST or any(isinstance(part, ast.Starred) for part in target.elts)
        nodes = node.elts if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == len(target.elts) else None
        for position, part in enumerate(target.elts):
            if vague:
                piece, element = node, value if isinstance(value, NotConstant) else _unpack(node)
            elif nodes is not None:
                piece, element = nodes[position], evaluate(nodes[position], names)
            else:
                piece, element = node, _element(value, position, len(target.elts), node)
            yield from bind_target(part, piece, element, names, depth + 1)


def _unpack(node: ast.expr) -> object:
    return NotConstant("is unpacked from an expression", node.lineno)


def _element(value: object, position: int, count: int, node: ast.expr) -> object:
    if type(value) in (tuple, list) and isinstance(value, (tuple, list)) and len(value) == count:
        return value[position]
    return value if isinstance(value, NotConstant) else _unpack(node)


def imported_names(statement: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the names that an import binds: "*" for an `import *`, SQLALCHEMY_STAR for one from SQLAlchemy."""
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        package = (statement.module or "").partition(".")[0]
        if package == "sqlalchemy" and any(alias.name == STAR for alias in statement.names):
            return [SQLALCHEMY_STAR]
    return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]


def bound_names(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Yield (name, line) of what code may bind or delete in its own scope. Imports are named as in `imported_names`."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node.lineno
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((name, node.lineno) for name in imported_names(node))
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                yield node.id, node.lineno
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            if isinstance(node, (ast.ExceptHandler, ast.pattern)):
                names = (getattr(node, field, None) for field in ("name", "rest"))
                yield from ((name, node.lineno) for name in names if name)
            waiting += ast.iter_child_nodes(node)
