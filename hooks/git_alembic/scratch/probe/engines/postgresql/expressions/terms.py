"""An expression whose types are known: what the server keeps of a default or a check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import UNKNOWN
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_values import normalize_literal


@dataclass(frozen=True)
class Term:
    """A node: its kind, the type of its value (None where it is not known), its parts, and what else the kind needs."""

    kind: str
    type: Type | None
    parts: tuple[Term, ...] = ()
    value: Any = None
    implicit: bool = False

    def is_unknown_literal(self) -> bool:
        """A literal that takes whatever type is wanted of it."""
        return self.kind == "constant" and self.type == UNKNOWN


def cast(term: Term, target: Type | None, implicit: bool = True) -> Term:
    """The term as a value of the type that is wanted."""
    if target is None:
        return term
    bare = replace(target, modifiers=())
    if term.is_unknown_literal():
        value = None if term.value is None else normalize_literal(str(term.value), bare)
        return _sized(replace(term, type=bare, value=value), target, implicit)
    if term.kind == "collate":
        return replace(term, type=bare, parts=(cast(term.parts[0], target, implicit),))
    if term.type is not None and replace(term.type, modifiers=()) == bare:
        return _sized(term, target, implicit)
    return Term("cast", target, (term,), implicit=implicit)


def _sized(term: Term, target: Type, implicit: bool) -> Term:
    if not target.modifiers or term.type == target:
        return term
    return Term("cast", target, (term,), implicit=implicit)
