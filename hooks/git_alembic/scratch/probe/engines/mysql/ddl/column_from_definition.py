"""Turns definitions of columns into columns, with implied collations and defaults."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.mysql.catalog import Column, Type, charset_of, width
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.ddl.stored_expression_text import Writer
from git_alembic.scratch.probe.engines.mysql.errors import PARSE, ServerError
from git_alembic.scratch.probe.engines.mysql.parsing import data_types
from git_alembic.scratch.probe.engines.mysql.parsing.column_definitions import ColumnSpec
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Tokens, literal

_NOW = ("NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
_BINARY = {"char": "binary", "varchar": "varbinary", "tinytext": "tinyblob", "text": "blob", "mediumtext": "mediumblob",
           "longtext": "longblob"}  # fmt: skip
_MOST = 65535


def make_column(context: StatementContext, spec: ColumnSpec, number: int, table_collation: str) -> Column:
    """Return the column of a definition in a table of this collation."""
    kind, charset = spec.read.type, spec.charset or spec.read.charset
    if charset == "binary" and kind.name in _BINARY:
        kind, charset = Type(_BINARY[kind.name], kind.arguments), ""
    collation = _collation(context, spec, kind, charset, table_collation)
    _check_length(spec.name, kind, collation)
    json = spec.read.is_json
    check = f"json_valid({quote_name(spec.name)})" if json else ""
    if context.is_mariadb:
        unnamed_checks = [item for item in spec.checks if not item.symbol]
        check = Writer(True).write_tokens(unnamed_checks[-1].tokens) if unnamed_checks else check
    nullable = spec.nullable is not False and not spec.auto
    return Column(
        number, spec.name, kind, nullable,
        default=_default(context, spec, kind, collation), on_update=_moment(context, spec, spec.on_update),
        collation=collation, explicit=bool(spec.charset or spec.collation), auto=spec.auto, comment=spec.comment,
        generated=_write_generated(context, spec, collation), stored=spec.stored, check=check,
    )  # fmt: skip


def _collation(context: StatementContext, spec: ColumnSpec, kind: Type, charset: str, table_collation: str) -> str:
    if not data_types.is_text(kind):
        return ""
    if spec.read.is_json:
        return "utf8mb4_bin"
    if spec.collation == "binary":
        return (charset or charset_of(table_collation)) + "_bin"
    if spec.collation:
        if charset and charset_of(spec.collation) != charset:
            raise ServerError(1253, f"COLLATION '{spec.collation}' is not valid for CHARACTER SET '{charset}'")
        return spec.collation
    return context.collation(charset) if charset else table_collation


def _check_length(name: str, kind: Type, collation: str) -> None:
    if kind.name in ("varchar", "varbinary") and kind.arguments:
        most = _MOST // (width(collation) if collation else 1)
        if int(kind.arguments[0]) > most:
            raise ServerError(
                1074, f"Column length too big for column '{name}' (max = {most}); use BLOB or TEXT instead"
            )
    if kind.name in ("varchar", "varbinary") and not kind.arguments:
        raise ServerError(PARSE, f"You have an error in your SQL syntax: {kind.name} of '{name}' has no length")


def _write_generated(context: StatementContext, spec: ColumnSpec, collation: str) -> str:
    if spec.generated is None:
        return ""
    return Writer(context.is_mariadb, charset_of(collation) or "utf8mb4").write_tokens(spec.generated)


def _moment(context: StatementContext, spec: ColumnSpec, tokens: Tokens | None) -> str:
    """Return CURRENT_TIMESTAMP with its digits in the server's spelling, or "" for another expression."""
    if not tokens or tokens[0].value not in _NOW:
        return ""
    digits = tokens[2].text if len(tokens) > 3 else ""
    type_digits = spec.read.type.arguments[0] if spec.read.type.arguments else ""
    if (digits or "0") != (type_digits or "0"):
        raise invalid_default(spec.name)
    if context.is_mariadb:
        return f"current_timestamp({digits})"
    return f"CURRENT_TIMESTAMP({digits})" if digits else "CURRENT_TIMESTAMP"


def invalid_default(name: str) -> ServerError:
    return ServerError(1067, f"Invalid default value for '{name}'")


def _default(context: StatementContext, spec: ColumnSpec, kind: Type, collation: str) -> str:
    tokens = spec.default
    if tokens is None:
        return ""
    first = tokens[0]
    if len(tokens) == 1 and first.matches("NULL"):
        if spec.nullable is False or any(key.kind == "PRIMARY" for key in spec.keys):
            raise invalid_default(spec.name)
        return ""
    if spec.auto:
        raise invalid_default(spec.name)
    return default_text(context, spec, kind, collation)


def default_text(context: StatementContext, spec: ColumnSpec, kind: Type, collation: str) -> str:
    """Return a default other than NULL as the server prints it."""
    tokens = spec.default or []
    value = constant(tokens)
    if value is not None:
        return _literal(context, spec.name, kind, value)
    if kind.name in ("timestamp", "datetime"):
        moment = _moment(context, spec, tokens)
        if moment:
            return moment
    written = Writer(context.is_mariadb, charset_of(collation) or "utf8mb4")
    if not tokens[0].matches("("):
        if not context.is_mariadb:
            raise ServerError(PARSE, f"You have an error in your SQL syntax near '{tokens[0].text}' at line 1")
        return written.write_tokens(tokens)
    return written.default(tokens[1:-1])


def constant(tokens: Tokens) -> str | None:
    """Return the value of a literal, or None for another expression."""
    sign = "-" if tokens[0].matches("-") else ""
    rest = tokens[1:] if tokens[0].matches("-", "+") else tokens
    if rest[0].kind == "word" and rest[0].text[0] == "_" and len(rest) > 1:
        rest = rest[1:]
    first = rest[0]
    if first.kind == "string":
        return "".join(token.value for token in rest)
    if len(rest) > 1:
        return None
    if first.kind == "number":
        return sign + first.text
    if first.kind in ("hex", "bits"):
        digits = first.text.strip("'").lower().lstrip("0xb'").strip("'") or "0"
        return str(int(digits, 16 if first.kind == "hex" else 2))
    return {"TRUE": "1", "FALSE": "0"}.get(first.value)


def _literal(context: StatementContext, name: str, kind: Type, value: str) -> str:
    if kind.name in data_types.BLOBS | data_types.SHAPES | {"json"}:
        if not context.is_mariadb:
            raise ServerError(1101, f"BLOB, TEXT, GEOMETRY or JSON column '{name}' can't have a default value")
        return literal(value)
    if kind.name == "bit":
        return "b'{:b}'".format(int(value) if value.isdigit() else ord(value or "\0"))
    if kind.name in data_types.NUMBERS:
        text = _number(name, kind, value)
        return text if context.is_mariadb else literal(text)
    _check_text(name, kind, value)
    return literal(_whole(kind, value))


def _whole(kind: Type, value: str) -> str:
    """Complete a time, or a date and time."""
    digits = int(kind.arguments[0]) if kind.arguments and kind.arguments[0].isdigit() else 0
    if kind.name in ("datetime", "timestamp", "time"):
        value += " 00:00:00" if kind.name != "time" and len(value) == 10 else ":00" if value.count(":") == 1 else ""
        whole, _, fraction = value.partition(".")
        return f"{whole}.{fraction[:digits].ljust(digits, '0')}" if digits else whole
    return value


def _number(name: str, kind: Type, value: str) -> str:
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        raise invalid_default(name) from None
    if kind.name in data_types.INTEGERS or kind.name == "year":
        return str(int(number.to_integral_value(rounding="ROUND_HALF_UP")))
    scale: Any = kind.arguments[1] if len(kind.arguments) > 1 else None
    if scale is not None:
        return "{:f}".format(number.quantize(Decimal(1).scaleb(-int(scale)), rounding="ROUND_HALF_UP"))
    return f"{float(number):.15g}"


def _check_text(name: str, kind: Type, value: str) -> None:
    if kind.name in ("char", "varchar") and len(value) > int(kind.arguments[0]):
        raise invalid_default(name)
    if kind.name == "enum" and literal(value).lower() not in [item.lower() for item in kind.arguments]:
        raise invalid_default(name)
    if kind.name in ("date", "datetime", "timestamp") and not value[:1].isdigit():
        raise invalid_default(name)
