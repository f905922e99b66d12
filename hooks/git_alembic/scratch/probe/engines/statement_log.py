"""A log of the statements that created databases on a server. It recreates them without the project's code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from git_alembic.scratch.probe.guard.statements.reading_statements import only_reads

# Queries of dialects before they create something. They change nothing; any other query may call a function with
# effects.
_LOOKUP = re.compile(r"\bfrom\s+\W?(pg_|information_schema|all_|user_|sys\W)|^\s*(show|describe|desc)\b", re.IGNORECASE)


class StatementLog:
    """The log. It records only during `recording`."""

    def __init__(self) -> None:
        self._logged: dict[str, list[str]] = {}
        self._complete = True

    @property
    def statements(self) -> Mapping[str, list[str]] | None:
        """The statements by database, or None if they don't recreate everything."""
        return self._logged if self._complete and self._logged else None

    @contextmanager
    def recording(self, connection: Any) -> Iterator[None]:
        """Log what runs on a connection. The log is incomplete if other connections run statements at the same time."""
        logged = self._logged.setdefault(connection.dialect.instead_of, [])

        def log(other: Any, _: Any, statement: str, parameters: Any, __: Any, ___: Any) -> None:
            if _LOOKUP.search(statement) and only_reads(statement):
                return
            # A driver may interpret a percent sign even without parameters.
            self._complete = (
                self._complete and other.engine is connection.engine and not parameters and _is_repeatable(statement)
            )
            logged.append(statement)

        event.listen(Engine, "before_cursor_execute", log)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", log)


def _is_repeatable(statement: str) -> bool:
    return "%" not in statement and not only_reads(statement)
