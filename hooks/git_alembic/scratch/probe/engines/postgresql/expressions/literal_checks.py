"""Finds literals that their type does not allow, or does not allow yet."""

from __future__ import annotations

import re

from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term

_INTEGERS = ("int2", "int4", "int8")


def check_term(term: Term, scope: Scope) -> None:
    """Raise for a literal that its type does not allow."""
    for part in term.parts:
        check_term(part, scope)
    kind = term.type
    if term.kind != "constant" or term.value is None or kind is None or kind.dimensions:
        return
    enum = scope.catalog.enums.get(kind.name)
    if enum and term.value not in enum.labels:
        raise ServerError(f'invalid input value for enum {enum.name.name}: "{term.value}"', "22P02")
    if enum and (enum.name, term.value) in scope.new_labels:
        raise unsafe_label_error(term.value, enum.name.name)
    if kind.name.schema is None and kind.name.name in _INTEGERS and not re.fullmatch(r"-?\d+", str(term.value)):
        raise ServerError(f'invalid input syntax for type {format_type(kind)}: "{term.value}"', "22P02")


def unsafe_label_error(label: str, name: str) -> ServerError:
    """Return the error for an enum label that is too new."""
    return ServerError(f'unsafe use of new value "{label}" of enum type {name}', "55P04")
