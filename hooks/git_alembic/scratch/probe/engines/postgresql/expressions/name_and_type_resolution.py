"""Finds the meaning of names in an expression, and the types of operators and functions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import AbstractSet, Any, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Name, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import (
    TEXT,
    UNKNOWN,
    base_type,
    builtin_type,
    read_type,
)
from git_alembic.scratch.probe.engines.postgresql.errors import UndefinedTable
from git_alembic.scratch.probe.engines.postgresql.expressions.signatures import (
    POLYMORPHIC,
    Signature,
    Signatures,
    arguments_of,
    choose,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.typed_expression import Term, cast
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import qualify

BOOL, INT4 = builtin_type("bool"), builtin_type("int4")
_TRUTHS = frozenset(
    [
        "=",
        "<>",
        "<",
        ">",
        "<=",
        ">=",
        "~~",
        "!~~",
        "~~*",
        "!~~*",
        "~",
        "~*",
        "!~",
        "!~*",
        "@>",
        "<@",
        "&&",
        "?",
        "?|",
        "?&",
        "@@",
        "%",
        "<->",
        "is",
    ]
) - {"<->"}


@dataclass
class Scope:
    """The catalog and the columns that an expression can use."""

    catalog: Catalog
    signatures: Signatures
    columns: Mapping[str, Type] = field(default_factory=dict)
    is_canonical: bool = False
    value: Type | None = None
    new_labels: AbstractSet[tuple[Name, str]] = frozenset()

    def read_type(self, node: Mapping[str, Any]) -> Type:
        return read_type(node, self.catalog, self.signatures.types)

    def relation(self, text: str) -> str:
        """Return the name of a relation with the schema where it is found."""
        schema, _, name = text.replace('"', "").rpartition(".")
        kinds = (self.catalog.sequences, self.catalog.tables, self.catalog.views)
        places = [schema] if schema else self.catalog.search_path
        for place in places:
            if any(Name(place, name) in kind for kind in kinds):
                return qualify(place, name)
        raise UndefinedTable('relation "{}" does not exist'.format(text.replace('"', "")))

    def base(self, item: Type) -> Type:
        """Return the type, or the base type of a domain."""
        return base_type(item, self.catalog)

    def key(self, item: Type | None) -> str:
        """Return the key of a type in `signatures`."""
        if item is None:
            return "unknown"
        base = self.base(item)
        name = base.name.name if base.name.schema is None else f"{base.name.schema}.{base.name.name}"
        return ("_" if base.dimensions else "") + name

    def operate(self, name: str, terms: Sequence[Term]) -> Term:
        """Return an operator with its arguments cast."""
        types = [self.key(term.type) for term in terms]
        signature = self._exact(name, types) or choose(
            self.signatures,
            [operator for operator in self.signatures.operators[name] if len(operator.arguments) == len(types)],
            types,
        )
        if signature is None or any(term.type is None for term in terms):
            result = BOOL if name in _TRUTHS else None
            return Term("operator", result, tuple(self._alike(terms)), name)
        fitted = self._fit_terms(signature, terms, types)
        return Term("operator", self._result(signature, fitted), fitted, name)

    def _exact(self, name: str, types: list[str]) -> Signature | None:
        """Find an exact match. An unknown literal has the type of the other side."""
        if len(types) == 2 and "unknown" in types:
            other = types[0] if types[1] == "unknown" else types[1]
            types = [other, other]
        return next(
            (operator for operator in self.signatures.operators[name] if list(operator.arguments) == types), None
        )

    def call(self, name: str, terms: Sequence[Term]) -> tuple[Type | None, tuple[Term, ...]]:
        """Return the type and the cast arguments of a built-in function."""
        types = [self.key(term.type) for term in terms]
        function = choose(self.signatures, self.signatures.functions.get(name, ()), types)
        if function is None:
            return self._only_result(name), tuple(_as_text(term) for term in terms)
        fitted = self._fit_terms(function, terms, types)
        return self._result(function, fitted), fitted

    def _only_result(self, name: str) -> Type | None:
        results = {function.result for function in self.signatures.functions.get(name, ())}
        return self._type(results.pop()) if len(results) == 1 and not results & POLYMORPHIC else None

    def _fit_terms(self, signature: Signature, terms: Sequence[Term], types: Sequence[str]) -> tuple[Term, ...]:
        actual = self._actual(signature, terms, types)
        return tuple(self.fit(term, target, actual) for term, target in zip(terms, arguments_of(signature, types)))

    def fit(self, term: Term, target: str, actual: Type | None = None) -> Term:
        """Cast a term to an argument type. Polymorphic types become `actual`."""
        if target in ("any", "unknown"):
            return term
        if target in POLYMORPHIC:
            if not term.is_unknown_literal():
                return term
            return cast(term, _shape_of(target, actual) if actual else TEXT)
        if self.key(term.type) == target and term.type is not None and self.base(term.type) == term.type:
            return term
        if term.type is None:
            return term
        if replace(term.type, modifiers=()) == self._type(target):
            return term
        return cast(term, self._type(target))

    def _type(self, key: str) -> Type:
        dimensions = 1 if key.startswith("_") else 0
        schema, dot, name = key[dimensions:].partition(".")
        return Type(Name(schema, name) if dot else Name(None, schema), (), dimensions)

    def _actual(self, found: Signature, terms: Sequence[Term], given: Sequence[str]) -> Type | None:
        """Return the common element type of polymorphic arguments."""
        types = [
            term.type for term, target in zip(terms, arguments_of(found, given))
            if target in POLYMORPHIC and term.type not in (None, UNKNOWN)
        ]  # fmt: skip
        return replace(types[0], dimensions=0, modifiers=()) if types and types[0] is not None else None

    def _result(self, signature: Signature, terms: Sequence[Term]) -> Type | None:
        if signature.result not in POLYMORPHIC:
            return self._type(signature.result)
        return _shape_of(signature.result, self._actual(signature, terms, [self.key(term.type) for term in terms]))

    def common(self, terms: Sequence[Term]) -> Type | None:
        """Return the common type of the branches of a CASE (select_common_type)."""
        types = [term.type for term in terms if term.type != UNKNOWN]
        if any(kind is None for kind in types):
            return None
        bases = [self.base(kind) if len(set(types)) > 1 else kind for kind in types if kind]
        if not bases:
            return TEXT
        best = bases[0]
        for item in bases[1:]:
            if self._is_wider(best, item):
                best = item
        return replace(best, modifiers=()) if len(set(bases)) > 1 else best

    def _is_wider(self, best: Type, item: Type) -> bool:
        old, new = self.key(best), self.key(item)
        if old == new or self.signatures.is_preferred(old):
            return False
        return self.signatures.is_coercible(old, new) and not self.signatures.is_coercible(new, old)

    def alike(self, terms: Sequence[Term]) -> tuple[Type | None, tuple[Term, ...]]:
        """Cast terms to their common type."""
        target = self.common(terms)
        bare = replace(target, modifiers=()) if target else None
        return bare, tuple(term if term.type == target else cast(term, bare) for term in terms)

    def _alike(self, terms: Sequence[Term]) -> list[Term]:
        """Cast literals of an unknown operator to the type of the other side."""
        types = [term.type for term in terms if term.type not in (None, UNKNOWN)]
        target = replace(types[0], modifiers=()) if types and types[0] is not None else TEXT
        return [cast(term, target) if term.is_unknown_literal() else term for term in terms]


def _as_text(term: Term) -> Term:
    return cast(term, TEXT) if term.is_unknown_literal() else term


def _shape_of(target: str, element: Type | None) -> Type | None:
    if element is None:
        return None
    return replace(element, dimensions=1) if target.endswith("array") and "non" not in target else element
