"""The statements that made databases on a server: they make the same again, without the code that they came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from git_alembic.scratch.probe.guard.reading_statements import only_reads

# What dialects look up before they make something, which changes nothing; any other query may call what does.
_LOOKING = re.compile(
    r"\bfrom\s+\W?(pg_|information_schema|all_|user_|sys\W)|^\s*(show|describe|desc)\b", re.IGNORECASE
)


class Making:
    """Notes while `watching` lasts; `statements` are by what each database stands for, None if they are not all."""

    def __init__(self) -> None:
        self._noted: dict[str, list[str]] = {}
        self._whole = True

    @property
    def statements(self) -> Mapping[str, list[str]] | None:
        return self._noted if self._whole and self._noted else None

    @contextmanager
    def watching(self, connection: Any) -> Iterator[None]:
        """Note what is run on a connection; what others run meanwhile cannot be made again."""
        mine = connection.engine
        noted = self._noted.setdefault(connection.dialect.instead_of, [])

        def note(other: Any, _: Any, statement: str, parameters: Any, __: Any, ___: Any) -> None:
            if _LOOKING.search(statement) and only_reads(statement):
                return
            # A driver may read a percent sign where there are no parameters, too.
            self._whole = self._whole and other.engine is mine and not parameters and _makes(statement)
            noted.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", note)


def _makes(statement: str) -> bool:
    return "%" not in statement and not only_reads(statement)
