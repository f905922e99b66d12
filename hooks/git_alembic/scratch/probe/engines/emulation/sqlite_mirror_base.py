"""The SQLite database in memory that holds the rows of an emulated server."""

from __future__ import annotations

import sqlite3
from typing import Any, Iterable, Sequence

from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget


def quote_name(name: str) -> str:
    """Return a name in backticks. In double quotes, SQLite would read an unknown name as a string."""
    return "`{}`".format(name.replace("`", "``"))


def quoted_text(text: str) -> str:
    """Return a string as a literal."""
    return "'{}'".format(text.replace("'", "''"))


class SQLiteRows:
    """A connection whose statements are counted against a budget."""

    def __init__(self, budget: Budget, **options: Any) -> None:
        self.budget = budget
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, **options)
        budget.watch(self.connection)

    def finds(self, query: str) -> bool:
        """True if a query returns rows."""
        return self.connection.execute(f"{query} LIMIT 1").fetchone() is not None

    def replace_table(self, place: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Replace a table. A column may have a type."""
        self.connection.execute(f"DROP TABLE IF EXISTS {place}")
        self.connection.execute(f"CREATE TABLE {place} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        self.connection.executemany(f"INSERT INTO {place} VALUES ({marks})", rows)

    def rows_of(self, query: str, most: int) -> list[list[Any]]:
        """Return the rows of a query, or none if there are more than `most`."""
        rows = self.connection.execute(f"{query} LIMIT ?", (most + 1,)).fetchall()
        return [list(row) for row in rows] if len(rows) <= most else []
