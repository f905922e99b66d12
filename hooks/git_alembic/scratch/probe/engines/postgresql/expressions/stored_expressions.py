"""Turns parsed expressions of defaults, checks and indexes into the server's text."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Type
from git_alembic.scratch.probe.engines.postgresql.expressions.deparse import deparse
from git_alembic.scratch.probe.engines.postgresql.expressions.literal_checks import check_term
from git_alembic.scratch.probe.engines.postgresql.expressions.parse_analysis import analyze, coerce
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.signatures import Signatures
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import transform
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node, Parser


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


_LIKE_FUNCTIONS = ("function", "called", "syntax")
