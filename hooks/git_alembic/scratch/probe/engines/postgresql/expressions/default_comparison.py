"""Alembic's comparison of defaults, `SELECT default_1 = default_2`."""

from __future__ import annotations

from typing import Any

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import builtin_type, format_type
from git_alembic.scratch.probe.engines.postgresql.errors import UndefinedFunction
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_values import interval_length
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.stored_expressions import check_term
from git_alembic.scratch.probe.engines.postgresql.expressions.syntax_to_typed_expression import analyze
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression_text import deparse
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Statement, strings

_VOLATILE = frozenset(
    ("random", "gen_random_uuid", "uuid_generate_v4", "uuid_generate_v1", "clock_timestamp", "nextval")
)
_INCOMPARABLE = (builtin_type("json"), builtin_type("xml"), builtin_type("point"))


def find_comparison(statement: Statement) -> Node | None:
    """Return the expression of a statement that only compares two values."""
    fields = statement.fields
    targets = fields.get("targetList", ())
    if len(targets) != 1 or "fromClause" in fields or "whereClause" in fields:
        return None
    value = targets[0]["ResTarget"]["val"].get("A_Expr", {})
    is_equality = value.get("kind") == "AEXPR_OP" and strings(value["name"]) == ["="] and "lexpr" in value
    return {"A_Expr": value} if is_equality else None


def compare_values(node: Node, scope: Scope) -> tuple[Any, str]:
    """Return whether the values are equal (None if their texts don't show it), and the text of the comparison."""
    term = analyze(node, scope)
    if term.kind != "operator":
        raise NotReplayed("a comparison of rows")
    check_term(term, scope)
    left, right = term.parts
    if left.type in _INCOMPARABLE:
        names = " = ".join(format_type(item.type) if item.type else "unknown" for item in _as_written(node, scope))
        raise UndefinedFunction(f"operator does not exist: {names}")
    if left.type == right.type == builtin_type("interval") and left.kind == right.kind == "constant":
        return interval_length(left.value) == interval_length(right.value), ""
    texts = [deparse(item) for item in (left, right)]
    return (True if texts[0] == texts[1] and not _is_volatile(left) else None), deparse(term)


def _as_written(node: Node, scope: Scope) -> list[Term]:
    return [analyze(node["A_Expr"][side], scope) for side in ("lexpr", "rexpr")]


def _is_volatile(term: Term) -> bool:
    called = term.kind == "function" and term.value[1] in _VOLATILE
    return called or any(_is_volatile(part) for part in term.parts)
