"""Finds hidden effects: what code that runs at import can do to a module's names apart from its plain statements.

Functions and lambdas may run at import if such code names them, if they are decorated, or if they are methods.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant
from git_alembic.revisions.static_evaluation.constant_expressions import Binding

# A file without these words hides nothing. The same identifier can be written in other letters and encodings.
_SUSPICIOUS = (
    rb"\b(?:global|exec|eval|execfile|globals|locals|vars|builtins|__\w+__|f_globals|f_locals|_getframe"
    rb"|currentframe|exec_module)\b|:=|coding[=:](?![ \t]*(?:utf-?8|ascii)\b)|[^\x00-\x7f]"
)
_DYNAMIC_CODE = frozenset({"exec", "eval", "execfile", "globals", "locals", "vars", "builtins"})
_NAMESPACES = frozenset(
    {
        "__builtins__", "__loader__", "__spec__", "__dict__", "__globals__", "f_globals", "f_locals", "_getframe",
        "currentframe", "exec_module",
    }
)  # fmt: skip
_LOCAL = frozenset({"locals", "vars"})  # inside a function, these return its own names
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


class Effects(NamedTuple):
    """The hidden bindings, the names in functions that may run at import, and code that can change any name."""

    hidden: dict[str, Binding]
    shared: frozenset[str]
    dynamic: NotConstant | None


def is_suspicious(data: bytes) -> bool:
    """False only if a module with these bytes hides no binding."""
    return re.search(_SUSPICIOUS, data) is not None


def is_main_guard(test: ast.expr) -> bool:
    """True for `__name__ == "__main__"`, which is always false in a file that Alembic loads."""
    match test:
        case ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]):
            return True
        case ast.Compare(ast.Constant("__main__"), [ast.Eq()], [ast.Name("__name__")]):
            return True
    return False


def find_effects(body: Sequence[ast.stmt]) -> Effects:
    """Return the effects of a module's statements, in linear time."""
    nodes = (node for statement in body for node in ast.walk(statement))
    renamed = any(isinstance(node, ast.Name) and node.id == "__name__" and _is_stored(node) for node in nodes)
    search = _EffectSearch(guards_hold=not renamed)
    search.run(body)
    return Effects(search.hidden, frozenset(search.shared), search.dynamic)


class _EffectSearch:
    """Walks the code that may run at import. Each waiting node has a flag that says whether it is inside a function."""

    def __init__(self, *, guards_hold: bool) -> None:
        self._guards_hold = guards_hold
        self.hidden: dict[str, Binding] = {}
        self.shared: set[str] = set()
        self.dynamic: NotConstant | None = None
        self._mentioned: set[str] = set()
        self._idle: dict[str, list[ast.stmt]] = {}  # bodies of functions that no code has named yet
        self._waiting: list[tuple[ast.AST, bool]] = []

    def run(self, body: Sequence[ast.stmt]) -> None:
        self._add(body, inside=False)
        while self._waiting:
            node, inside = self._waiting.pop()
            self._visit(node, inside=inside)

    def _add(self, nodes: Iterable[ast.AST], *, inside: bool) -> None:
        self._waiting += [(node, inside) for node in nodes]

    def _visit(self, node: ast.AST, *, inside: bool) -> None:
        if isinstance(node, _Function):
            self._visit_function(node, inside=inside)
        elif isinstance(node, ast.ClassDef):
            self._visit_class(node, inside=inside)
        elif isinstance(node, ast.If) and self._guards_hold and is_main_guard(node.test):
            self._add(node.orelse, inside=inside)
        else:
            self._inspect(node, inside=inside)
            inside = inside or isinstance(node, (ast.Lambda, ast.GeneratorExp))
            self._add(ast.iter_child_nodes(node), inside=inside)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, *, inside: bool) -> None:
        self._add(immediate_parts(node), inside=inside)
        if inside or node.decorator_list or node.name in self._mentioned or node.name == "__getattr__":
            self._add(node.body, inside=True)
        else:
            self._idle.setdefault(node.name, []).extend(node.body)

    def _visit_class(self, node: ast.ClassDef, *, inside: bool) -> None:
        self._add([*node.decorator_list, *node.bases, *node.keywords], inside=inside)
        self._add(node.body, inside=True)

    def _inspect(self, node: ast.AST, *, inside: bool) -> None:
        if isinstance(node, ast.Name):
            self._mention(node.id, inside=inside)
            self._find_dynamic(node, node.id, inside=inside)
        elif isinstance(node, ast.Attribute):
            self._find_dynamic(node, node.attr, inside=inside)
        elif isinstance(node, ast.NamedExpr):
            self._hide(node.target.id, "is set by a `:=`", node.lineno)
        elif isinstance(node, (ast.Call, ast.ImportFrom)):
            for name in _named_by(node):
                self._find_dynamic(node, name, inside=False)
        elif isinstance(node, ast.Global):
            for name in node.names:
                self._hide(name, "is set by a `global` statement", node.lineno)

    def _mention(self, name: str, *, inside: bool) -> None:
        self._mentioned.add(name)
        if inside:
            self.shared.add(name)
        if name in self._idle:
            self._add(self._idle.pop(name), inside=True)

    def _find_dynamic(self, node: ast.expr | ast.stmt, name: str, *, inside: bool) -> None:
        if name in _NAMESPACES or (name in _DYNAMIC_CODE and not (inside and name in _LOCAL)):
            self.dynamic = NotConstant(f"can be changed by `{name}`", node.lineno)

    def _hide(self, name: str, why: str, line: int) -> None:
        self.hidden[name] = Binding(NotConstant(why, line), line)


def _is_stored(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _named_by(node: ast.Call | ast.ImportFrom) -> Iterator[str]:
    """Yield the names that an import or a call contains as text, for example `getattr(f, "__globals__")`."""
    if isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names)
        return
    for argument in node.args[1:2]:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def immediate_parts(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Yield the parts of a function definition that Python evaluates with the definition."""
    yield from node.decorator_list
    yield node.args
    if node.returns is not None:
        yield node.returns
