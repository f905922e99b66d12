"""Selects the scratch engine: a real server, or SQLite files and the emulated servers in this process.

Imports only the engine that a run needs.
"""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.scratch_database_for_project_url import DatabaseIdentities
from git_alembic.scratch.probe.engines.scratch_engine_interface import ScratchEngine
from git_alembic.scratch.probe.engines.setup_sql_execution import SetupStatements
from git_alembic.scratch.probe.guard.audit_hook import Guard
from git_alembic.scratch.probe.guard.engine_redirect import DRIVERS, disconnect, refuse_other_engines


def install_engine(question: Mapping[str, Any], guard: Guard) -> ScratchEngine:
    """Install the engine for "scratch", "sqlite" or the URL of a server, as `question["database"]` says."""
    database = question["database"]
    engine: ScratchEngine
    if "://" in database:
        from git_alembic.scratch.probe.engines.real_server_engine import ServerDatabases

        engine = ServerDatabases(question, guard)
    else:
        refuse_other_engines(guard.refuse_engine)
        engine = EmbeddedDatabases(question["parser"], database == "sqlite")
    engine.use(DatabaseIdentities(question["top"], question["working_tree"]), SetupStatements(question["setup"]))
    engine.install()
    return engine


class EmbeddedDatabases(ScratchEngine):
    """Scratch databases inside the process, with one engine for each family.

    Without `parser` (the path of libpg_query) there is no engine for PostgreSQL. With `only_sqlite`, SQLite files
    replace all families.
    """

    def __init__(self, parser: str | None, only_sqlite: bool) -> None:
        from git_alembic.scratch.probe.engines.sqlite_engine import SQLiteFiles

        self._files = SQLiteFiles()
        self._only_sqlite = only_sqlite
        self._engines: list[ScratchEngine] = [self._files]
        if not only_sqlite:
            self._add_emulated_servers(parser)

    def _add_emulated_servers(self, parser: str | None) -> None:
        from git_alembic.scratch.probe.engines.mysql.engine_and_dialect import MySQL

        self._engines.append(MySQL())
        if parser:
            from git_alembic.scratch.probe.engines.postgresql.engine_and_dialect import PostgreSQL

            self._engines.append(PostgreSQL(parser))

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
