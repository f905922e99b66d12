"""Reads data types, and changes them as the server does."""

from __future__ import annotations

from typing import NamedTuple

from git_alembic.scratch.probe.engines.mysql.catalog import Type
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, literal

_NAMES = {
    "INTEGER": "int", "INT4": "int", "INT1": "tinyint", "INT2": "smallint", "INT3": "mediumint",
    "MIDDLEINT": "mediumint",
    "INT8": "bigint", "DEC": "decimal", "NUMERIC": "decimal", "FIXED": "decimal", "REAL": "double", "FLOAT8": "double",
    "FLOAT4": "float", "CHARACTER": "char", "VARCHARACTER": "varchar", "NCHAR": "char", "NVARCHAR": "varchar",
    "VARCHAR2": "varchar", "GEOMCOLLECTION": "geometrycollection",
}  # fmt: skip
_LIST = """
    int tinyint smallint mediumint bigint decimal float double bit char varchar binary varbinary tinytext text
    mediumtext longtext tinyblob blob mediumblob longblob enum set date time datetime timestamp year json geometry
    point linestring polygon multipoint multilinestring multipolygon geometrycollection
"""
_KNOWN = frozenset(_LIST.split())
_MARIADB = frozenset(("uuid", "inet4", "inet6"))
_WIDTHS = {"tinyint": (4, 3), "smallint": (6, 5), "mediumint": (9, 8), "int": (11, 10), "bigint": (20, 20)}
_TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")
INTEGERS, NUMBERS = frozenset(_WIDTHS), frozenset((*_WIDTHS, "decimal", "float", "double", "year"))
BLOBS = frozenset(name for name in _KNOWN if name.endswith(("text", "blob")))
SHAPES = frozenset(("geometry", "point", "linestring", "polygon", "geometrycollection"))


class ParsedType(NamedTuple):
    """A data type. Its `charset` is part of the type (NCHAR). `is_serial` is true for SERIAL."""

    type: Type
    charset: str = ""
    is_serial: bool = False
    is_json: bool = False


def is_text(kind: Type) -> bool:
    return kind.name in _TEXTS


def read(reader: Reader, is_mariadb: bool) -> ParsedType:
    """Read a data type."""
    national = reader.take("NATIONAL")
    token = reader.next()
    word = token.value if token.kind == "word" else ""
    if word in ("BOOL", "BOOLEAN"):
        return ParsedType(Type("tinyint", ("1",)))
    if word == "SERIAL":
        return ParsedType(_integer(Type("bigint", (), True), is_mariadb), "", True)
    if word == "LONG":
        kind = "mediumblob" if reader.take("VARBINARY") else "mediumtext"
        reader.take_any("VARCHAR", "CHAR VARYING", "CHARACTER VARYING")
        return ParsedType(Type(kind))
    if word == "JSON" and is_mariadb:
        return ParsedType(Type("longtext"), "utf8mb4", is_json=True)
    name = _NAMES.get(word, word.lower())
    national = national or word in ("NCHAR", "NVARCHAR")
    if name not in _KNOWN and not (is_mariadb and name in _MARIADB):
        raise ServerError(4161, f"Unknown data type: '{token.text}'") if is_mariadb and word else reader.error()
    return ParsedType(_normalize(_read_type(reader, name), is_mariadb), "utf8mb3" if national else "")


def _read_type(reader: Reader, name: str) -> Type:
    if name in ("char", "binary") and reader.take("VARYING"):
        name = "var" + name
    if name == "char" and reader.take("LARGE", "OBJECT"):
        name = "longtext"
    if name == "double":
        reader.take("PRECISION")
    arguments: tuple[str, ...] = ()
    if reader.sees("("):
        arguments = tuple(
            literal(token.value) if token.kind == "string" else token.text
            for token in reader.group() if not token.matches(",")
        )  # fmt: skip
    unsigned = zerofill = False
    while True:
        if reader.take("UNSIGNED"):
            unsigned = True
        elif reader.take("ZEROFILL"):
            unsigned = zerofill = True
        elif not reader.take("SIGNED"):
            return Type(name, arguments, unsigned, zerofill)


def _normalize(kind: Type, is_mariadb: bool) -> Type:
    if kind.name in INTEGERS:
        return _integer(kind, is_mariadb)
    first = kind.arguments[0] if kind.arguments else ""
    if kind.name == "decimal":
        return Type("decimal", (first or "10", *(kind.arguments[1:] or ("0",))), kind.unsigned, kind.zerofill)
    if kind.name == "float" and len(kind.arguments) == 1:
        return Type("double" if int(first) > 24 else "float", (), kind.unsigned, kind.zerofill)
    if kind.name in ("char", "binary", "bit") and not first:
        return Type(kind.name, ("1",))
    if kind.name == "year":
        return Type("year", ("4",) if is_mariadb else ())
    if kind.name in ("time", "datetime", "timestamp") and first == "0":
        return Type(kind.name)
    return _smallest_type(kind, int(first)) if kind.name in ("text", "blob") and first else kind


def _integer(kind: Type, is_mariadb: bool) -> Type:
    """Return an integer type. MySQL shows the width only for TINYINT(1) and ZEROFILL."""
    default = str(_WIDTHS[kind.name][kind.unsigned])
    width = kind.arguments[0] if kind.arguments else default
    is_boolean = kind.name == "tinyint" and width == "1" and not kind.unsigned
    arguments = (width,) if is_mariadb or kind.zerofill or is_boolean else ()
    return Type(kind.name, arguments, kind.unsigned, kind.zerofill)


def _smallest_type(kind: Type, length: int) -> Type:
    """Return the smallest type for TEXT(n) or BLOB(n)."""
    size = length * (4 if kind.name == "text" else 1)
    prefix = "tiny" if size < 1 << 8 else "" if size < 1 << 16 else "medium" if size < 1 << 24 else "long"
    return Type(prefix + kind.name)
