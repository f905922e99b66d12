"""Scratch databases on a server: how each family creates and drops them, and which ones earlier runs left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, NamedTuple

# The name of a scratch database: the time (UTC), the run and the database.
_OURS = re.compile(r"git_alembic_(\d{14})_[0-9a-f]{6}_[0-9a-f]{6}")
_KEPT_FOR = timedelta(days=1)


class Family(NamedTuple):
    """The statements of a family.

    `{}` is the name of a scratch database, `home` the default database in the meantime.
    """

    listed: str
    make: Sequence[str]
    drop: Sequence[str]
    home: str | None = None


_MYSQL = Family("SHOW DATABASES", ["CREATE DATABASE {}"], ["DROP DATABASE IF EXISTS {}"])
FAMILIES = {
    "postgresql": Family(
        "SELECT datname FROM pg_database",
        ["CREATE DATABASE {}"],
        [
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            "DROP DATABASE IF EXISTS {}",
        ],
        home="postgres",
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "mssql": Family(
        "SELECT name FROM sys.databases",
        ["CREATE DATABASE {}"],
        ["ALTER DATABASE {} SET SINGLE_USER WITH ROLLBACK IMMEDIATE", "DROP DATABASE {}"],
        home="master",
    ),
    # A database is a user here. Its password is its name.
    "oracle": Family(
        "SELECT LOWER(username) FROM all_users",
        [
            "CREATE USER {} IDENTIFIED BY {} QUOTA UNLIMITED ON USERS",
            "GRANT CREATE SESSION, RESOURCE, CREATE VIEW, CREATE MATERIALIZED VIEW TO {}",
        ],
        ["DROP USER {} CASCADE"],
    ),
}


def clear(url: Any, driver: str, prefix: str, now: datetime) -> list[str]:
    """Drop the databases of a run with a driver of the project's Python: see `drop_unwanted`."""
    family = url.get_backend_name()
    dialect_class = url.set(drivername=f"{family}+{driver}").get_dialect()
    load = getattr(dialect_class, "import_dbapi", None) or dialect_class.dbapi
    dialect = dialect_class(dbapi=load())

    def drop() -> list[str]:
        with closing(administer(dialect, url)) as connection:
            return drop_unwanted(connection, family, prefix, now)

    return _await(drop) if dialect.is_async else drop()


def drop_unwanted(connection: Any, family: str, prefix: str | None, now: datetime) -> list[str]:
    """Drop the databases of the run with this prefix, and those that other runs left more than a day ago.

    Return what could not be dropped, each with its reason.
    """
    left = []
    for name in list(list_databases(connection, family)):
        if is_unwanted(name, prefix, now):
            try:
                execute(connection, FAMILIES[family].drop, name)
            except Exception as error:  # noqa: BLE001 - each driver has its own exceptions
                left.append(f"{name} ({' '.join(str(error).split())})")
    return left


def is_unwanted(name: str, prefix: str | None, now: datetime) -> bool:
    """True if a database belongs to the run with this prefix, or to a run that ended long ago."""
    found = _OURS.fullmatch(name)
    if found is None:
        return False
    began = datetime.strptime(f"{found[1]}+0000", "%Y%m%d%H%M%S%z")
    return name.startswith(f"{prefix}_") or now - began > _KEPT_FOR


def administer(dialect: Any, url: Any) -> Any:
    """Return a DBAPI connection to the server in autocommit mode."""
    home = FAMILIES[url.get_backend_name()].home
    connection = dial(dialect, url.set(database=home) if home and not url.database else url, {})
    if home is not None:
        dialect.set_isolation_level(connection, "AUTOCOMMIT")
    return connection


def dial(dialect: Any, url: Any, options: dict[str, Any]) -> Any:
    """Return a DBAPI connection to a URL, made by a dialect of the same family."""
    folder = url.query.get("host", "")
    if dialect.driver == "pg8000" and folder.startswith("/"):  # this driver names sockets differently
        socket = "{}/.s.PGSQL.{}".format(folder, url.query.get("port", 5432))
        url, options = url.difference_update_query(["host", "port"]), {**options, "unix_sock": socket}
    args, required = dialect.create_connect_args(url)
    return dialect.connect(*args, **{**options, **required})


def execute(connection: Any, statements: Sequence[str], name: str) -> None:
    """Run each statement on a scratch database."""
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement.replace("{}", name))
    cursor.close()


def list_databases(connection: Any, family: str) -> Iterator[str]:
    """Yield the databases of a server."""
    cursor = connection.cursor()
    cursor.execute(FAMILIES[family].listed)
    yield from [row[0] for row in cursor.fetchall()]
    cursor.close()


def _await(work: Callable[[], list[str]]) -> list[str]:
    """Run a function that needs an asynchronous driver."""
    import asyncio

    from sqlalchemy.util import greenlet_spawn

    left: list[str] = asyncio.run(greenlet_spawn(work))
    return left
