"""DBAPI connections to the emulated servers, with MySQL's transactions."""

from __future__ import annotations

from typing import Any

from git_alembic.scratch.probe.engines.emulation import driver as driver_base
from git_alembic.scratch.probe.engines.emulation.driver import Result, make_driver
from git_alembic.scratch.probe.engines.mysql.emulated_server import Server
from git_alembic.scratch.probe.engines.mysql.parsing.parameters import fill_parameters

driver: Any = make_driver("git_alembic_mysql_driver", "format")


class MySQLConnection(driver_base.EmulatedConnection):
    """A connection to a database of a server. A change of the schema commits everything before it."""

    def __init__(self, server: Server, database: str, driver_name: str = "") -> None:
        super().__init__(driver, server.budget)
        self.server = server
        self.session = server.session(database)
        self.session.single_statements = driver_name == "pymysql"
        self._autocommit = False

    def commit(self) -> None:
        self.server.transactions.commit()

    def rollback(self) -> None:
        self.server.transactions.rollback()

    def close(self) -> None:
        self.rollback()
        self.server.end()

    def autocommit(self, value: bool) -> None:
        self._autocommit = value

    def get_autocommit(self) -> bool:
        return self._autocommit

    def character_set_name(self) -> str:
        return "utf8mb4"

    def ping(self, *_: Any) -> None:
        """Do nothing, because the server is in this process."""

    def execute(self, text: str, parameters: Any) -> Result:
        result = self.server.execute(self.session, fill_parameters(text, parameters))
        if self._autocommit:
            self.server.transactions.commit()
        return result
