"""Doctor and sync give one verdict per version table on databases with a schema for each tenant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.database_projects import PLAIN, STATES, DatabaseProject, PostgresDatabase
from tests.support.project import Project
from tests.support.servers import PostgresServer

BY_SEARCH_PATH = """\
import sys

sys.path.insert(0, ".")
from alembic import context
from sqlalchemy import create_engine, pool

from models import metadata

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    for schema in ["acme", "beta", "zeta"]:
        connection.exec_driver_sql(f"SET search_path TO {schema}{more}")
        connection.commit()
        {default}
        context.configure(connection=connection, target_metadata=metadata, version_table_schema=schema)
        with context.begin_transaction():
            context.run_migrations()
"""
BY_TRANSLATION = """\
import sys

sys.path.insert(0, ".")
from alembic import context
from sqlalchemy import create_engine, pool

from models import metadata

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
for schema in ["acme", "beta", "zeta"]:
    with engine.connect() as connection:
        connection = connection.execution_options(schema_translate_map={None: schema})
        context.configure(connection=connection, target_metadata=metadata, version_table_schema=schema)
        with context.begin_transaction():
            context.run_migrations()
"""
WITHOUT_MODELS = BY_TRANSLATION.replace("target_metadata=metadata, ", "").replace("schema_translate_map", "x")
SCHEMAS = ("CREATE SCHEMA acme", "CREATE SCHEMA beta", "CREATE SCHEMA zeta")
VERSIONS = "CREATE TABLE alembic_version (version_num VARCHAR(32))"
DEFAULT = "connection.dialect.default_schema_name = schema"
KINDS = {
    "search path": BY_SEARCH_PATH.replace("{more}", "").replace(
        "{default}", "connection.dialect.default_schema_name = schema"
    ),
    "search path with public": BY_SEARCH_PATH.replace("{more}", ", public").replace("{default}", "pass"),
    "translation": BY_TRANSLATION,
    "no models": WITHOUT_MODELS,
}


@pytest.fixture(params=KINDS)
def app(request: pytest.FixtureRequest, empty: Project, postgresql: PostgresServer) -> Iterator[DatabaseProject]:
    """acme is at the head, beta is behind, zeta is empty. The schema public has its own table."""
    with postgresql.database() as name:
        found = DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain")
        empty.write("migrations/env.py", KINDS[request.param])
        empty.commit("tenants")
        found.database.sql(
            "CREATE SCHEMA acme", "CREATE SCHEMA beta", "CREATE SCHEMA zeta", "CREATE TABLE plans (id INT)"
        )
        for schema, state in (("acme", "c3"), ("beta", "b2")):
            found.database.sql(f"SET search_path TO {schema}", *STATES[state], VERSIONS)
            found.database.sql(f"INSERT INTO {schema}.alembic_version VALUES ('{state}')")
        yield found


def test_each_version_table_has_one_verdict(app: DatabaseProject) -> None:
    found = app.doctor()
    verdicts = [(cause["schema"], cause["cause"], cause["version_table"]) for cause in found["causes"]]
    assert verdicts == [
        ("acme", "up-to-date", "acme.alembic_version"),
        ("beta", "behind", "beta.alembic_version"),
        ("zeta", "behind", "zeta.alembic_version"),
    ]
    assert [cause["revisions"] for cause in found["causes"]] == [["c3"], ["c3"], ["a1", "b2", "c3"]]
    text = app.project.run("doctor", env=app.variables()).stdout
    assert [text.count(line) for line in ("\nup-to-date: ", "\nbehind: ", "(schema acme):", "(schema zeta):")] == [
        1,
        2,
        1,
        1,
    ]


def test_a_version_table_that_env_py_visits_twice_has_one_verdict(empty: Project, postgresql: PostgresServer) -> None:
    with postgresql.database() as name:
        app = DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain")
        run = PLAIN.replace("{options}", "")
        empty.write("migrations/env.py", run + run[run.index("with engine") :])
        app.at("b2", ["b2"])
        assert [cause["cause"] for cause in app.doctor()["causes"]] == ["behind"]


def test_sync_names_the_schema(empty: Project, postgresql: PostgresServer) -> None:
    with postgresql.database() as name:
        app = DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain")
        empty.write("migrations/env.py", KINDS["search path"])
        app.database.sql(*SCHEMAS)
        done = empty.run("sync", "--yes", env=app.variables())
        assert done.returncode == 0, done.stdout + done.stderr
        assert "(schema zeta):\n  upgrade 'a1' (create users)" in done.stdout
        assert app.database.sql("SELECT version_num FROM zeta.alembic_version") == ["c3"]
