"""MySQL and MariaDB without a server: the real dialects over catalogs in memory, with a SQLite mirror of their rows.

Unlike PostgreSQL's, these dialects reflect tables from what SHOW CREATE TABLE prints, so that is what is answered.
"""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.mysql.catalog.model import MARIADB, MYSQL, Catalog
from git_alembic.scratch.probe.engines.mysql.catalog.saving import from_json, to_json
from git_alembic.scratch.probe.engines.mysql.server import Server
from git_alembic.scratch.probe.engines.postgresql.database import Budget

__all__ = ["VERSIONS", "Servers"]
VERSIONS = {"mysql": MYSQL, "mariadb": MARIADB}
_LONGEST_TEXT = 500


class Servers:
    """The servers of the process, by family and host; databases of one server know each other."""

    def __init__(self, saved: Mapping[str, Any], statements: int = 20_000, seconds: float = 60.0) -> None:
        """As they were saved; with a budget for each revision."""
        self._open: dict[str, Server] = {}
        self._budget = Budget(statements, seconds)
        self._revision = ""
        self.not_replayed: list[dict[str, str]] = []
        for key, one in saved.items():
            self._open[key] = Server(from_json(one["catalog"]), self._budget, self._note)
            self._open[key].mirror.load(one["mirror"])

    def connected(self, key: str, driver: str = "") -> Any:
        """A connection to the database of a key, as `redirect.database_key` makes it, by a driver of this name."""
        from git_alembic.scratch.probe.engines.mysql.connection import Connection

        place, _, database = key.rpartition("/")
        if place not in self._open:
            version = VERSIONS[place.partition(":")[0]]
            self._open[place] = Server(Catalog(version), self._budget, self._note)
        return Connection(self._open[place], database or "scratch", driver)

    def begin(self, revision: str) -> None:
        """What follows belongs to this revision, which has the whole budget before it."""
        self._revision = revision
        self._budget.begin()

    def dump(self, rows: int = 1000) -> dict[str, Any]:
        """All of it as JSON, for the next time; rows of tables that have no more than so many."""
        return {
            key: {"catalog": to_json(server.catalog), "mirror": server.mirror.dump(rows)}
            for key, server in self._open.items()
        }

    def _note(self, statement: str, reason: str) -> None:
        text = " ".join(statement.split())[:_LONGEST_TEXT]
        self.not_replayed.append({"revision": self._revision, "statement": text, "reason": reason})
