"""Limits the work of one revision. Only counts are limited, so no result depends on the speed of the machine."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

_STEPS_AT_ONCE = 100_000  # instructions of SQLite between two calls of its progress handler


class LimitReached(Exception):
    """A revision needs more than the limits allow. The revision's SQL cannot catch this."""


class Limits(NamedTuple):
    """The maximum for one revision. `rows` is the maximum that one statement returns."""

    statements: int = 100_000
    iterations: int = 1_000_000
    sqlite_steps: int = 1_000_000_000
    rows: int = 1_000_000


_NAMES = {
    "statements": "{:,} statements in one revision",
    "iterations": "{:,} iterations of loops in one revision",
    "sqlite_steps": "{:,} steps of SQLite in one revision",
    "rows": "{:,} rows from one statement",
}


class Budget:
    """The remaining part of the limits. A limit that was reached stays reached until the next revision begins."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.begin()

    def begin(self) -> None:
        """Reset the budget for the next revision."""
        self._left = dict(self._limits._asdict())
        self._reached = ""

    def check(self) -> None:
        """Raise LimitReached if a limit was reached."""
        if self._reached:
            most: int = getattr(self._limits, self._reached)
            raise LimitReached("the scratch database stops at " + _NAMES[self._reached].format(most))

    def spend(self, name: str, count: int = 1) -> None:
        """Count statements or iterations. Raise LimitReached if there are too many."""
        self._left[name] -= count
        if self._left[name] < 0:
            self._reached = self._reached or name
        self.check()

    def fetch(self, cursor: sqlite3.Cursor) -> list[Any]:
        """Return all rows of a cursor. Raise LimitReached if there are too many."""
        rows = cursor.fetchmany(self._limits.rows + 1)
        self.check_rows(len(rows))
        return rows

    def check_rows(self, count: int) -> None:
        """Raise LimitReached for more rows than one statement may return."""
        if count > self._limits.rows:
            self._reached = "rows"
        self.check()

    def watch(self, connection: sqlite3.Connection) -> None:
        """Interrupt statements of an SQLite database that take too many steps."""
        connection.set_progress_handler(self._count_steps, _STEPS_AT_ONCE)

    def _count_steps(self) -> bool:
        self._left["sqlite_steps"] -= _STEPS_AT_ONCE
        if self._left["sqlite_steps"] < 0:
            self._reached = self._reached or "sqlite_steps"
        return bool(self._reached)
