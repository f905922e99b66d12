"""Emulated PostgreSQL as a scratch engine."""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.emulation.engine import EmulatedEngine
from git_alembic.scratch.probe.engines.emulation.work_budget import Limits
from git_alembic.scratch.probe.engines.postgresql.catalog import model
from git_alembic.scratch.probe.engines.postgresql.connection import PostgreSQLConnection
from git_alembic.scratch.probe.engines.postgresql.emulated_database import Database
from git_alembic.scratch.probe.engines.postgresql.expressions.stored_expressions import Expressions
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Parser
from git_alembic.scratch.probe.engines.scratch_engine import bind


class PostgreSQL(EmulatedEngine[Database]):
    """Databases by `engine_redirect.database_key`. `parser_path` is libpg_query's library, loaded on demand."""

    state_file = "postgresql.json"
    model = model

    def __init__(self, parser_path: str, limits: Limits | None = None) -> None:
        super().__init__(limits or Limits())
        self._parser_path = parser_path
        self._expressions: Expressions | None = None

    def dialects(self) -> Mapping[str, Any]:
        from git_alembic.scratch.probe.engines.postgresql.dialect import EmulatedPostgreSQL

        return {"postgresql": bind(EmulatedPostgreSQL, self)}

    def connect(self, _dialect: Any, database: str, _options: Mapping[str, Any]) -> PostgreSQLConnection:
        return PostgreSQLConnection(self.open_database(database))

    def create(self, _key: str, catalog: Any) -> Database:
        self._expressions = self._expressions or Expressions(Parser(self._parser_path))
        return Database(catalog or model.Catalog(), self._expressions, self.budget, self.note)
