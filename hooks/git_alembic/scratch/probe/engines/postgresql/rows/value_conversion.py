"""Converts Python values for SQLite, and SQLite values to a driver's values."""

from __future__ import annotations

import enum
import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Callable, Mapping
from uuid import UUID

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Type


def to_sqlite(value: Any) -> Any:
    """Return a parameter for SQLite."""
    if value is None or isinstance(value, (str, bytes, float)):
        return value
    if isinstance(value, (bool, int)):
        return int(value)
    if isinstance(value, (list, tuple, dict, set)):
        return json.dumps(_plain(value))
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (datetime, time)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    # A driver's wrapper, like psycopg2.extras.Json.
    wrapped = getattr(value, "adapted", getattr(value, "obj", None))
    return json.dumps(_plain(wrapped)) if isinstance(wrapped, (dict, list)) else str(value)


def _plain(value: Any) -> Any:
    """Return a value that JSON can contain."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else to_sqlite(value)


def from_sqlite(value: Any, kind: Type | None) -> Any:
    """Return a value as psycopg returns it."""
    if value is None or kind is None or kind.name.schema is not None:
        return value
    if kind.dimensions:
        return _items(value, kind)
    reader = _READERS.get(kind.name.name)
    if reader is None:
        return value
    try:
        return reader(value)
    except (ValueError, TypeError, ArithmeticError):
        return value


def _items(value: Any, kind: Type) -> Any:
    if not isinstance(value, str) or not value.startswith(("[", "{")):
        return value
    if value.startswith("{"):
        return [from_sqlite(item, Type(kind.name)) for item in value[1:-1].split(",") if item]
    return [from_sqlite(item, Type(kind.name)) for item in json.loads(value)]


def _moment(value: str) -> datetime:
    text = value.replace("Z", "+00:00")
    return datetime.fromisoformat(text + ":00" if text[-3:-2] in "+-" else text)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "bool": bool, "timestamp": _moment, "timestamptz": _moment, "date": lambda value: date.fromisoformat(value[:10]),
    "numeric": lambda value: Decimal(str(value)), "uuid": lambda value: UUID(str(value)), "json": json.loads,
    "jsonb": json.loads, "int4": int, "int8": int, "int2": int, "float8": float, "float4": float,
}  # fmt: skip
