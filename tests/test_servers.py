"""`drift` and `roundtrip` on real servers: the same verdicts as on the scratch that needs none, and nothing left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from modelled import ADD_EMAIL, DROP_EMAIL, EMAIL, ENV_PY, Modelled
from servers import MariaServer, PostgresServer

POSTGRESQL, MYSQL = "postgresql+psycopg2://app:secret@db.invalid/app", "mysql+pymysql://app:secret@db.invalid/app"
DRIFT = ("error", "model-drift")
ASYNC_ENV_PY = """import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

from app.models import Base

def run(connection):
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()

async def main():
    engine = create_async_engine({url!r})
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()

asyncio.run(main())
"""
# A second database, which the application also has.
TWO_ENV_PY = ENV_PY + """
other = engine_from_config({"url": "postgresql+psycopg2://app@db.invalid/other"}, prefix="")
with other.connect() as connection:
    names = connection.exec_driver_sql("SELECT string_agg(tablename, ',') FROM pg_tables WHERE tablename = 'users'")
    if names.scalar():
        raise RuntimeError("the databases are one")
"""


class Backend:
    """A kind of scratch: the setting, and the URL that the project has."""

    def __init__(self, database: str, url: str, left: Callable[[], list[str]] = list) -> None:
        self.database = database
        self.url = url
        self.left = left


@pytest.fixture
def on_postgresql(postgresql: PostgresServer) -> Backend:
    return Backend(postgresql.url("postgres", "postgresql"), POSTGRESQL, lambda: ours(postgresql))


@pytest.fixture(params=["sqlite", "embedded-postgresql", "postgresql", "mariadb"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each that there is; a server is started where one is asked for."""
    if request.param == "postgresql":
        return request.getfixturevalue("on_postgresql")
    if request.param == "mariadb":
        server: MariaServer = request.getfixturevalue("mariadb")
        return Backend(server.url("mysql"), MYSQL, lambda: server.run_sql("SHOW DATABASES LIKE 'git_alembic%'").split())
    return Backend(request.param, POSTGRESQL)


def ours(server: PostgresServer) -> list[str]:
    return server.run_sql("SELECT datname FROM pg_database WHERE datname LIKE 'git_alembic%'").split()


def start(folder: Path, backend: Backend, **options: str) -> Modelled:
    project = Modelled(folder / "work")
    project.path.mkdir()
    project.git("init", "-q", "-b", "main")
    settings = f"[tool.git-alembic.drift]\ndatabase = {json.dumps(backend.database)}\n"
    return project.start(backend.url, settings=settings, **options)


class TestVerdicts:
    """What does not depend on the kind of database is the same on each."""

    def test_drift(self, tmp_path: Path, backend: Backend) -> None:
        project = start(tmp_path, backend)
        project.models(EMAIL)
        assert project.found() == [DRIFT]
        project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        assert project.found() == []
        assert project.left() == []
        assert backend.left() == []

    def test_roundtrip(self, tmp_path: Path, backend: Backend) -> None:
        project = start(tmp_path, backend)
        project.step("b", "a", ADD_EMAIL, "pass")
        assert project.found(command="roundtrip") == [("error", "broken-downgrade")]
        project.step("b", "a", ADD_EMAIL, "raise NotImplementedError")
        assert project.found(command="roundtrip") == []
        project.step("b", "a", 'op.execute("nonsense")')
        assert project.found(command="roundtrip") == [("error", "broken-upgrade")]
        assert backend.left() == []


class TestDrivers:
    @pytest.mark.parametrize("driver", ["psycopg", "pg8000"])
    def test_synchronous(self, tmp_path: Path, on_postgresql: Backend, driver: str) -> None:
        project = start(tmp_path, Backend(on_postgresql.database, POSTGRESQL.replace("psycopg2", driver)))
        assert project.found("--rev", "HEAD") == []
        assert on_postgresql.left() == []

    @pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
    def test_asynchronous(self, tmp_path: Path, on_postgresql: Backend, driver: str) -> None:
        env_py = ASYNC_ENV_PY.format(url=POSTGRESQL.replace("psycopg2", driver))
        project = start(tmp_path, on_postgresql, env_py=env_py)
        assert project.found("--rev", "HEAD") == []
        assert on_postgresql.left() == []

    def test_aiomysql(self, tmp_path: Path, mariadb: MariaServer) -> None:
        env_py = ASYNC_ENV_PY.format(url=MYSQL.replace("pymysql", "aiomysql"))
        project = start(tmp_path, Backend(mariadb.url("mysql"), ""), env_py=env_py)
        assert project.found("--rev", "HEAD") == []
        assert mariadb.run_sql("SHOW DATABASES LIKE 'git_alembic%'") == ""
