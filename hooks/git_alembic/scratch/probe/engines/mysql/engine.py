"""Emulated MySQL and MariaDB as a scratch engine."""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.emulation.engine import EmulatedEngine
from git_alembic.scratch.probe.engines.emulation.work_budget import Limits
from git_alembic.scratch.probe.engines.mysql.catalog import model
from git_alembic.scratch.probe.engines.mysql.connection import MySQLConnection
from git_alembic.scratch.probe.engines.mysql.emulated_server import Server
from git_alembic.scratch.probe.engines.scratch_engine import bind

_VERSIONS = {"mysql": model.MYSQL, "mariadb": model.MARIADB}


class MySQL(EmulatedEngine[Server]):
    """Servers by family and host ("mariadb://host"). Databases of one server can refer to each other."""

    state_file = "mysql.json"
    model = model

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits or Limits())

    def dialects(self) -> Mapping[str, Any]:
        from git_alembic.scratch.probe.engines.mysql.dialect import EmulatedMariaDB, EmulatedMySQL

        return {"mysql": bind(EmulatedMySQL, self), "mariadb": bind(EmulatedMariaDB, self)}

    def connect(self, dialect: Any, database: str, _options: Mapping[str, Any]) -> MySQLConnection:
        place, _, name = database.rpartition("/")
        return MySQLConnection(self.open_database(place), name or "scratch", dialect.driver)

    def create(self, key: str, catalog: Any) -> Server:
        return Server(catalog or model.Catalog(_VERSIONS[key.partition(":")[0]]), self.budget, self.note)
