"""Turns parsed expressions of defaults, checks and indexes into the server's text.

A literal that its type does not allow, or does not allow yet, is an error.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Callable, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError, unsafe_label_error
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.signatures import Signatures
from git_alembic.scratch.probe.engines.postgresql.expressions.syntax_to_typed_expression import analyze, coerce
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression_text import deparse
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Parser, transform

_LIKE_FUNCTIONS = ("function", "called", "syntax")
_INTEGERS = ("int2", "int4", "int8")


class Expressions:
    """The parser, and the known functions and operators."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.signatures = Signatures()

    def scope(self, catalog: Catalog, columns: Mapping[str, Type] | None = None) -> Scope:
        return Scope(catalog, self.signatures, columns or {})

    def default(self, node: Node, target: Type, scope: Scope) -> str | None:
        """Return the text of a default, or None for NULL, which is no default."""
        term = coerce(analyze(node, scope), target, scope)
        check_term(term, scope)
        return None if term.kind == "constant" and term.value is None else deparse(term)

    def text(self, node: Node, scope: Scope) -> str:
        """Return the text of an expression with all schemas."""
        term = analyze(node, scope)
        check_term(term, scope)
        return deparse(term)

    def rewritten(self, text: str, change: Callable[[Node], Node], scope: Scope) -> str:
        """Return a canonical text with changed nodes."""
        return deparse(analyze(transform(self.parser.expression(text), change), replace(scope, is_canonical=True)))

    def text_in_search_path(self, text: str | None, path: Sequence[str], scope: Scope) -> str | None:
        """Return a canonical text without the schemas of the search path."""
        if text is None or not any(schema + "." in text or schema + '".' in text for schema in path):
            return text
        return deparse(analyze(self.parser.expression(text), replace(scope, is_canonical=True)), path)

    def index_text(self, text: str, path: Sequence[str], scope: Scope) -> str:
        """Return a canonical text like pg_get_indexdef: in parentheses, except for functions."""
        term = analyze(self.parser.expression(text), replace(scope, is_canonical=True))
        pretty = self.pretty(text, path, scope)
        return pretty if term.kind in _LIKE_FUNCTIONS or pretty.startswith("CURRENT_") else f"({pretty})"

    def pretty(self, text: str, path: Sequence[str], scope: Scope) -> str:
        """Return a canonical text like pg_get_constraintdef with pretty printing."""

        def calls_function(term: Term) -> bool:
            source, target = scope.key(term.parts[0].type), scope.key(term.type)
            return source == target or self.signatures.casts.get((source, target), "")[1:] == "f"

        return deparse(analyze(self.parser.expression(text), replace(scope, is_canonical=True)), path, calls_function)


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
