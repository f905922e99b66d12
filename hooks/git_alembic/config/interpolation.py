"""Replaces `%(name)s` in a value like `configparser`, but in linear time and bounded memory. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

_MARK = re.compile(r"%(?:(%)|\(([^)]+)\)s)?")
_DEEPEST = 10  # the limit of configparser
_LONGEST = 100_000  # characters of a value


class NotInterpolatedError(ValueError):
    """A value refers to a name that doesn't exist, refers to itself, or becomes too long."""


def interpolate(text: str, find: Callable[[str], str | None]) -> str:
    """Return the text with every reference replaced. `find` returns the value of a name, or None."""
    return _interpolate(text, find, {}, 1)


def _interpolate(text: str, find: Callable[[str], str | None], values: dict[str, str], depth: int) -> str:
    if "%" not in text:
        return text
    if depth > _DEEPEST:
        raise NotInterpolatedError(f"its references are nested more than {_DEEPEST} deep")
    parts: list[str] = []
    start = length = 0
    for mark in _MARK.finditer(text):
        escaped, name = mark[1], mark[2]
        if not escaped and not name:
            raise NotInterpolatedError("'%' must be followed by '%' or '(NAME)s'")
        if name and name not in values:
            value = find(name)
            if value is None:
                raise NotInterpolatedError(f"%({name})s is not defined")
            values[name] = _interpolate(value, find, values, depth + 1)
        parts += [text[start : mark.start()], "%" if escaped else values[name]]
        length += len(parts[-1]) + len(parts[-2])
        if length > _LONGEST:
            raise NotInterpolatedError(f"it expands to more than {_LONGEST} characters")
        start = mark.end()
    return "".join([*parts, text[start:]])
