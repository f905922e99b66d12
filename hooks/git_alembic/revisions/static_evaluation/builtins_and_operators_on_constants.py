"""Computes Python's builtins and operators for constants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

LONGEST = 1000  # characters or elements of a combined value; identifiers are short

_PLAIN_PERCENT = r"(?:[^%]|%(?:0\d)?[sd]|%%)*"
_PLAIN_SPEC = r"(?:0?\d{1,2}[ds]?)?"


@dataclass(frozen=True, slots=True)
class NotConstant:
    """A value that needs a run of the module. `why` continues a sentence that starts with the name."""

    why: str
    line: int
    is_imported: bool = False  # an imported name stands for one value


class Unordered(tuple[object, ...]):
    """The elements of a set as a tuple. Their order can differ in another run of Python."""

    __slots__ = ()


BUILDERS: Mapping[str, Callable[[Iterable[object]], object]] = {
    "tuple": tuple,
    "list": list,
    "set": set,
    "frozenset": frozenset,
}


def is_same(value: object, other: object) -> bool:
    """True if two values are interchangeable.

    1 is not True; equal lists can change separately; NotConstant never is.
    """
    if value is other:
        return True
    if type(value) is not type(other) or isinstance(value, (NotConstant, list, set)):
        return False
    return value == other and list(map(type, _elements_of(value))) == list(map(type, _elements_of(other)))


def _elements_of(value: object) -> list[object]:
    return list(value) if isinstance(value, (tuple, list, set, frozenset)) else []


def has_order(value: object) -> bool:
    if isinstance(value, (set, frozenset, Unordered)):
        return len(value) <= 1
    return isinstance(value, (str, tuple, list))


def list_elements(value: object) -> list[object]:
    return list(value) if isinstance(value, str) else _elements_of(value)


def call_builtin(name: str, value: object) -> object:
    """Return the result of a builtin for a constant, or None if it is unknown."""
    if name == "str":
        return format_scalar(value)
    if name not in BUILDERS or not isinstance(value, (str, tuple, list, set, frozenset)):
        return None
    if name in ("set", "frozenset") or has_order(value):
        return BUILDERS[name](list_elements(value))
    return Unordered(sorted(value, key=repr)) if name == "tuple" else None


def format_scalar(value: object, spec: str = "") -> str | None:
    """Return a scalar as format() writes it, or None for other values and specifications."""
    if not isinstance(value, (str, int, float, type(None))) or not re.fullmatch(_PLAIN_SPEC, spec):
        return None
    try:
        text = format(value, spec)
    except (TypeError, ValueError):
        return None
    return text if len(text) <= LONGEST else None


def add(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return (tuple if has_order(left) and has_order(right) else Unordered)(left + right)
    return left + right if isinstance(left, list) and isinstance(right, list) else None


def format_percent(text: str, values: tuple[object, ...]) -> str | None:
    if not re.fullmatch(_PLAIN_PERCENT, text) or any(format_scalar(value) is None for value in values):
        return None
    try:
        return text % values
    except (TypeError, ValueError):
        return None
