"""Converts drivers' parameters (`:name`, `%(name)s`, `%s`, `$1`) to `$1`, `$2`, … with their values in order."""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence, Union

from git_alembic.scratch.probe.engines.postgresql.parsing.quoting import plain_literal

Parameters = Union[Mapping[str, Any], Sequence[Any], None]
_TOKEN = re.compile(
    r"""
    [eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/
    | (?P<tag>\$[A-Za-z_]*\$).*?(?P=tag)
    | ::
    | (?P<colon>(?<![:\w]):[A-Za-z_]\w*) | (?P<percent>%\([^)]+\)s) | (?P<format>%s) | (?P<double>%%)
    """,
    re.DOTALL | re.VERBOSE,
)


def number_parameters(text: str, parameters: Parameters) -> tuple[str, list[Any]]:
    """Return the text with numbered parameters, and their values."""
    if not parameters:
        return text, []
    named_values: Mapping[str, Any] = parameters if isinstance(parameters, Mapping) else {}
    names: dict[str, int] = {}
    values: list[Any] = []

    def by_name(name: str) -> str:
        if name not in names:
            values.append(named_values[name])
            names[name] = len(values)
        return f"${names[name]}"

    def replacement(match: re.Match[str]) -> str:
        if not isinstance(parameters, Mapping):
            if match["format"]:
                values.append(parameters[len(values)])
                return f"${len(values)}"
        elif match["colon"] and match["colon"][1:] in named_values:
            return by_name(match["colon"][1:])
        elif match["percent"] and match["percent"][2:-2] in named_values:
            return by_name(match["percent"][2:-2])
        return "%" if match["double"] and values else match[0]

    numbered = _TOKEN.sub(replacement, text)
    return numbered, values or ([] if isinstance(parameters, Mapping) else list(parameters))


def inline_parameters(text: str, values: Sequence[Any]) -> str:
    """Return the text with its values in it, for statements that accept no parameters."""
    return re.sub(r"\$(\d+)", lambda match: _write_value(values[int(match[1]) - 1]), text)


def _write_value(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, (int, float)) else plain_literal(str(value))
