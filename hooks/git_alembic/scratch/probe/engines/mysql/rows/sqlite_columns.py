"""Columns as SQLite declares them, their length limits, and the values that a driver returns."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Callable

from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.mysql.catalog import Column

_KINDS = {
    "decimal": "MY_DECIMAL", "datetime": "MY_DATETIME", "timestamp": "MY_DATETIME", "date": "MY_DATE", "float": "REAL",
    "double": "REAL",
}  # fmt: skip
_NUMBERS = ("tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit")
_SIZES = {"tinytext": 2**8 - 1, "text": 2**16 - 1, "mediumtext": 2**24 - 1}  # in bytes
_LITERAL = re.compile(r"'(?:[^']|'')*'|-?[\d.]+(?:e[+-]?\d+)?")


def _reader(make: Callable[[str], Any]) -> Callable[[bytes], Any]:
    def read(value: bytes) -> Any:
        try:
            return make(value.decode())
        except (ValueError, ArithmeticError):
            return value.decode(errors="replace")

    return read


for _name, _make in (
    ("MY_DECIMAL", Decimal), ("MY_DATETIME", lambda text: datetime.fromisoformat(text[:26])),
    ("MY_DATE", lambda text: date.fromisoformat(text[:10])),
):  # fmt: skip
    sqlite3.register_converter(_name, _reader(_make))


def declare_column(column: Column, exact: bool) -> str:
    kind = column.type.name
    other = "BLOB" if kind.endswith(("blob", "binary")) else "TEXT"
    affinity = "INTEGER" if kind in _NUMBERS else _KINDS.get(kind, other)
    if column.auto:
        return f"{quote_name(column.name)} INTEGER PRIMARY KEY AUTOINCREMENT"
    words = [quote_name(column.name), affinity]
    if column.collation and not column.collation.endswith("_bin"):
        words.append("COLLATE NOCASE")
    default = _default(column)
    if exact and not column.nullable and not column.generated and (default or not column.default):
        words.append("NOT NULL")
    return " ".join([*words, f"DEFAULT {default}"] if default else words)


def _default(column: Column) -> str:
    if column.type.name == "enum" and not column.nullable and not column.default:
        return column.type.arguments[0]
    if _LITERAL.fullmatch(column.default):
        return column.default
    return "CURRENT_TIMESTAMP" if column.default.lower().startswith("current_timestamp") else ""


def implied_value(column: Column) -> str:
    """Return the value of a new column in existing rows, or "" if SQLite sets it."""
    if column.nullable or column.default or column.auto or column.generated:
        return ""
    return "0" if column.type.name in _NUMBERS or column.type.name in ("decimal", "float", "double") else "''"


def longest(column: Column) -> tuple[str, int] | None:
    """Return how to measure the length of a value, and a column's maximum. None without a limit."""
    kind, name = column.type.name, quote_name(column.name)
    if kind in ("char", "varchar"):
        return f"length({name})", int(column.type.arguments[0])
    in_bytes = f"length(CAST({name} AS BLOB))"
    if kind in ("binary", "varbinary"):
        return in_bytes, int(column.type.arguments[0])
    size = _SIZES.get(kind.replace("blob", "text"))
    return (in_bytes, size) if size else None


def too_long_condition(column: Column) -> str:
    """Return the condition for a value that is too long even without trailing spaces, or "" without a limit."""
    limit = longest(column)
    if limit is None:
        return ""
    measure, most = limit
    text = f"{measure} > {most}"
    return (
        f"{text} AND rtrim(substr({quote_name(column.name)}, {most + 1}), ' ') <> ''" if "CAST" not in measure else text
    )


def cut(column: Column) -> str:
    """Return an assignment that cuts values to the length of their column."""
    name, (measure, most) = quote_name(column.name), longest(column) or ("", 0)
    if "CAST" not in measure:
        return f"{name} = substr({name}, 1, {most})"
    affinity = "TEXT" if column.type.name.endswith("text") else "BLOB"
    return f"{name} = CAST(substr(CAST({name} AS BLOB), 1, {most}) AS {affinity})"
