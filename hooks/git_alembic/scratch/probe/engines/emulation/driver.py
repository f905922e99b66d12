"""A DBAPI driver without a server: a module with PEP 249's exceptions, connections and cursors."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from types import ModuleType
from typing import Any, NamedTuple, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import EmulatedServerError
from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget, LimitReached

_EXCEPTIONS = {
    "Error": "Exception", "Warning": "Exception", "InterfaceError": "Error", "DatabaseError": "Error",
    "DataError": "DatabaseError", "OperationalError": "DatabaseError", "IntegrityError": "DatabaseError",
    "InternalError": "DatabaseError", "ProgrammingError": "DatabaseError", "NotSupportedError": "DatabaseError",
}  # fmt: skip


def make_driver(name: str, paramstyle: str) -> Any:
    """Return a driver as a module."""
    driver: Any = ModuleType(name)
    driver.apilevel, driver.threadsafety, driver.paramstyle = "2.0", 1, paramstyle
    driver.Binary = bytes
    classes: dict[str, Any] = {"Exception": Exception}
    for exception, base in _EXCEPTIONS.items():
        classes[exception] = type(exception, (classes[base],), {"pgcode": None, "sqlstate": None})
        setattr(driver, exception, classes[exception])
    return driver


class Result(NamedTuple):
    """Names of columns (None without rows), the rows, the number of affected rows, and the last id of a row."""

    names: list[str] | None = None
    rows: Sequence[tuple[Any, ...]] = ()
    touched: int = -1
    last: int | None = None


class EmulatedConnection(ABC):
    """A connection to an emulated database. Errors of the server and limits become the driver's exceptions."""

    closed = 0

    def __init__(self, driver: Any, budget: Budget) -> None:
        self._driver = driver
        self._budget = budget

    @abstractmethod
    def execute(self, text: str, parameters: Any) -> Result:
        """Run a text. Raise EmulatedServerError, LimitReached or sqlite3.Error."""

    @abstractmethod
    def close(self) -> None:
        """Roll back what was not committed."""

    def run(self, text: str, parameters: Any) -> Result:
        """Run a text. Raise the driver's exceptions."""
        try:
            return self._run_within_limits(text, parameters)
        except EmulatedServerError as error:
            raise error.as_driver_error(self._driver) from error
        except LimitReached as error:
            raise self._driver.OperationalError(str(error)) from error

    def _run_within_limits(self, text: str, parameters: Any) -> Result:
        try:
            return self.execute(text, parameters)
        except sqlite3.Error:
            self._budget.check()
            raise

    def cursor(self, *_: Any, **__: Any) -> EmulatedCursor:
        return EmulatedCursor(self)

    def terminate(self) -> None:
        self.close()


class EmulatedCursor:
    """A cursor. Asynchronous engines call more than PEP 249 has."""

    arraysize = 1
    server_side = False

    def __init__(self, connection: EmulatedConnection) -> None:
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

    @property
    def lastrowid(self) -> int | None:
        return self._result.last

    def execute(self, text: Any, parameters: Any = None) -> EmulatedCursor:
        self._at = 0
        self._result = Result()
        self._result = self.connection.run(text.decode() if isinstance(text, bytes) else str(text), parameters)
        return self

    def executemany(self, text: Any, rows: Sequence[Any]) -> EmulatedCursor:
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
        """Do nothing, because the types are known."""

    def setoutputsize(self, *_: Any) -> None:
        """Do nothing."""

    def close(self) -> None:
        self._result = Result()

    async def _async_soft_close(self) -> None:
        """Do nothing. Asynchronous engines call it on every cursor."""
