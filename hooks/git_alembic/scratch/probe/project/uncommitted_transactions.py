"""Finds transactions that env.py begins before `context.configure` and never commits.

Alembic leaves an open transaction to env.py: it neither begins nor commits its own. If env.py doesn't commit either,
everything that the revisions did is rolled back when the connection is closed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.engine import Engine

_ENV_PY = "env.py"


class Transactions:
    """Watches the transactions of all engines from its creation on."""

    def __init__(self, top: str) -> None:
        self._top = os.path.realpath(top) + os.sep
        self._begun: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
        self._commits: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        event.listen(Engine, "begin", self._begin)
        event.listen(Engine, "commit", self._commit)
        event.listen(Engine, "commit_twophase", self._commit)

    def opened_before(self, context: Any) -> OpenTransaction | None:
        """Return the transaction that was open when env.py configured a migration context, or None.

        After the run, it says whether it was committed. `context` is Alembic's MigrationContext.
        """
        connection = context.connection
        if connection is None or not getattr(context, "_in_external_transaction", False) or _is_autocommit(connection):
            return None
        return OpenTransaction(self, connection, self._begun.get(connection))

    def commits(self, connection: Any) -> int:
        """Return how often the connection has committed."""
        return self._commits.get(connection, 0)

    def _begin(self, connection: Any) -> None:
        self._begun[connection] = self._find_line()

    def _commit(self, connection: Any, *_: Any) -> None:
        self._commits[connection] = self.commits(connection) + 1

    def _find_line(self) -> dict[str, Any]:
        """Return {"path": relative to the tree or null, "line"} of env.py, or of the nearest file of the project."""
        nearest: dict[str, Any] = {"path": None, "line": None}
        for frame in _frames():
            path = os.path.realpath(frame.f_code.co_filename)
            if not path.startswith(self._top) or "site-packages" in path:
                continue
            place = {"path": os.path.relpath(path, self._top).replace(os.sep, "/"), "line": frame.f_lineno}
            if os.path.basename(path) == _ENV_PY:
                return place
            if nearest["path"] is None:
                nearest = place
        return nearest


class OpenTransaction:
    """A transaction that Alembic leaves to env.py."""

    def __init__(self, transactions: Transactions, connection: Any, place: dict[str, Any] | None) -> None:
        self._transactions = transactions
        self._connection = connection
        self._before = transactions.commits(connection)
        self.place = place or {"path": None, "line": None}

    @property
    def is_committed(self) -> bool:
        """True if the connection has committed since then."""
        return self._transactions.commits(self._connection) > self._before


def _is_autocommit(connection: Any) -> bool:
    """True if the driver commits each statement, whatever SQLAlchemy calls a transaction."""
    options = connection.get_execution_options()
    level = options.get("isolation_level") or getattr(connection.dialect, "_on_connect_isolation_level", None)
    return str(level).upper() == "AUTOCOMMIT"


def _frames() -> Iterator[FrameType]:
    """Yield the calling frames, including those of the coroutine that awaits SQLAlchemy's greenlet."""
    yield from _outer(sys._getframe(1))  # noqa: SLF001 - Python's documentation recommends it
    greenlet = sys.modules.get("greenlet")
    current = greenlet.getcurrent().parent if greenlet else None
    while current is not None:
        yield from _outer(current.gr_frame)
        current = current.parent


def _outer(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
