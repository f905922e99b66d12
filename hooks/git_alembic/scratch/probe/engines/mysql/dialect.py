"""MySQL's and MariaDB's own dialects over catalogs: they ask what they ask a server, and are answered."""

from __future__ import annotations

from typing import Any, Callable

from sqlalchemy.dialects.mysql.base import MySQLDialect
from sqlalchemy.dialects.mysql.mariadb import MariaDBDialect

from git_alembic.scratch.probe.engines.mysql.connection import Connection, driver
from git_alembic.scratch.probe.guard.redirect import RedirectedDialect

_LEVELS = ("SERIALIZABLE", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "AUTOCOMMIT")


class Answered(RedirectedDialect):
    """To be subclassed with `connected`, which gives a connection for the key of a database and a driver's name."""

    driver_module = driver
    default_paramstyle = "format"
    supports_statement_cache = True
    supports_server_side_cursors = False
    supports_native_decimal = True
    supports_sane_rowcount = True
    supports_sane_multi_rowcount = True
    connected: Callable[[str, str], Connection]

    def open(self, database: str) -> Any:
        return type(self).connected(database, self.driver)

    def _extract_error_code(self, exception: Any) -> Any:
        return exception.args[0] if exception.args else None

    def _detect_charset(self, _: Any) -> str:
        return "utf8mb4"

    def get_isolation_level_values(self, *_: Any) -> Any:
        return _LEVELS

    def set_isolation_level(self, dbapi_connection: Any, level: str, *_: Any) -> None:
        dbapi_connection.autocommit(level == "AUTOCOMMIT")

    def get_isolation_level(self, dbapi_connection: Any) -> Any:
        return "AUTOCOMMIT" if dbapi_connection.get_autocommit() else "REPEATABLE READ"

    def detect_autocommit_setting(self, dbapi_conn: Any) -> bool:
        return bool(dbapi_conn.get_autocommit())

    def is_disconnect(self, *_: Any) -> bool:
        return False

    def do_ping(self, *_: Any) -> bool:
        return True


class MySQL(Answered, MySQLDialect):
    """For `mysql://`."""


class MariaDB(Answered, MariaDBDialect):
    """For `mariadb://`."""

    name = "mariadb"
