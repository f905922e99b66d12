"""A DBAPI driver without a server: connections to the servers of this process, with MySQL's transactions."""

from __future__ import annotations

from types import ModuleType
from typing import Any, cast

from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing.parameters import filled
from git_alembic.scratch.probe.engines.mysql.server import Result, Server
from git_alembic.scratch.probe.engines.postgresql import connection
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError as TimeOut


def _module() -> Any:
    """The driver as a module: PostgreSQL's exceptions under MySQL's conventions."""
    made: Any = ModuleType("git_alembic_scratch_mysql_driver")
    vars(made).update({name: one for name, one in vars(connection.driver).items() if not name.startswith("__")})
    made.paramstyle = "format"
    return made


driver: Any = _module()


class Connection:
    """A connection to one of the servers. What changes the catalog commits what came before it."""

    closed = 0

    def __init__(self, server: Server, database: str, driver_name: str = "") -> None:
        self.server = server
        self.session = server.session(database)
        self.session.one_by_one = driver_name == "pymysql"
        self.autocommit_ = False

    def cursor(self, *_: Any, **__: Any) -> Cursor:
        made: Any = Cursor
        return cast("Cursor", made(self))

    def commit(self) -> None:
        self.server.commit()

    def rollback(self) -> None:
        self.server.rollback()

    def close(self) -> None:
        self.rollback()
        self.server.end()

    def terminate(self) -> None:
        self.close()

    def autocommit(self, value: bool) -> None:
        self.autocommit_ = value

    def get_autocommit(self) -> bool:
        return self.autocommit_

    def character_set_name(self) -> str:
        return "utf8mb4"

    def ping(self, *_: Any) -> None:
        """It is there."""

    def run(self, text: str, parameters: Any) -> Result:
        """Run a text; raises the driver's exceptions."""
        try:
            result = self.server.execute(self.session, filled(text, parameters))
        except ServerError as error:
            raise getattr(driver, error.kind)(error.number, error.message) from error
        except TimeOut as error:
            raise driver.OperationalError(3024, "Query execution was interrupted, maximum time exceeded") from error
        if self.autocommit_:
            self.server.commit()
        return result


class Cursor(connection.Cursor):
    """Knows the last number that was given to a row."""

    connection: Any
    _result: Any

    @property
    def lastrowid(self) -> Any:  # type: ignore[override]
        return getattr(self._result, "last", 0)
