"""Emulated MySQL and MariaDB as a scratch engine, and SQLAlchemy's real dialects over it."""

from __future__ import annotations

from typing import Any, Mapping

from sqlalchemy.dialects.mysql.base import MySQLDialect
from sqlalchemy.dialects.mysql.mariadb import MariaDBDialect

from git_alembic.scratch.probe.engines.emulation.dialect_base import EmulatedDialect
from git_alembic.scratch.probe.engines.emulation.engine_base import EmulatedEngine
from git_alembic.scratch.probe.engines.emulation.execution_limits import Limits
from git_alembic.scratch.probe.engines.mysql import catalog as model
from git_alembic.scratch.probe.engines.mysql.connection import MySQLConnection, driver
from git_alembic.scratch.probe.engines.mysql.statement_execution import Server
from git_alembic.scratch.probe.engines.scratch_engine_interface import bind

_VERSIONS = {"mysql": model.MYSQL, "mariadb": model.MARIADB}


class MySQL(EmulatedEngine[Server]):
    """Servers by family and host ("mariadb://host"). Databases of one server can refer to each other."""

    state_file = "mysql.json"
    model = model

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits or Limits())

    def dialects(self) -> Mapping[str, Any]:
        return {"mysql": bind(EmulatedMySQL, self), "mariadb": bind(EmulatedMariaDB, self)}

    def connect(self, dialect: Any, database: str, _options: Mapping[str, Any]) -> MySQLConnection:
        place, _, name = database.rpartition("/")
        return MySQLConnection(self.open_database(place), name or "scratch", dialect.driver)

    def create(self, key: str, catalog: Any) -> Server:
        return Server(catalog or model.Catalog(_VERSIONS[key.partition(":")[0]]), self.budget, self.note)


class _Emulated(EmulatedDialect):
    """A mixin for both real dialects. They send the same queries as to real servers, and read SHOW CREATE TABLE."""

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
