"""Scratch databases inside the process: SQLite files and the emulated servers."""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.database_of_url import DatabaseIdentities
from git_alembic.scratch.probe.engines.mysql.engine import MySQL
from git_alembic.scratch.probe.engines.postgresql.engine import PostgreSQL
from git_alembic.scratch.probe.engines.scratch_engine import ScratchEngine
from git_alembic.scratch.probe.engines.setup_sql_execution import SetupStatements
from git_alembic.scratch.probe.engines.sqlite import SQLiteFiles
from git_alembic.scratch.probe.guard.engine_redirect import DRIVERS, disconnect


class EmbeddedDatabases(ScratchEngine):
    """One engine for each family of databases.

    Without `parser` (the path of libpg_query) there is no engine for PostgreSQL. With `only_sqlite`, SQLite files
    replace all families.
    """

    def __init__(self, parser: str | None, only_sqlite: bool) -> None:
        self._files = SQLiteFiles()
        self._only_sqlite = only_sqlite
        self._engines: list[ScratchEngine] = [self._files]
        if not only_sqlite:
            self._engines += [MySQL(), *([PostgreSQL(parser)] if parser else [])]

    def use(self, identities: DatabaseIdentities, setup: SetupStatements) -> None:
        super().use(identities, setup)
        for engine in self._engines:
            engine.use(identities, setup)

    def dialects(self) -> Mapping[str, Any]:
        if self._only_sqlite:
            return dict.fromkeys(DRIVERS, self._files.dialects()["sqlite"])
        return {family: dialect for engine in self._engines for family, dialect in engine.dialects().items()}

    def load(self, folder: str) -> None:
        disconnect()
        for engine in self._engines:
            engine.load(folder)

    def save(self) -> None:
        disconnect()
        for engine in self._engines:
            engine.save()

    def begin_revision(self, revision: str) -> None:
        for engine in self._engines:
            engine.begin_revision(revision)

    def not_replayed(self) -> list[dict[str, str]]:
        return [statement for engine in self._engines for statement in engine.not_replayed()]
