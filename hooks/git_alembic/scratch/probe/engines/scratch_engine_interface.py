"""The single interface to scratch databases: emulated ones, SQLite files and databases on a server."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, ContextManager, Mapping, Sequence

from git_alembic.scratch.probe.engines.scratch_database_for_project_url import DatabaseIdentities
from git_alembic.scratch.probe.engines.setup_sql_execution import SetupStatements
from git_alembic.scratch.probe.guard.engine_redirect import RedirectedDialect, redirect


class NoScratch(Exception):
    """The configured server provides no scratch database."""


class ScratchEngine:
    """Scratch databases that replace the databases that the process would reach.

    `use` and `install` come first. Each run is `load`, then env.py, then `save`. The dialects call `open`, and read the
    schema for SQLAlchemy.
    """

    identities = DatabaseIdentities("", "")
    setup = SetupStatements("")

    def use(self, identities: DatabaseIdentities, setup: SetupStatements) -> None:
        """Use `identities` to distinguish databases, and run `setup` on each new database."""
        self.identities, self.setup = identities, setup

    def open(self, dialect: Any, database: str, options: Mapping[str, Any]) -> Any:
        """Return a new DBAPI connection to the scratch of a database (see `engine_redirect.database_key`)."""
        identity = self.identities.find(database)
        is_new = self.is_new(identity)
        connection = self.connect(dialect, identity, options)
        if is_new and self.identities.begin_setup(identity):
            self.setup.run(connection)
        return connection

    def is_new(self, identity: str) -> bool:
        """True if no earlier run has made the database."""
        return not self.identities.is_known(identity)

    def dialects(self) -> Mapping[str, Any]:
        """Return the dialects that connect to these databases and reflect them, by family ("postgresql")."""
        return {}

    def install(self) -> None:
        """Replace the real dialects with these."""
        redirect(self.dialects())

    def connect(self, dialect: Any, database: str, options: Mapping[str, Any]) -> Any:
        """Return a new DBAPI connection to the database of an identity."""
        raise NotImplementedError

    def load(self, folder: str) -> None:
        """Continue with the databases that an earlier run saved in a folder, and close connections to others."""
        raise NotImplementedError

    def save(self) -> None:
        """Save the databases in the folder that `load` received."""

    def begin_revision(self, revision: str) -> None:
        """Attribute the following statements to a revision."""

    def not_replayed(self) -> list[dict[str, str]]:
        """Return {"revision", "statement", "reason"} for each statement of this run whose effect is unknown."""
        return []

    def recording(self, _connection: Any) -> ContextManager[None]:
        """Record the statements of a connection if the databases cannot be saved."""
        return nullcontext()

    def recorded_statements(self) -> Mapping[str, Sequence[str]] | None:
        """Return the recorded statements by database, or None if they don't recreate the databases."""
        return None


class EngineDialect(RedirectedDialect):
    """A dialect that connects to a scratch engine; see `bind`."""

    scratch: ScratchEngine

    def open(self, database: str) -> Any:
        return type(self).scratch.open(self, database, {})


def bind(dialect: type[EngineDialect], scratch: ScratchEngine) -> Any:
    """Return a dialect that connects to this engine."""
    return type(dialect.__name__, (dialect,), {"scratch": scratch})
