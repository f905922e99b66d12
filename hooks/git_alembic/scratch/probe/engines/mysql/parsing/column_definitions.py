"""Reads definitions of columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from git_alembic.scratch.probe.engines.mysql.catalog import Part
from git_alembic.scratch.probe.engines.mysql.parsing import data_types
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import (
    CheckSpec,
    ForeignSpec,
    KeySpec,
    charset_name,
    check,
    references,
)
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Tokens


@dataclass
class ColumnSpec:
    """`nullable` is None if the definition has neither form. `default` are tokens, or None."""

    name: str
    read: data_types.ParsedType
    charset: str = ""
    collation: str = ""
    nullable: bool | None = None
    default: Tokens | None = None
    on_update: Tokens | None = None
    auto: bool = False
    comment: str = ""
    generated: Tokens | None = None
    stored: bool = False
    keys: list[KeySpec] = field(default_factory=list)
    checks: list[CheckSpec] = field(default_factory=list)
    references: ForeignSpec | None = None
    position: str | None = None  # "" for FIRST, else the column that it comes after
    if_not_exists: bool = False


def column(reader: Reader, is_mariadb: bool, name: str = "") -> ColumnSpec:
    """Read a column's definition, with FIRST or AFTER."""
    missing_ok = False if name else reader.take("IF", "NOT", "EXISTS")
    name = name or reader.name()
    spec = ColumnSpec(name, data_types.read(reader, is_mariadb), if_not_exists=missing_ok)
    if spec.read.is_serial:
        spec.auto, spec.nullable = True, False
        spec.keys.append(KeySpec("UNIQUE", parts=(Part(name),)))
    while not reader.is_at_end and not reader.sees(","):
        _attribute(reader, spec)
    return spec


def _attribute(reader: Reader, spec: ColumnSpec) -> None:
    for attributes in (_take_value_attribute, _take_key_attribute, _take_text_attribute, _take_position):
        if attributes(reader, spec):
            return
    raise reader.error()


def _take_value_attribute(reader: Reader, spec: ColumnSpec) -> bool:
    if reader.take("NOT", "NULL"):
        spec.nullable = False
    elif reader.take("NULL"):
        spec.nullable = True
    elif reader.take("DEFAULT"):
        spec.default = read_default(reader)
    elif reader.take("ON", "UPDATE"):
        spec.on_update = read_default(reader)
    elif reader.take("AUTO_INCREMENT"):
        spec.auto = True
    elif reader.take("GENERATED", "ALWAYS", "AS") or reader.take("AS"):
        spec.generated = reader.group()
        spec.stored = reader.take_any("STORED", "PERSISTENT", "VIRTUAL") in ("STORED", "PERSISTENT")
    else:
        return False
    return True


def read_default(reader: Reader) -> Tokens:
    """Read a default: a literal, a function, or an expression with its parentheses."""
    start = reader.position
    if reader.sees("("):
        reader.group()
        return reader.tokens[start : reader.position]
    reader.take_any("-", "+")
    token = reader.next()
    if token.kind == "word" and token.text.startswith("_") and reader.sees_string():
        reader.next()
    if token.kind == "word" and reader.sees("("):
        reader.group()
    while token.kind == "string" and reader.sees_string():
        reader.next()
    return reader.tokens[start : reader.position]


def _take_key_attribute(reader: Reader, spec: ColumnSpec) -> bool:
    part = (Part(spec.name),)
    if reader.take("PRIMARY", "KEY") or (reader.sees("KEY") and reader.take("KEY")):
        spec.keys.append(KeySpec("PRIMARY", "PRIMARY", part))
    elif reader.take("UNIQUE"):
        reader.take("KEY")
        spec.keys.append(KeySpec("UNIQUE", parts=part))
    elif reader.take("REFERENCES"):
        spec.references = references(reader)
        spec.references.columns = (spec.name,)
    elif reader.sees("CHECK"):
        spec.checks.append(check(reader, ""))
    elif reader.sees("CONSTRAINT"):
        reader.next()
        symbol = "" if reader.sees("CHECK", "(") else reader.name()
        spec.checks.append(check(reader, symbol))
    else:
        return False
    return True


def _take_text_attribute(reader: Reader, spec: ColumnSpec) -> bool:
    if reader.take("COMMENT"):
        spec.comment = reader.string()
    elif reader.take("CHARACTER", "SET") or reader.take("CHARSET") or reader.take("CHAR", "SET"):
        spec.charset = charset_name(reader)
    elif reader.take("COLLATE"):
        reader.take("=")
        spec.collation = charset_name(reader)
    elif reader.take("BINARY"):
        spec.collation = spec.collation or "binary"
    elif reader.take("ASCII"):
        spec.charset = "latin1"
    elif reader.take_any("COLUMN_FORMAT", "STORAGE", "SRID"):
        reader.next()
    else:
        return bool(reader.take_any("VISIBLE", "INVISIBLE", "WITHOUT SYSTEM VERSIONING", "WITH SYSTEM VERSIONING"))
    return True


def _take_position(reader: Reader, spec: ColumnSpec) -> bool:
    if reader.take("FIRST"):
        spec.position = ""
    elif reader.take("AFTER"):
        spec.position = reader.name()
    else:
        return False
    return True
