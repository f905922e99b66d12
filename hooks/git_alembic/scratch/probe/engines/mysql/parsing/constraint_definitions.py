"""Reads definitions of keys and constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from git_alembic.scratch.probe.engines.emulation.sqlite_rows import quote_name
from git_alembic.scratch.probe.engines.mysql.catalog.charsets import canonical_name
from git_alembic.scratch.probe.engines.mysql.catalog.model import Part
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
    found = _constraint(reader, symbol)
    if found is None:
        reader.position = start
        return None
    found.if_not_exists = found.if_not_exists or missing_ok
    return found


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
    found = KeySpec(kind, symbol)
    found.if_not_exists = _take_if_not_exists(reader)
    if not reader.sees("(") and not reader.sees("USING") and not reader.sees("TYPE"):
        found.name = reader.name()
    _key_options(reader, found)
    found.parts = parts(reader)
    _key_options(reader, found)
    if kind == "PRIMARY":
        found.name = "PRIMARY"
    return found


def index(reader: Reader, kind: str) -> KeySpec:
    """Read CREATE INDEX after the table."""
    found = KeySpec(kind, parts=parts(reader))
    _key_options(reader, found)
    return found


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
    inner, found = reader.inner(reader.group()), []
    while not inner.is_at_end:
        if inner.sees("("):
            expression = inner.group()
            found.append(Part("", expression=join_tokens(expression)))
        else:
            column = inner.name()
            length = inner.group()[0].text if inner.sees("(") else "0"
            found.append(Part(column, int(length)))
        descending = bool(inner.take_any("ASC", "DESC") == "DESC")
        if descending:
            found[-1] = Part(found[-1].column, found[-1].length, True, found[-1].expression)
        if not inner.is_at_end:
            inner.need(",")
    return tuple(found)


def names(reader: Reader) -> tuple[str, ...]:
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
    columns = names(reader)
    reader.need("REFERENCES")
    found = references(reader)
    found.symbol, found.name, found.columns, found.if_not_exists = symbol, name, columns, missing_ok
    return found


def references(reader: Reader) -> ForeignSpec:
    """Read what follows REFERENCES."""
    found = ForeignSpec()
    found.database, found.table = table_name(reader)
    if reader.sees("("):
        found.referred = names(reader)
    while True:
        if reader.take("MATCH"):
            reader.next()
        elif reader.take("ON", "DELETE"):
            found.on_delete = _action(reader)
        elif reader.take("ON", "UPDATE"):
            found.on_update = _action(reader)
        else:
            return found


def _action(reader: Reader) -> str:
    found = reader.take_any("RESTRICT", "CASCADE", "SET NULL", "NO ACTION", "SET DEFAULT")
    if not found:
        raise reader.error()
    return found


def check(reader: Reader, symbol: str) -> CheckSpec:
    reader.need("CHECK")
    found = CheckSpec(symbol, reader.group())
    if reader.take("NOT", "ENFORCED"):
        found.enforced = False
    reader.take("ENFORCED")
    return found


def charset_name(reader: Reader) -> str:
    token: Token = reader.next()
    return canonical_name(token.value if token.kind in ("string", "name") else token.text)
