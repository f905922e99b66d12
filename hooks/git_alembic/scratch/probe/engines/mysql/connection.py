"""DBAPI connections to the emulated servers. Like MySQL's drivers, they write parameters into the text."""

from __future__ import annotations

import enum
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Mapping

from git_alembic.scratch.probe.engines.emulation import driver as driver_base
from git_alembic.scratch.probe.engines.emulation.driver import Result, make_driver
from git_alembic.scratch.probe.engines.mysql.statement_execution import Server

driver: Any = make_driver("git_alembic_mysql_driver", "format")
_PLACE = re.compile(r"%%|%s|%\((?P<name>[^)]+)\)s")


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


def fill_parameters(text: str, parameters: Any) -> str:
    """Return the text with its parameters. Without parameters it is unchanged."""
    if parameters is None:
        return text
    values = iter(()) if isinstance(parameters, Mapping) else iter(parameters)

    def replacement(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        return write_literal(parameters[match["name"]] if match["name"] else next(values))

    try:
        return _PLACE.sub(replacement, text)
    except (StopIteration, KeyError, TypeError) as error:
        raise TypeError("not enough arguments for format string") from error


def write_literal(value: Any) -> str:
    """Return a value as a literal."""
    if isinstance(value, enum.Enum):
        value = value.name
    if isinstance(value, (list, tuple, set, frozenset)):
        return "({})".format(",".join(write_literal(item) for item in value))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"x'{bytes(value).hex()}'"
    if value is None or isinstance(value, bool):
        return "NULL" if value is None else str(int(value))
    if isinstance(value, (int, float, Decimal)):
        return repr(value) if isinstance(value, float) else str(value)
    return "'{}'".format(_text(value).replace("\\", "\\\\").replace("'", "''"))


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return str(value)
