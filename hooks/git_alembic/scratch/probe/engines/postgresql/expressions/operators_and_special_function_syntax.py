"""Operators (also IN and BETWEEN), and functions with their own syntax (EXTRACT, AT TIME ZONE, TRIM, POSITION).

Their operands and arguments have known types.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Mapping, NamedTuple, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Type
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import BOOL, Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term, cast

# By name and number of arguments: the order of the arguments, and the words between them.
_WORDS: Mapping[tuple[str, int], tuple[Sequence[int], Sequence[str]]] = {
    ("timezone", 2): ((1, 0), ("(", " AT TIME ZONE ", ")")),
    ("substring", 2): ((0, 1), ("SUBSTRING(", " FROM ", ")")),
    ("substring", 3): ((0, 1, 2), ("SUBSTRING(", " FROM ", " FOR ", ")")),
    ("position", 2): ((1, 0), ("POSITION((", ") IN (", "))")),
    ("overlay", 3): ((0, 1, 2), ("OVERLAY(", " PLACING ", " FROM ", ")")),
    ("overlay", 4): ((0, 1, 2, 3), ("OVERLAY(", " PLACING ", " FROM ", " FOR ", ")")),
    ("btrim", 1): ((0,), ("TRIM(BOTH FROM ", ")")),
    ("btrim", 2): ((1, 0), ("TRIM(BOTH ", " FROM ", ")")),
    ("ltrim", 1): ((0,), ("TRIM(LEADING FROM ", ")")),
    ("ltrim", 2): ((1, 0), ("TRIM(LEADING ", " FROM ", ")")),
    ("rtrim", 1): ((0,), ("TRIM(TRAILING FROM ", ")")),
    ("rtrim", 2): ((1, 0), ("TRIM(TRAILING ", " FROM ", ")")),
    ("overlaps", 4): ((0, 1, 2, 3), ("((", ", ", ") OVERLAPS (", ", ", "))")),
    ("is_normalized", 1): ((0,), ("((", ") IS NORMALIZED)")),
    ("normalize", 1): ((0,), ("NORMALIZE(", ")")),
}


class OperatorCall(NamedTuple):
    """An A_Expr: its kind, the name of its operator, and its operands. The operands of a list come last."""

    kind: str
    operator: str
    operands: Sequence[Term]


def apply_operator(operation: OperatorCall, scope: Scope) -> Term:
    return scope.operate(operation.operator, operation.operands)


def _between(operation: OperatorCall, scope: Scope) -> Term:
    left, low, high = operation.operands
    if "NOT" in operation.kind:
        return Term("boolean", BOOL, (scope.operate("<", [left, low]), scope.operate(">", [left, high])), "OR")
    return Term("boolean", BOOL, (scope.operate(">=", [left, low]), scope.operate("<=", [left, high])), "AND")


def _in(operation: OperatorCall, scope: Scope) -> Term:
    operator, (left, *items) = operation.operator, operation.operands
    fixed = [item for item in items if not _has_column(item)]
    if len(fixed) < 2:
        comparisons = tuple(scope.operate(operator, [left, item]) for item in items)
        return (
            comparisons[0]
            if len(comparisons) == 1
            else Term("boolean", BOOL, comparisons, "OR" if operator == "=" else "AND")
        )
    target = scope.common([left, *fixed])
    element = replace(target, modifiers=()) if target else None
    elements = tuple(_element(item, element) for item in fixed)
    array = Term("array", replace(element, dimensions=1) if element else None, elements)
    whole = _compare_array(operator, "ANY" if operator == "=" else "ALL", left, array, scope)
    others = [scope.operate(operator, [left, item]) for item in items if _has_column(item)]
    return Term("boolean", BOOL, (whole, *others), "OR" if operator == "=" else "AND") if others else whole


def _element(term: Term, target: Type | None) -> Term:
    return term if term.type == target or target is None else cast(term, target)


def _has_column(term: Term) -> bool:
    return term.kind == "column" or any(_has_column(part) for part in term.parts)


def _quantify(operation: OperatorCall, scope: Scope) -> Term:
    left, right = operation.operands
    quantifier = "ANY" if operation.kind == "AEXPR_OP_ANY" else "ALL"
    if right.is_unknown_literal() and left.type:
        right = cast(right, replace(left.type, dimensions=1, modifiers=()))
    return _compare_array(operation.operator, quantifier, left, right, scope)


def _compare_array(operator: str, quantifier: str, left: Term, array: Term, scope: Scope) -> Term:
    """Compare with one element first, then cast the array to the type that the comparison needs."""
    element = replace(array.type, dimensions=0) if array.type else None
    comparisons = scope.operate(operator, [left, Term("column", element, value="")])
    fitted_left, fitted_right = comparisons.parts
    if fitted_right.kind == "cast" and fitted_right.type:
        array = cast(array, replace(fitted_right.type, dimensions=1))
    return Term("array_comparison", BOOL, (fitted_left, array), (operator, quantifier))


def _distinct(operation: OperatorCall, scope: Scope) -> Term:
    comparisons = scope.operate("=", operation.operands)
    whole = Term("suffixed", BOOL, comparisons.parts, "IS DISTINCT FROM")
    return whole if operation.kind == "AEXPR_DISTINCT" else Term("boolean", BOOL, (whole,), "NOT")


def _nullif(operation: OperatorCall, scope: Scope) -> Term:
    comparisons = scope.operate("=", operation.operands)
    return Term("called", comparisons.parts[0].type, comparisons.parts, "NULLIF")


OPERATIONS: Mapping[str, Callable[[OperatorCall, Scope], Term]] = {
    "AEXPR_OP": apply_operator, "AEXPR_LIKE": apply_operator, "AEXPR_ILIKE": apply_operator,
    "AEXPR_SIMILAR": apply_operator, "AEXPR_BETWEEN": _between, "AEXPR_NOT_BETWEEN": _between, "AEXPR_IN": _in,
    "AEXPR_OP_ANY": _quantify, "AEXPR_OP_ALL": _quantify, "AEXPR_DISTINCT": _distinct,
    "AEXPR_NOT_DISTINCT": _distinct, "AEXPR_NULLIF": _nullif, "AEXPR_BETWEEN_SYM": _between,
    "AEXPR_NOT_BETWEEN_SYM": _between,
}  # fmt: skip


def call_in_sql_syntax(name: str, terms: Sequence[Term], scope: Scope) -> Term:
    """Return the call with its arguments cast."""
    result, fitted = scope.call(name, terms)
    if name == "extract" and len(fitted) == 2:
        return Term("syntax", result, (fitted[1],), (f"EXTRACT({terms[0].value} FROM ", ")"))
    syntax = _WORDS.get((name, len(fitted)))
    if syntax is None:
        return Term("function", result, fitted, (None, name))
    order, words = syntax
    return Term("syntax", result, tuple(fitted[position] for position in order), tuple(words))
