"""Terms: expressions with known types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import UNKNOWN
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_values import normalize_literal


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
