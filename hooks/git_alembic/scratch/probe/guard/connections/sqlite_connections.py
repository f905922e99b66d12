"""Replaces the connection class of `sqlite3`, so that every connection follows the rules of the guard.

Finds the file that a connection means, and makes URIs that open it read-only.
An audit event `sqlite3.connect` while `is_opening` is false comes from a connection of another class.
"""

from __future__ import annotations

import _sqlite3
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

_CONNECT_ARGUMENTS = (
    "timeout", "detect_types", "isolation_level", "check_same_thread", "factory", "cached_statements", "uri",
)  # fmt: skip
_ATTACH = 24  # SQLITE_ATTACH, which Python 3.8 does not name; VACUUM INTO uses it too
_OPENING = threading.local()


class SqliteTarget(NamedTuple):
    """What to open instead."""

    database: Any
    uri: bool


class Rules(NamedTuple):
    """`choose(database, uri)` returns what to open, or raises. `attaches(path)` is true if a file may be attached.

    `refuse(what)` records a forbidden ATTACH. A path that isn't a literal is "".
    """

    choose: Callable[[str, bool], SqliteTarget]
    refuse: Callable[[str], None]
    attaches: Callable[[str], bool] = lambda _: False
    cursor: Any = sqlite3.Cursor
    longest_wait: float | None = None  # seconds to wait for a lock


def is_opening() -> bool:
    """True while this thread opens a connection that the rules allow."""
    return getattr(_OPENING, "now", False)


def guard_connections(rules: Rules) -> None:
    """Apply the rules to every connection from now on."""

    class Connection(sqlite3.Connection):
        """A connection that keeps the guard's authorizer."""

        def __init__(self, database: Any, *arguments: Any, **options: Any) -> None:
            by_name = connect_arguments(arguments, options)
            by_name.pop("factory", None)
            opened = rules.choose(os.fsdecode(database), bool(by_name.pop("uri", False)))
            if rules.longest_wait is not None:
                by_name["timeout"] = min(float(by_name.get("timeout", rules.longest_wait)), rules.longest_wait)
            self._authorizers: list[Any] = []
            _OPENING.now = True
            try:
                super().__init__(opened.database, uri=opened.uri, **by_name)
            finally:
                _OPENING.now = False
            super().set_authorizer(_authorizer(rules, self._authorizers))

        def set_authorizer(self, authorizer_callback: Any) -> None:
            """Call this authorizer after the guard's authorizer."""
            self._authorizers[:] = [] if authorizer_callback is None else [authorizer_callback]

        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(factory or rules.cursor)

    def connect(database: Any, *arguments: Any, **options: Any) -> Any:
        by_name = connect_arguments(arguments, options)
        factory = by_name.pop("factory", None) or Connection
        if isinstance(factory, type) and not issubclass(factory, Connection):
            factory = type(factory.__name__, (factory, Connection), {})
        return factory(database, **by_name)

    for module in (sqlite3, sqlite3.dbapi2, _sqlite3):
        setattr(module, "Connection", Connection)  # noqa: B010 - mypy knows them as a class and a function
        setattr(module, "connect", connect)  # noqa: B010 - likewise


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


def _authorizer(rules: Rules, others: list[Any]) -> Callable[..., int]:
    """Make an authorizer without a reference to its connection, so that the connection can be freed."""

    def authorize(action: int, path: Any, *details: Any) -> int:
        if action == _ATTACH and path not in ("", ":memory:") and not rules.attaches(path or ""):
            rules.refuse(f"the SQLite database {'attached with ATTACH' if path is None else path}")
            return sqlite3.SQLITE_DENY
        answers = [other(action, path, *details) for other in others]
        return answers[0] if answers else sqlite3.SQLITE_OK

    return authorize


def _has_log(path: str) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(20)[18:] == b"\2\2"
    except OSError:
        return False
