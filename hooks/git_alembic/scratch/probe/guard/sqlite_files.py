"""SQLite files as connections mean them, and as they are opened to be read and nothing else."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

_JOURNAL = re.compile(r"\s*pragma\s+(?:\w+\.)?journal_mode\s*[=(]", re.IGNORECASE)


def connect_arguments(arguments: Sequence[Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `sqlite3.connect` after the first."""
    return {**dict(zip(_CONNECT_ARGUMENTS, arguments)), **options}


_CONNECT_ARGUMENTS = (
    "timeout", "detect_types", "isolation_level", "check_same_thread", "factory", "cached_statements", "uri",
)  # fmt: skip


def file_of(database: str, *, uri: bool) -> str | None:
    """The file that an SQLite connection would be to, None for one in memory."""
    if uri and database.startswith("file:"):
        parts = urlsplit(database)
        memory = parse_qs(parts.query).get("mode") == ["memory"]
        database = "" if memory else unquote(parts.path)
    return None if database in ("", ":memory:") else database


def read_only_uri(path: str) -> str:
    """A file to be read only; at rest, one with a write-ahead log would get files beside it even so."""
    at_rest = not os.path.exists(path + "-wal") and _has_log(path)
    return "file:{}?mode=ro{}".format(quote(os.path.abspath(path)), "&immutable=1" if at_rest else "")


def _has_log(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(20)[18:] == b"\2\2"
    except OSError:
        return False


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, *arguments: Any) -> Any:
        """A journal mode is asked for and not set: on a file that is only read that would be an error."""
        return super().execute("PRAGMA journal_mode" if _JOURNAL.match(sql) else sql, *arguments)


class ReadOnlyConnection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)
