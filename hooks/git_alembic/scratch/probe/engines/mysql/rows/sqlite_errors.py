"""Turns SQLite's errors into the server's errors."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.mysql.errors import ServerError


def constraint_error(message: str) -> ServerError:
    """Return the server's error for a constraint that failed in SQLite."""
    kind, _, place = message.partition(" constraint failed: ")
    column = place.rpartition(".")[2]
    if kind == "NOT NULL":
        return ServerError(1048, f"Column '{column}' cannot be null")
    return ServerError(1062, f"Duplicate entry for key '{column}'")
