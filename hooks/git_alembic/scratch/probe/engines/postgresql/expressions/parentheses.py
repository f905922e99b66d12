"""Decides which terms need parentheses, like the server's isSimpleNode."""

from typing import Callable

from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term

_SIMPLE = frozenset(("constant", "column", "function", "array", "called", "verbatim", "case", "syntax", "subscript"))
_ENCLOSING = frozenset(("subscript", "array", "called", "case", "function"))
CallsFunction = Callable[[Term], bool]


def is_simple(term: Term, parent: Term, calls_function: CallsFunction) -> bool:
    """True if a term needs no parentheses in its parent. `calls_function` finds casts that call a function."""
    if term.kind in _SIMPLE:
        return True
    if term.kind == "cast":
        return calls_function(term) or is_simple(term.parts[0], term, calls_function)
    if term.kind == "field":
        return parent.kind != "field"
    if term.kind == "operator" and parent.kind == "operator":
        return _binds_tighter(term, parent)
    if term.kind in ("operator", "suffixed"):
        return parent.kind == "boolean" or parent.kind in _ENCLOSING
    if term.kind == "boolean":
        if parent.kind == "boolean":
            return bool(parent.value == "OR" or (term.value != "OR" and parent.value == "AND"))
        return parent.kind in _ENCLOSING
    return False


def _binds_tighter(term: Term, parent: Term) -> bool:
    if len(term.parts) != 2 or len(parent.parts) != 2:
        return False
    low, high = term.value in ("+", "-"), term.value in ("*", "/", "%")
    low_parent, high_parent = parent.value in ("+", "-"), parent.value in ("*", "/", "%")
    if not (low or high) or not (low_parent or high_parent):
        return False
    if high and low_parent:
        return True
    return not (low and high_parent) and term is parent.parts[0]
