"""The MySQL catalog as an engine beside a real MariaDB, and all that either says of a schema."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Connection, Engine

from git_alembic.scratch.probe.engines.mysql.engine import MySQL
from git_alembic.scratch.probe.guard.redirect import driver_variant
from tests.support.servers import MariaServer

_NUMBERS = count(1)
_QUESTIONS = (
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
    """An engine on a new database of the server."""
    name = f"test_{next(_NUMBERS)}"
    server.run_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    engine = sa.create_engine(server.url("mariadb+pymysql").replace("/?", f"/{name}?"))
    try:
        yield engine
    finally:
        engine.dispose()
        server.run_sql(f"DROP DATABASE {name}")


def run_script(engine: Engine, script: list[str]) -> list[tuple[str, object]]:
    """Each statement with its rows or its error."""
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
        if number == 1054:  # where the column is missing has other names in each version
            message = str(message).partition(" in ")[0]
        name = str(connection.engine.url.database)
        return type(error).__name__, number, "" if number == 1064 else str(message).replace(name, "app")


def seen(engine: Engine) -> dict[str, Any]:
    """What an Inspector says, and SHOW CREATE TABLE, in a form that compares."""
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        inspector = sa.inspect(connection)
        found: dict[str, Any] = {"views": inspector.get_view_names()}
        for table in inspector.get_table_names():
            text = connection.exec_driver_sql(f"SHOW CREATE TABLE `{table}`").fetchone()
            found[table] = {
                "text": str(text[1] if text else "").splitlines()[:-1],
                **{question: repr(getattr(inspector, f"get_{question}")(table)) for question in _QUESTIONS},
            }
        return found
