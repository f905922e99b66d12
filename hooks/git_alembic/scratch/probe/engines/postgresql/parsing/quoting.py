"""Identifiers and literals as the server writes them."""

from __future__ import annotations

import re

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
