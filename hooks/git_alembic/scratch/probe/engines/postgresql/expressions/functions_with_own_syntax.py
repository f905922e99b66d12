"""Functions with their own syntax: EXTRACT, AT TIME ZONE, SUBSTRING, TRIM, POSITION, OVERLAY."""

from __future__ import annotations

from typing import Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term

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
