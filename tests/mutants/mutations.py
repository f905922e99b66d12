"""Lists the mutants of a module: cosmic-ray's changes, without those that have no effect or no meaning."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any, NamedTuple

PACKAGES = "hooks/git_alembic/"
Span = tuple[tuple[int, int], tuple[int, int]]

# `==` and `is` agree on small numbers, on names, and on objects without an order that equal only themselves.
NOT_MUTATED = re.compile(r"core/ReplaceComparisonOperator_((?!Is)\w+_(Is|IsNot)|Is_(?!IsNot)\w+|IsNot_(?!Is$)\w+)$")
# Constants that are strings.
WORDS = frozenset({"INDEX", "NOTHING", "SETTINGS", "SQLALCHEMY_STAR", "STAR", "_HEADS_FILE"})
ORDERING = re.compile(r"core/ReplaceComparisonOperator_(Eq|NotEq)_(Lt|LtE|Gt|GtE)$")


class Mutant(NamedTuple):
    module: str  # its path in the repository
    source: str  # with one change
    key: str


def list_mutants(root: Path, module: str) -> Iterator[Mutant]:
    """Yield every change of one operator or number that can have an effect."""
    from cosmic_ray.ast import get_ast
    from cosmic_ray.commands.init import _all_work_items  # the work items of `cosmic-ray init`, without its database
    from cosmic_ray.mutating import MutationVisitor
    from cosmic_ray.plugins import get_operator

    source = (root / module).read_text(encoding="utf-8")
    tree = ast.parse(source)
    parsed = pickle.dumps(get_ast(source))  # loading is faster than parsing again
    unused, words = list(spans_without_effect(tree)), list(spans_between_words(tree))
    for item in _all_work_items([root / module], {}):
        (mutation,) = item.mutations
        span = mutation.start_pos, mutation.end_pos
        name = mutation.operator_name
        if NOT_MUTATED.match(name) or _is_in(span, unused) or (ORDERING.match(name) and _is_in(span, words)):
            continue
        tree_of_tokens = pickle.loads(parsed)  # noqa: S301 - the dump is from above
        mutated = MutationVisitor(mutation.occurrence, get_operator(name)()).walk(tree_of_tokens).get_code()
        if _is_python(mutated):
            yield Mutant(module, mutated, mutant_key(module, source, mutated))


def spans_without_effect(tree: ast.Module) -> Iterator[Span]:
    """Yield code without an effect at run time: annotations, imports for type checkers, and the `strict` of a `zip`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments) and node.kwonlyargs and node.args and not node.vararg:
            last, first = node.args[-1], node.kwonlyargs[0]  # callers pass the arguments after the `*` by name
            yield (last.end_lineno or 0, last.end_col_offset or 0), (first.lineno, first.col_offset)
        if isinstance(node, ast.keyword) and node.arg == "strict":
            yield (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
        typed = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for name in ("test",) if typed else ("annotation", "returns"):
            place: Any = getattr(node, name, None)
            if place is not None:
                yield (place.lineno, place.col_offset), (place.end_lineno, place.end_col_offset)


def spans_between_words(tree: ast.Module) -> Iterator[Span]:
    """Yield operators before a string or its name. Words are only compared for equality; their order means nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for left, right in zip([node.left, *node.comparators], node.comparators, strict=False):
                literal = isinstance(right, ast.Constant) and isinstance(right.value, str)
                if literal or (isinstance(right, ast.Name) and right.id in WORDS):
                    yield (left.end_lineno or 0, left.end_col_offset or 0), (right.lineno, right.col_offset)


def module_name(path: str) -> str:
    """Return the name that imports a module: "git_alembic.policy.severity_policy"."""
    return path.removeprefix("hooks/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _is_python(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _is_in(span: Span, spans: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def mutant_key(module: str, before: str, after: str) -> str:
    """Return the key of a mutant, with its module and line: "rules/x.py: old => new"."""
    lines = [line for line in unified_diff(before.splitlines(), after.splitlines(), n=0) if line[:3] not in MARKS]
    old = next((line[1:].strip() for line in lines if line.startswith("-")), "")
    new = next((line[1:].strip() for line in lines if line.startswith("+")), "")
    return f"{module.removeprefix(PACKAGES)}: {old} => {new}"


MARKS = ("---", "+++", "@@ ")


def read_allowed(text: str) -> dict[str, str]:
    """Map each mutant to its reason: a line with the mutant, then indented lines with the reason."""
    found: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if line.startswith("    ") and key:
            found[key] = f"{found[key]} {line.strip()}".strip()
        elif line and not line.startswith("#"):
            key = line
            found[key] = ""
    return found
