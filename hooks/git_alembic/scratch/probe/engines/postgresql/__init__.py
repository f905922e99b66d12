"""PostgreSQL without a server: the real dialect over catalogs in memory, with a SQLite mirror of their rows.

`install` gives the dialect for `redirect.redirect({"postgresql": …})`, and the catalogs that its connections work on.
"""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog
from git_alembic.scratch.probe.engines.postgresql.catalog.saving import from_json, to_json
from git_alembic.scratch.probe.engines.postgresql.database import Budget, Database
from git_alembic.scratch.probe.engines.postgresql.expressions.canonical_text import Expressions
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Parser

__all__ = ["Catalogs", "install"]
_LONGEST_TEXT = 500


class Catalogs:
    """The databases of the process, by `redirect.database_of(url)`."""

    def __init__(self, parser_path: str, saved: Mapping[str, Any], statements: int, seconds: float) -> None:
        self._expressions = Expressions(Parser(parser_path))
        self._open: dict[str, Database] = {}
        self._budget = Budget(statements, seconds)
        self._revision = ""
        self.not_replayed: list[dict[str, str]] = []
        for key, one in saved.items():
            database = self.database(key)
            database.catalog.restore(from_json(one["catalog"]))
            database.mirror.load(one["mirror"])

    @property
    def databases(self) -> dict[str, Catalog]:
        """The catalog of each database that was connected to, or saved."""
        return {key: database.catalog for key, database in self._open.items()}

    def database(self, key: str) -> Database:
        """The database of a key; a new one is empty."""
        if key not in self._open:
            self._open[key] = Database(Catalog(), self._expressions, self._budget, self._note)
        return self._open[key]

    def begin(self, revision: str) -> None:
        """What follows belongs to this revision, which has the whole budget before it."""
        self._revision = revision
        self._budget.begin()

    def dump(self, rows: int = 1000) -> dict[str, Any]:
        """All of it as JSON, for the next time; rows of tables that have no more than so many."""
        return {
            key: {"catalog": to_json(database.catalog), "mirror": database.mirror.dump(rows)}
            for key, database in self._open.items()
        }

    def _note(self, statement: str, reason: str) -> None:
        text = " ".join(statement.split())[:_LONGEST_TEXT]
        self.not_replayed.append({"revision": self._revision, "statement": text, "reason": reason})

    @property
    def dialect(self) -> Any:
        """The dialect class whose connections are to these databases."""
        from git_alembic.scratch.probe.engines.postgresql.dialect import Scratch

        return type("ScratchPostgreSQL", (Scratch,), {"database_named": staticmethod(self.database)})


def install(parser_path: str, saved: Mapping[str, Any], statements: int = 20_000, seconds: float = 60.0) -> Catalogs:
    """Catalogs as they were saved, with libpg_query at `parser_path`; a budget for each revision."""
    return Catalogs(parser_path, saved, statements, seconds)
