"""DBAPI connections to emulated databases, with PostgreSQL's transactions."""

from __future__ import annotations

import sqlite3
from typing import Any, Dict, Sequence, Tuple

from git_alembic.scratch.probe.engines.emulation import driver as driver_base
from git_alembic.scratch.probe.engines.emulation.driver import Result, make_driver
from git_alembic.scratch.probe.engines.emulation.execution_limits import LimitReached
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Table
from git_alembic.scratch.probe.engines.postgresql.errors import AbortedTransaction, ServerError
from git_alembic.scratch.probe.engines.postgresql.parser import ParseError, Statement
from git_alembic.scratch.probe.engines.postgresql.rows.json_and_time_functions import moment
from git_alembic.scratch.probe.engines.postgresql.statement_execution import Database

driver: Any = make_driver("git_alembic_postgresql_driver", "named")
_Saved = Tuple[Catalog, Dict[int, Table]]


class PostgreSQLConnection(driver_base.EmulatedConnection):
    """A connection to a database. As on a server, a failed statement aborts its transaction."""

    server_version = 150000

    def __init__(self, database: Database) -> None:
        super().__init__(driver, database.budget)
        self.database = database
        self.autocommit = False
        self.notices: list[str] = []
        self.search_path = ("public",)
        self._savepoints: list[tuple[str, _Saved]] = []
        self._failed = False
        self._outside = False  # after a COMMIT in SQL, which the driver does not see

    def commit(self) -> None:
        self._outside = False
        if self._failed:
            self.rollback()
        elif self._savepoints:
            self._release(0)

    def rollback(self) -> None:
        self._failed = self._outside = False
        if self._savepoints:
            self._back_to(0)
            self._release(0)

    def close(self) -> None:
        self.rollback()

    def set_isolation_level(self, *_: Any) -> None:
        """Do nothing."""

    def execute(self, text: str, parameters: Any) -> Result:
        control = self._control(text)
        if control is not None:
            self._transaction(control.fields)
            return Result()
        if self._failed:
            raise AbortedTransaction("current transaction is aborted, commands ignored until end of transaction block")
        implicit, by_itself = not self._savepoints, self.autocommit or self._outside
        if implicit:
            self._save("")
        try:
            self.database.catalog.search_path = self.search_path
            self.database.in_block = not (implicit and by_itself)
            result = self.database.execute(text, parameters)
            self.search_path = self.database.catalog.search_path
        except (ServerError, LimitReached, sqlite3.Error):
            self._fail()
            raise
        if implicit and by_itself:
            self._release(0)
        return result

    def _fail(self) -> None:
        if (self.autocommit or self._outside) and len(self._savepoints) == 1:
            outside = self._outside
            self.rollback()
            self._outside = outside
        else:
            self._failed = True

    def _control(self, text: str) -> Statement | None:
        """Return the statement if it controls a transaction (BEGIN, COMMIT, SAVEPOINT and so on)."""
        head = text.lstrip()[:9].upper()
        if not head.startswith(("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE")):
            return None
        try:
            statements: Sequence[Statement] = self.database.parser.statements(text)
        except ParseError:
            return None
        single = len(statements) == 1 and statements[0].kind == "TransactionStmt"
        return statements[0] if single else None

    def _transaction(self, node: Any) -> None:
        kind, name = node["kind"], node.get("savepoint_name", "")
        if kind in ("TRANS_STMT_BEGIN", "TRANS_STMT_START"):
            self._outside = False
            if not self._savepoints:
                self._save("")
        elif kind == "TRANS_STMT_COMMIT":
            self.commit()
            self._outside = True
        elif kind == "TRANS_STMT_ROLLBACK":
            self.rollback()
            self._outside = True
        elif kind == "TRANS_STMT_SAVEPOINT":
            if not self._savepoints:
                self._save("")
            self._save(name)
        elif kind == "TRANS_STMT_RELEASE":
            self._release(self._position(name))
        elif kind == "TRANS_STMT_ROLLBACK_TO":
            self._back_to(self._position(name))
            self._failed = False

    def _position(self, name: str) -> int:
        for position in range(len(self._savepoints) - 1, 0, -1):
            if self._savepoints[position][0] == name:
                return position
        raise ServerError(f'savepoint "{name}" does not exist', "3B001")

    def _save(self, name: str) -> None:
        database = self.database
        if not self._savepoints:
            database.mirror.session.moment = moment()
        self._savepoints.append((name, (database.catalog.copy(), dict(database.mirror.tables))))
        database.mirror.connection.execute(f"SAVEPOINT s{len(self._savepoints)}")

    def _back_to(self, position: int) -> None:
        catalog, tables = self._savepoints[position][1]
        self.database.catalog.restore(catalog)
        self.database.mirror.forget_system_catalogs()
        self.database.mirror.tables = dict(tables)
        if self.database.mirror.connection.in_transaction:  # an interruption ends the transaction
            self.database.mirror.connection.execute(f"ROLLBACK TO s{position + 1}")
        del self._savepoints[position + 1 :]

    def _release(self, position: int) -> None:
        if self.database.mirror.connection.in_transaction:
            self.database.mirror.connection.execute(f"RELEASE s{position + 1}")
        del self._savepoints[position:]
        if not self._savepoints:
            self.database.context.new_labels.clear()
