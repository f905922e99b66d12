"""The SQLite connections of the process: each opens what the guard allows, and none attaches another file.

The class that `sqlite3` and the C module behind it offer is replaced. What is made past it shows up in the audit event
`sqlite3.connect` while no connection of ours is being opened (see `is_opening`).
"""

from __future__ import annotations

import _sqlite3
import os
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from git_alembic.scratch.probe.guard.sqlite_files import connect_arguments

_ATTACH = 24  # SQLITE_ATTACH, which Python 3.8 does not name; VACUUM INTO asks for it, too
_OPENING = threading.local()


class Opened(NamedTuple):
    """What to open in place of what was asked for."""

    database: Any
    uri: bool


class Rules(NamedTuple):
    """`choose(database, uri)` says what to open, or raises; `refuse(what)` notes that a file was to be attached.

    `attaches(path)` says which files may be attached; a path that is no literal is "".
    """

    choose: Callable[[str, bool], Opened]
    refuse: Callable[[str], None]
    attaches: Callable[[str], bool] = lambda _: False
    cursor: Any = sqlite3.Cursor
    longest_wait: float | None = None  # seconds, for a lock


def is_opening() -> bool:
    """Whether this thread is opening a connection that the rules allow."""
    return getattr(_OPENING, "now", False)


def guard_connections(rules: Rules) -> None:
    """Have every connection from now on follow the rules."""

    class Connection(sqlite3.Connection):
        """A connection whose authorizer stays."""

        def __init__(self, database: Any, *arguments: Any, **options: Any) -> None:
            named = connect_arguments(arguments, options)
            named.pop("factory", None)
            opened = rules.choose(os.fsdecode(database), bool(named.pop("uri", False)))
            if rules.longest_wait is not None:
                named["timeout"] = min(float(named.get("timeout", rules.longest_wait)), rules.longest_wait)
            self._authorizers: list[Any] = []
            _OPENING.now = True
            try:
                super().__init__(opened.database, uri=opened.uri, **named)
            finally:
                _OPENING.now = False
            super().set_authorizer(_authorizer(rules, self._authorizers))

        def set_authorizer(self, authorizer_callback: Any) -> None:
            """Have this one asked after ours."""
            self._authorizers[:] = [] if authorizer_callback is None else [authorizer_callback]

        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(factory or rules.cursor)

    def connect(database: Any, *arguments: Any, **options: Any) -> Any:
        named = connect_arguments(arguments, options)
        factory = named.pop("factory", None) or Connection
        if isinstance(factory, type) and not issubclass(factory, Connection):
            factory = type(factory.__name__, (factory, Connection), {})
        return factory(database, **named)

    for module in (sqlite3, sqlite3.dbapi2, _sqlite3):
        setattr(module, "Connection", Connection)  # noqa: B010 - mypy knows them as a class and a function
        setattr(module, "connect", connect)  # noqa: B010


def _authorizer(rules: Rules, others: list[Any]) -> Callable[..., int]:
    """What SQLite asks for each action; it holds no reference to its connection, which could not be freed then."""

    def authorize(action: int, path: Any, *details: Any) -> int:
        if action == _ATTACH and path not in ("", ":memory:") and not rules.attaches(path or ""):
            rules.refuse(f"the SQLite database {'of an ATTACH' if path is None else path}")
            return sqlite3.SQLITE_DENY
        answers = [other(action, path, *details) for other in others]
        return answers[0] if answers else sqlite3.SQLITE_OK

    return authorize
