"""A DBAPI driver without a server: connections to the databases of this process, with a real one's transactions."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Dict, Sequence, Tuple

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Table
from git_alembic.scratch.probe.engines.postgresql.database import Database, Result
from git_alembic.scratch.probe.engines.postgresql.errors import AbortedTransaction, ServerError
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import ParseError, Statement
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_functions import moment

# The class of a driver's exception, by the first two characters of the SQLSTATE.
_CLASSES = {
    "0A": "NotSupportedError", "20": "ProgrammingError", "21": "ProgrammingError", "22": "DataError",
    "23": "IntegrityError", "25": "InternalError", "2B": "InternalError", "3F": "ProgrammingError",
    "42": "ProgrammingError", "55": "OperationalError", "57": "OperationalError", "P0": "InternalError",
    "XX": "InternalError",
}  # fmt: skip
_TREE = {
    "Error": "Exception", "Warning": "Exception", "InterfaceError": "Error", "DatabaseError": "Error",
    "DataError": "DatabaseError", "OperationalError": "DatabaseError", "IntegrityError": "DatabaseError",
    "InternalError": "DatabaseError", "ProgrammingError": "DatabaseError", "NotSupportedError": "DatabaseError",
}  # fmt: skip


def _module() -> Any:
    """The driver as a module, with the exceptions that PEP 249 asks for."""
    made: Any = ModuleType("git_alembic_scratch_driver")
    made.apilevel, made.threadsafety, made.paramstyle = "2.0", 1, "named"
    made.Binary = bytes
    known: dict[str, Any] = {"Exception": Exception}
    for name, base in _TREE.items():
        known[name] = type(name, (known[base],), {"pgcode": None, "sqlstate": None})
        setattr(made, name, known[name])
    return made


driver: Any = _module()


def as_driver_error(error: ServerError) -> Exception:
    """What a driver raises for an error of the server."""
    made: Exception = getattr(driver, _CLASSES.get(error.code[:2], "DatabaseError"))(error.message)
    made.pgcode = made.sqlstate = error.code  # type: ignore[attr-defined]
    return made


_Saved = Tuple[Catalog, Dict[int, Table]]


class Connection:
    """A connection to one of the databases. A failed statement fails its transaction, as on the server."""

    server_version = 150000
    closed = 0

    def __init__(self, database: Database) -> None:
        self.database = database
        self.autocommit = False
        self.notices: list[str] = []
        self.search_path = ("public",)
        self._savepoints: list[tuple[str, _Saved]] = []
        self._failed = False
        self._outside = False  # after a COMMIT in words, of which a driver that keeps its own count knows nothing

    def cursor(self, *_: Any, **__: Any) -> Cursor:
        return Cursor(self)

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

    def terminate(self) -> None:
        self.close()

    def set_isolation_level(self, *_: Any) -> None:
        """Of no consequence here."""

    def run(self, text: str, parameters: Any) -> Result:
        """Run a text; raises the driver's exceptions."""
        try:
            return self._run(text, parameters)
        except ServerError as error:
            raise as_driver_error(error) from error

    def _run(self, text: str, parameters: Any) -> Result:
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
        except ServerError:
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
        """The statement, if it is one of BEGIN, COMMIT, SAVEPOINT and their like."""
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
            database.mirror.moment = moment()
        self._savepoints.append((name, (database.catalog.copy(), dict(database.mirror.tables))))
        database.mirror.connection.execute(f"SAVEPOINT s{len(self._savepoints)}")

    def _back_to(self, position: int) -> None:
        catalog, tables = self._savepoints[position][1]
        self.database.catalog.restore(catalog)
        self.database.mirror.forget()
        self.database.mirror.tables = dict(tables)
        self.database.mirror.connection.execute(f"ROLLBACK TO s{position + 1}")
        del self._savepoints[position + 1 :]

    def _release(self, position: int) -> None:
        self.database.mirror.connection.execute(f"RELEASE s{position + 1}")
        del self._savepoints[position:]
        if not self._savepoints:
            self.database.work.fresh.clear()


class Cursor:
    """A cursor; asynchronous engines ask it for more than PEP 249 does."""

    arraysize = 1
    server_side = False
    lastrowid = None

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._result = Result()
        self._at = 0

    @property
    def description(self) -> list[tuple[Any, ...]] | None:
        names = self._result.names
        return None if names is None else [(name, None, None, None, None, None, None) for name in names]

    @property
    def rowcount(self) -> int:
        return self._result.touched

    def execute(self, text: Any, parameters: Any = None) -> Cursor:
        self._at = 0
        self._result = Result()
        self._result = self.connection.run(text.decode() if isinstance(text, bytes) else str(text), parameters)
        return self

    def executemany(self, text: Any, rows: Sequence[Any]) -> Cursor:
        count = 0
        for parameters in rows:
            self.execute(text, parameters)
            count += max(self.rowcount, 0)
        self._result = Result(None, (), count)
        return self

    def fetchone(self) -> Any:
        rows = self.fetchmany(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        first, self._at = self._at, self._at + (self.arraysize if size is None else size)
        return list(self._result.rows[first : self._at])

    def fetchall(self) -> list[Any]:
        first, self._at = self._at, len(self._result.rows)
        return list(self._result.rows[first:])

    def __iter__(self) -> Any:
        return iter(self.fetchall())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def setinputsizes(self, *_: Any) -> None:
        """Types are known here without it."""

    def setoutputsize(self, *_: Any) -> None:
        """Likewise."""

    def close(self) -> None:
        self._result = Result()

    async def _async_soft_close(self) -> None:
        """Asked of every cursor by an asynchronous engine."""
