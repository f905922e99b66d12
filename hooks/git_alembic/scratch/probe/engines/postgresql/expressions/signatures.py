"""The server's functions, operators and casts (signatures.json comes from a real server's catalogs).

Types have the names of pg_type: `int4`, `_int4` for an array, `schema.name` for user types.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from typing import Any, NamedTuple, Sequence

_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "signatures.json")
_ANY = frozenset(("any", "anyelement", "anynonarray", "anycompatible", "anycompatiblenonarray"))
_ANY_ARRAY = frozenset(("anyarray", "anycompatiblearray"))
_ANY_RANGE = frozenset(("anyrange", "anycompatiblerange", "anymultirange", "anycompatiblemultirange"))
POLYMORPHIC = _ANY | _ANY_ARRAY | _ANY_RANGE | {"anyenum"}
IMPLICIT, ASSIGNMENT, EXPLICIT = "i", "ia", "iae"


# The extension that projects use most.
_CITEXT_CASTS = {
    ("citext", "text"): "ib", ("citext", "varchar"): "ib", ("citext", "bpchar"): "ab", ("text", "citext"): "ab",
    ("varchar", "citext"): "ab", ("bpchar", "citext"): "af", ("bool", "citext"): "af", ("inet", "citext"): "af",
}  # fmt: skip
_CITEXT_OPERATORS = ["=", "<>", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*"]


class Signature(NamedTuple):
    """A function or operator: its arguments and result."""

    arguments: tuple[str, ...]
    result: str
    variadic: bool = False
    defaults: int = 0


class Signatures:
    """The server's functions, operators, casts and type categories."""

    def __init__(self) -> None:
        with open(_FILE, encoding="utf-8") as stream:
            content: dict[str, Any] = json.load(stream)
        self.types: dict[str, Sequence[Any]] = content["types"]
        self.casts: dict[tuple[str, str], str] = {}
        for source, target, context, method in content["casts"]:
            self.casts[source, target] = context + method
        self.casts.update(_CITEXT_CASTS)
        self.operators: dict[str, list[Signature]] = defaultdict(list)
        for name, left, right, result in content["operators"]:
            self.operators[name].append(Signature((left, right) if left else (right,), result))
        for name in _CITEXT_OPERATORS:
            self.operators[name].append(Signature(("citext", "citext"), "bool"))
            if "~" in name:
                self.operators[name].append(Signature(("citext", "text"), "bool"))
        self.functions: dict[str, list[Signature]] = defaultdict(list)
        for name, arguments, result, variadic, defaults, _ in content["functions"]:
            self.functions[name].append(Signature(tuple(arguments), result, variadic, defaults))

    def category(self, name: str) -> str:
        """Return the category of a type in pg_type."""
        if name.startswith("_") or name in _ANY_ARRAY:
            return "A"
        row = self.types.get(name)
        return row[0] if row else "S" if name == "citext" else "U"

    def is_preferred(self, name: str) -> bool:
        row = self.types.get(name)
        return bool(row and row[1])

    def is_coercible(self, source: str, target: str, contexts: str = IMPLICIT) -> bool:
        """True if a value can be cast to another type in these contexts."""
        if source in (target, "unknown"):
            return True
        if target in POLYMORPHIC:
            return _fits(source, target)
        if source.startswith("_") and target.startswith("_"):
            return self.is_coercible(source[1:], target[1:], contexts)
        cast = self.casts.get((source, target))
        if cast:
            return cast[0] in contexts
        return ("." in source and target == "anyenum") or self._is_coercible_through_text(source, target, contexts)

    def _is_coercible_through_text(self, source: str, target: str, contexts: str) -> bool:
        if "e" in contexts and "S" in (self.category(source), self.category(target)):
            return True
        return "a" in contexts and self.category(target) == "S"


def _fits(source: str, target: str) -> bool:
    if target in _ANY_ARRAY:
        return source.startswith("_")
    if target in _ANY_RANGE:
        return source.endswith("range")
    return "." in source if target == "anyenum" else True


def choose(signatures: Signatures, candidates: Sequence[Signature], types: Sequence[str]) -> Signature | None:
    """Return the function that the server would call (func_select_candidate), or None if it is ambiguous."""
    fitting = [function for function in candidates if _accepts(signatures, function, types)]
    exact = [function for function in fitting if tuple(function.arguments) == tuple(types)]
    if exact or len(fitting) == 1:
        return (exact or fitting)[0]
    best = _best(
        fitting, lambda item: sum(a == b for a, b in zip(_repeat_variadic(item, types), types) if b != "unknown")
    )
    best = _best(
        best,
        lambda item: sum(
            _is_near(signatures, a, b) for a, b in zip(_repeat_variadic(item, types), types) if b != "unknown"
        ),
    )
    if len(best) > 1 and "unknown" in types:
        best = _by_category(signatures, best, types) or best
    if len(best) > 1:
        best = _by_kin(signatures, best, types)
    return best[0] if len(best) == 1 else None


def _accepts(signatures: Signatures, function: Signature, types: Sequence[str]) -> bool:
    if not function.variadic and not len(function.arguments) - function.defaults <= len(types) <= len(
        function.arguments
    ):
        return False
    if function.variadic and len(types) < len(function.arguments) - 1:
        return False
    return all(
        signatures.is_coercible(source, target) for source, target in zip(types, _repeat_variadic(function, types))
    )


def _repeat_variadic(function: Signature, types: Sequence[str]) -> Sequence[str]:
    if not function.variadic or len(types) < len(function.arguments):
        return function.arguments
    last = function.arguments[-1]
    element = last[1:] if last.startswith("_") else {"anyarray": "anyelement"}.get(last, last)
    return (*function.arguments[:-1], *(element,) * (len(types) - len(function.arguments) + 1))


def arguments_of(function: Signature, types: Sequence[str]) -> Sequence[str]:
    """Return the type for each given argument. A variadic type is repeated."""
    return _repeat_variadic(function, types)


def _is_near(signatures: Signatures, target: str, source: str) -> bool:
    return target == source or (
        signatures.is_preferred(target) and signatures.category(target) == signatures.category(source)
    )


def _best(candidates: list[Signature], score: Any) -> list[Signature]:
    scores = [score(function) for function in candidates]
    return [item for item, points in zip(candidates, scores) if points == max(scores)]


def _by_category(signatures: Signatures, candidates: list[Signature], types: Sequence[str]) -> list[Signature]:
    """Keep candidates by the categories of unknown literals. Strings come first."""
    best = candidates
    for position, item in enumerate(types):
        if item != "unknown":
            continue
        categories: set[str] = {signatures.category(_repeat_variadic(each, types)[position]) for each in best}
        target = "S" if "S" in categories else categories.pop() if len(categories) == 1 else ""
        if not target:
            return []
        best = [each for each in best if signatures.category(_repeat_variadic(each, types)[position]) == target]
        loved = [each for each in best if signatures.is_preferred(_repeat_variadic(each, types)[position])]
        best = loved or best
    return best


def _by_kin(signatures: Signatures, candidates: list[Signature], given: Sequence[str]) -> list[Signature]:
    """Give unknown arguments the type of the known ones if these all have one type."""
    types = {item for item in given if item != "unknown"}
    if len(types) != 1 or "unknown" not in given:
        return candidates
    (only,) = types
    return [
        function
        for function in candidates
        if all(signatures.is_coercible(only, each) for each in _repeat_variadic(function, given))
        and any(each == only for each in _repeat_variadic(function, given))
    ] or candidates
