"""Selects the scratch engine for a request."""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.database_of_url import DatabaseIdentities
from git_alembic.scratch.probe.engines.scratch_engine import ScratchEngine
from git_alembic.scratch.probe.engines.setup_sql_execution import SetupStatements
from git_alembic.scratch.probe.guard.audit_hook import Guard
from git_alembic.scratch.probe.guard.engine_redirect import refuse_other_engines


def install_engine(question: Mapping[str, Any], guard: Guard) -> ScratchEngine:
    """Install the engine for "scratch", "sqlite" or the URL of a server, as `question["database"]` says."""
    database = question["database"]
    engine: ScratchEngine
    if "://" in database:
        from git_alembic.scratch.probe.engines.real_server import ServerDatabases

        engine = ServerDatabases(question, guard)
    else:
        from git_alembic.scratch.probe.engines.sqlite_and_emulated_databases import EmbeddedDatabases

        refuse_other_engines(guard.refuse_engine)
        engine = EmbeddedDatabases(question["parser"], database == "sqlite")
    engine.use(DatabaseIdentities(question["top"], question["working_tree"]), SetupStatements(question["setup"]))
    engine.install()
    return engine
