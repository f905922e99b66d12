"""SQLAlchemy engines for emulated MySQL and a real MariaDB, and their view of a schema."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Connection, Engine

from git_alembic.scratch.probe.engines.mysql.engine_and_dialect import MySQL
from git_alembic.scratch.probe.guard.engine_redirect import driver_variant
from tests.support.servers import MariaServer

_NUMBERS = count(1)
_INSPECTIONS = (
    "columns", "pk_constraint", "foreign_keys", "unique_constraints", "indexes", "check_constraints", "table_comment",
    "table_options",
)  # fmt: skip


def engine_of(emulated: MySQL, family: str = "mariadb") -> Engine:
    """Return an engine on one database of an emulated server."""
    dialect = driver_variant(family, "scratch", emulated.dialects()[family], set())
    registry.impls[f"{family}.scratch"] = lambda: dialect
    return sa.create_engine(f"{family}+scratch://host/app")


@contextmanager
def server_engine(server: MariaServer) -> Iterator[Engine]:
    """Yield an engine on a new database of a real server."""
    name = f"test_{next(_NUMBERS)}"
    server.run_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    engine = sa.create_engine(server.url("mariadb+pymysql").replace("/?", f"/{name}?"))
    try:
        yield engine
    finally:
        engine.dispose()
        server.run_sql(f"DROP DATABASE {name}")


def run_script(engine: Engine, script: list[str]) -> list[tuple[str, object]]:
    """Return each statement with its rows or its error."""
    with engine.connect() as connection:
        found = [(text, _outcome(connection, text)) for text in script]
        connection.commit()
        return found


def _outcome(connection: Connection, text: str) -> object:
    try:
        result = connection.exec_driver_sql(text, execution_options={"no_parameters": True})
        return [tuple(row) for row in result] if result.returns_rows else []
    except sa.exc.DBAPIError as error:
        number, message = error.orig.args if error.orig else (0, "")
        if number == 1054:  # versions differ in the place of the missing column
            message = str(message).partition(" in ")[0]
        name = str(connection.engine.url.database)
        return type(error).__name__, number, "" if number == 1064 else str(message).replace(name, "app")


def reflect(engine: Engine) -> dict[str, Any]:
    """Return the answers of an Inspector and SHOW CREATE TABLE in a form that can be compared."""
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        inspector = sa.inspect(connection)
        found: dict[str, Any] = {"views": inspector.get_view_names()}
        for table in inspector.get_table_names():
            text = connection.exec_driver_sql(f"SHOW CREATE TABLE `{table}`").fetchone()
            found[table] = {
                "text": str(text[1] if text else "").splitlines()[:-1],
                **{inspection: repr(getattr(inspector, f"get_{inspection}")(table)) for inspection in _INSPECTIONS},
            }
        return found
