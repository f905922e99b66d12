"""MySQL's and MariaDB's real dialects over emulated servers. They send the same queries as to real servers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.mysql.base import MySQLDialect
from sqlalchemy.dialects.mysql.mariadb import MariaDBDialect

from git_alembic.scratch.probe.engines.emulation.dialect import EmulatedDialect
from git_alembic.scratch.probe.engines.mysql.connection import driver


class _Emulated(EmulatedDialect):
    """A mixin for both real dialects, which reflect through SHOW CREATE TABLE."""

    driver_module = driver
    default_paramstyle = "format"
    supports_sane_rowcount = True
    supports_sane_multi_rowcount = True

    def _extract_error_code(self, exception: Any) -> Any:
        return exception.args[0] if exception.args else None

    def _detect_charset(self, _: Any) -> str:
        return "utf8mb4"

    def set_isolation_level(self, dbapi_connection: Any, level: str, *_: Any) -> None:
        dbapi_connection.autocommit(level == "AUTOCOMMIT")

    def get_isolation_level(self, dbapi_connection: Any) -> Any:
        return "AUTOCOMMIT" if dbapi_connection.get_autocommit() else "REPEATABLE READ"

    def detect_autocommit_setting(self, dbapi_conn: Any) -> bool:
        return bool(dbapi_conn.get_autocommit())


class EmulatedMySQL(_Emulated, MySQLDialect):
    """The dialect for `mysql://`."""


class EmulatedMariaDB(_Emulated, MariaDBDialect):
    """The dialect for `mariadb://`."""

    name = "mariadb"
