"""Finds the file that an SQLite connection means, and makes URIs that open it read-only."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

_CONNECT_ARGUMENTS = (
    "timeout", "detect_types", "isolation_level", "check_same_thread", "factory", "cached_statements", "uri",
)  # fmt: skip


def connect_arguments(arguments: Sequence[Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `sqlite3.connect` after the first, by name."""
    return {**dict(zip(_CONNECT_ARGUMENTS, arguments)), **options}


def file_of(database: str, *, uri: bool) -> str | None:
    """Return the file that an SQLite connection would open, or None for a database in memory."""
    if uri and database.startswith("file:"):
        parts = urlsplit(database)
        memory = parse_qs(parts.query).get("mode") == ["memory"]
        database = "" if memory else unquote(parts.path)
    return None if database in ("", ":memory:") else database


def memory_of(database: str) -> tuple[str, bool]:
    """Return what opens the same database in memory, and whether that is a URI."""
    parts = urlsplit(database)
    if not database.startswith("file:") or parse_qs(parts.query).get("cache") != ["shared"]:
        return ":memory:", False
    return f"file:{quote(unquote(parts.path))}?mode=memory&cache=shared", True


def read_only_uri(path: str) -> str:
    """Return a URI that opens a file read-only, without creating files for its write-ahead log."""
    at_rest = not os.path.exists(path + "-wal") and _has_log(path)
    return "file:{}?mode=ro{}".format(quote(os.path.abspath(path)), "&immutable=1" if at_rest else "")


def is_read_only_uri(uri: str) -> bool:
    """True if `read_only_uri` returns this URI for the file in it."""
    path = file_of(uri, uri=True)
    return path is not None and uri == read_only_uri(path)


def _has_log(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(20)[18:] == b"\2\2"
    except OSError:
        return False
