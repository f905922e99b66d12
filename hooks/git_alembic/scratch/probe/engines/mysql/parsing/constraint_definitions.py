"""Reads definitions of keys and constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.mysql.catalog import Part, canonical_name
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Token, Tokens


@dataclass
class KeySpec:
    kind: str = ""
    name: str = ""
    parts: tuple[Part, ...] = ()
    comment: str = ""
    tail: str = ""
    generated: bool = False
    if_not_exists: bool = False


@dataclass
class ForeignSpec:
    symbol: str = ""
    name: str = ""
    columns: tuple[str, ...] = ()
    database: str = ""
    table: str = ""
    referred: tuple[str, ...] = ()
    on_delete: str = ""
    on_update: str = ""
    if_not_exists: bool = False


@dataclass
class CheckSpec:
    symbol: str
    tokens: Tokens
    enforced: bool = True
    if_not_exists: bool = False


def element(reader: Reader) -> Any:
    """Read a KeySpec, ForeignSpec or CheckSpec. Return None if something else comes next."""
    symbol = ""
    start = reader.position
    if reader.take("CONSTRAINT"):
        missing_ok = _take_if_not_exists(reader)
        if (
            not reader.sees("PRIMARY")
            and not reader.sees("UNIQUE")
            and not reader.sees("FOREIGN")
            and not (reader.sees("CHECK") and reader.tokens[reader.position + 1].matches("("))
        ):
            symbol = reader.name()
    else:
        missing_ok = False
    spec = _constraint(reader, symbol)
    if spec is None:
        reader.position = start
        return None
    spec.if_not_exists = spec.if_not_exists or missing_ok
    return spec


def _constraint(reader: Reader, symbol: str) -> Any:
    if reader.take("FOREIGN", "KEY"):
        return _foreign(reader, symbol)
    if reader.sees("CHECK", "("):
        return check(reader, symbol)
    if reader.take("PRIMARY", "KEY"):
        return _key(reader, "PRIMARY", symbol)
    if reader.take("UNIQUE"):
        reader.take_any("INDEX", "KEY")
        return _key(reader, "UNIQUE", symbol)
    for kind in ("FULLTEXT", "SPATIAL"):
        if reader.take(kind):
            reader.take_any("INDEX", "KEY")
            return _key(reader, kind, "")
    return _key(reader, "", "") if reader.take_any("INDEX", "KEY") else None


def _take_if_not_exists(reader: Reader) -> bool:
    return reader.take("IF", "NOT", "EXISTS")


def _key(reader: Reader, kind: str, symbol: str) -> KeySpec:
    spec = KeySpec(kind, symbol)
    spec.if_not_exists = _take_if_not_exists(reader)
    if not reader.sees("(") and not reader.sees("USING") and not reader.sees("TYPE"):
        spec.name = reader.name()
    _key_options(reader, spec)
    spec.parts = parts(reader)
    _key_options(reader, spec)
    if kind == "PRIMARY":
        spec.name = "PRIMARY"
    return spec


def index(reader: Reader, kind: str) -> KeySpec:
    """Read CREATE INDEX after the table."""
    spec = KeySpec(kind, parts=parts(reader))
    _key_options(reader, spec)
    return spec


def _key_options(reader: Reader, key: KeySpec) -> None:
    while True:
        if reader.take_any("USING", "TYPE"):
            method = reader.next().value
            key.tail += f" USING {method}" if method != "BTREE" else " USING BTREE"
        elif reader.take("KEY_BLOCK_SIZE"):
            reader.take("=")
            reader.next()
        elif reader.take("WITH", "PARSER"):
            key.tail += f" /*!50100 WITH PARSER {quote_name(reader.name())} */ "
        elif reader.take("COMMENT"):
            key.comment = reader.string()
        elif not reader.take_any("VISIBLE", "INVISIBLE", "IGNORED", "NOT IGNORED"):
            return


def parts(reader: Reader) -> tuple[Part, ...]:
    """Read the parts of a key in parentheses."""
    inner, key_parts = reader.inner(reader.group()), []
    while not inner.is_at_end:
        if inner.sees("("):
            expression = inner.group()
            key_parts.append(Part("", expression=join_tokens(expression)))
        else:
            column = inner.name()
            length = inner.group()[0].text if inner.sees("(") else "0"
            key_parts.append(Part(column, int(length)))
        descending = bool(inner.take_any("ASC", "DESC") == "DESC")
        if descending:
            key_parts[-1] = Part(key_parts[-1].column, key_parts[-1].length, True, key_parts[-1].expression)
        if not inner.is_at_end:
            inner.need(",")
    return tuple(key_parts)


def read_column_names(reader: Reader) -> tuple[str, ...]:
    return tuple(part.column for part in parts(reader))


def join_tokens(tokens: Tokens) -> str:
    return " ".join(token.text for token in tokens)


def table_name(reader: Reader) -> tuple[str, str]:
    """Read a table, with a database or ""."""
    first = reader.name()
    return (first, reader.name()) if reader.take(".") else ("", first)


def _foreign(reader: Reader, symbol: str) -> ForeignSpec:
    missing_ok = _take_if_not_exists(reader)
    name = "" if reader.sees("(") else reader.name()
    columns = read_column_names(reader)
    reader.need("REFERENCES")
    spec = references(reader)
    spec.symbol, spec.name, spec.columns, spec.if_not_exists = symbol, name, columns, missing_ok
    return spec


def references(reader: Reader) -> ForeignSpec:
    """Read what follows REFERENCES."""
    spec = ForeignSpec()
    spec.database, spec.table = table_name(reader)
    if reader.sees("("):
        spec.referred = read_column_names(reader)
    while True:
        if reader.take("MATCH"):
            reader.next()
        elif reader.take("ON", "DELETE"):
            spec.on_delete = _action(reader)
        elif reader.take("ON", "UPDATE"):
            spec.on_update = _action(reader)
        else:
            return spec


def _action(reader: Reader) -> str:
    action = reader.take_any("RESTRICT", "CASCADE", "SET NULL", "NO ACTION", "SET DEFAULT")
    if not action:
        raise reader.error()
    return action


def check(reader: Reader, symbol: str) -> CheckSpec:
    reader.need("CHECK")
    spec = CheckSpec(symbol, reader.group())
    if reader.take("NOT", "ENFORCED"):
        spec.enforced = False
    reader.take("ENFORCED")
    return spec


def charset_name(reader: Reader) -> str:
    token: Token = reader.next()
    return canonical_name(token.value if token.kind in ("string", "name") else token.text)
