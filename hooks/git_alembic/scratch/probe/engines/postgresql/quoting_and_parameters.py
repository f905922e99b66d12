"""Writes identifiers and literals like the server, and numbers drivers' parameters.

Parameters can be `:name`, `%(name)s`, `%s` or `$1`. They become `$1`, `$2`, … with their values in order.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence, Union

_KEYWORD_LIST = """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
    cast char character check coalesce collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default
    deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant
    greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join
    lateral leading least left like limit localtime localtimestamp national natural nchar none normalize not notnull
    null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real
    references returning right row select session_user setof similar smallint some substring symmetric table
    tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic
    verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse
    xmlpi xmlroot xmlserialize xmltable
"""
# Keywords that the server quotes as names: all except the unreserved keywords.
_KEYWORDS = frozenset(_KEYWORD_LIST.split())
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
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


def identifier(name: str) -> str:
    """Return a name as `quote_ident` writes it."""
    if _PLAIN.fullmatch(name) and name not in _KEYWORDS:
        return name
    return '"{}"'.format(name.replace('"', '""'))


def qualify(schema: str | None, name: str) -> str:
    """Return a name with its schema if it has one."""
    return identifier(name) if schema is None else f"{identifier(schema)}.{identifier(name)}"


def plain_literal(text: str) -> str:
    """Return a string literal for an expression, where a backslash is an ordinary character."""
    return "'{}'".format(text.replace("'", "''"))


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
