"""Runs the statements of the setting `setup` on each new scratch database."""

from __future__ import annotations

import re
from typing import Any, Iterator

_PIECE = re.compile(
    r"--[^\n]*|/\*.*?\*/"  # a comment
    r"|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`"  # a string or a name
    r"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$"  # a dollar-quoted string of PostgreSQL
    r"|[^;'\"`$/-]+|.",
    re.DOTALL,
)


class SetupFailed(Exception):
    """A statement of the setting `setup` failed."""


class SetupStatements:
    def __init__(self, text: str) -> None:
        self._statements = list(split_statements(text))

    def run(self, connection: Any) -> None:
        """Run all statements on a DBAPI connection, and commit."""
        if not self._statements:
            return
        cursor = connection.cursor()
        for statement in self._statements:
            _execute(cursor, statement)
        cursor.close()
        connection.commit()


def _execute(cursor: Any, statement: str) -> None:
    try:
        cursor.execute(statement)
    except Exception as error:
        raise SetupFailed("{}: {}".format(" ".join(str(error).split()), " ".join(statement.split()))) from error


def split_statements(text: str) -> Iterator[str]:
    """Yield the statements of a script. They end with semicolons. Statements with only comments are left out."""
    statement = ""
    for piece in _PIECE.finditer(text + ";"):
        if piece[0] != ";":
            statement += piece[0]
            continue
        if re.sub(r"--[^\n]*|/\*.*?\*/", "", statement, flags=re.DOTALL).strip():
            yield statement.strip()
        statement = ""
