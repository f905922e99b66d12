"""Terms: expressions with known types, and which of them need parentheses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import UNKNOWN
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_values import normalize_literal

_SIMPLE = frozenset(("constant", "column", "function", "array", "called", "verbatim", "case", "syntax", "subscript"))
_ENCLOSING = frozenset(("subscript", "array", "called", "case", "function"))


@dataclass(frozen=True)
class Term:
    """A node: its kind, its type (None if unknown), its parts, and a value that depends on the kind."""

    kind: str
    type: Type | None
    parts: tuple[Term, ...] = ()
    value: Any = None
    implicit: bool = False

    def is_unknown_literal(self) -> bool:
        """True for a literal whose type is still open."""
        return self.kind == "constant" and self.type == UNKNOWN


def cast(term: Term, target: Type | None, implicit: bool = True) -> Term:
    """Return the term cast to a type."""
    if target is None:
        return term
    bare = replace(target, modifiers=())
    if term.is_unknown_literal():
        value = None if term.value is None else normalize_literal(str(term.value), bare)
        return _cast_length(replace(term, type=bare, value=value), target, implicit)
    if term.kind == "collate":
        return replace(term, type=bare, parts=(cast(term.parts[0], target, implicit),))
    if term.type is not None and replace(term.type, modifiers=()) == bare:
        return _cast_length(term, target, implicit)
    return Term("cast", target, (term,), implicit=implicit)


def _cast_length(term: Term, target: Type, implicit: bool) -> Term:
    if not target.modifiers or term.type == target:
        return term
    return Term("cast", target, (term,), implicit=implicit)


CallsFunction = Callable[[Term], bool]


def is_simple(term: Term, parent: Term, calls_function: CallsFunction) -> bool:
    """Answer like the server's isSimpleNode: true if a term needs no parentheses in its parent.

    `calls_function` finds casts that call a function.
    """
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
