"""On a server with the scratch databases, a revision reaches only its own databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.model_projects import ASYNCHRONOUS, ENV_PY, Modeled
from tests.support.servers import MariaServer, PostgresServer

POSTGRESQL, MYSQL = "postgresql+psycopg2://app@db.invalid/app", "mysql+pymysql://app@db.invalid/app"
# A revision that tries each attempt separately and continues. `connection` runs in autocommit mode.
TRYING = """
    import asyncio, json, os
    attempts, outcome = json.loads(os.environ["TRY"])
    engine = op.get_bind().engine
    raw = engine.raw_connection()
    driver = raw.driver_connection
    {setup}
    found = {{}}
    for attempt in attempts:
        code = attempt if attempt.startswith(("driver", "asyncio")) else f"cursor.execute({{attempt!r}})"
        try:
            cursor = driver.cursor()
            exec(code)
            found[attempt] = "ran"
        except Exception as error:
            found[attempt] = type(error).__name__
    with open(outcome, "w") as stream:
        json.dump(found, stream)
"""
CONNECTION = "connection = op.get_bind().connection.dbapi_connection"
STATEMENTS = [
    "COMMENT ON DATABASE theirs IS 'reached'",
    "ALTER DATABASE theirs SET work_mem = '1MB'",
    "GRANT CONNECT ON DATABASE theirs TO postgres",
    "DROP DATABASE IF EXISTS theirs_too",
    "CREATE DATABASE theirs_too",
    "ALTER SYSTEM SET work_mem = '5MB'",
    "SELECT pg_terminate_backend(0)",
    "COPY (SELECT 1) TO PROGRAM 'cat > {folder}/program'",
    "COPY (SELECT 1) TO '{folder}/file'",
    "COPY taken FROM '{folder}/PG_VERSION'",
    "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO ' || 'PROGRAM ''cat > {folder}/program'''; END $$",
    "SELECT dblink_exec('host={folder} user=postgres dbname=theirs', 'INSERT INTO t VALUES (1)')",
    (
        "CREATE FUNCTION away() RETURNS text LANGUAGE sql AS "
        "'SELECT dblink_exec(''host={folder} user=postgres dbname=theirs'', ''INSERT INTO t VALUES (1)'')'"
    ),
    "CREATE SERVER theirs FOREIGN DATA WRAPPER dblink_fdw OPTIONS (host '{folder}')",
    "CREATE SUBSCRIPTION s CONNECTION 'dbname=theirs' PUBLICATION p WITH (connect = false, slot_name = NONE)",
    "SELECT lo_export(4711, '{folder}/object')",
    "SELECT pg_create_physical_replication_slot('theirs')",
    "UPDATE pg_database SET datistemplate = false WHERE datname = 'theirs'",
]
ROLES = ["CREATE ROLE theirs", "DO $$ BEGIN CREATE ROLE theirs_too; END $$", "DROP ROLE theirs, theirs_too"]
CLEANING = [
    "DROP FUNCTION IF EXISTS away()", "DROP SUBSCRIPTION IF EXISTS s", "DROP SERVER IF EXISTS theirs",
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'theirs'",
]  # fmt: skip
ON_POSTGRESQL = (
    "driver.autocommit = True; "
    "driver.cursor().execute('CREATE EXTENSION dblink; CREATE TABLE taken (a text); SELECT lo_create(4711)')"
)
ON_MARIADB = [
    "DROP DATABASE IF EXISTS theirs_too", "CREATE DATABASE theirs_too", "INSERT INTO theirs.t VALUES (1)",
    "INSERT INTO `theirs`.t VALUES (1)", "SET GLOBAL max_connections = 50", "CREATE USER theirs",
    "GRANT SELECT ON theirs.* TO theirs", "DROP USER theirs", "SELECT 1 INTO OUTFILE '{folder}/data/file'",
    "/*! INSERT INTO theirs.t */ VALUES (1)", "driver.query('INSERT INTO theirs.t VALUES (1)')",
    "driver and sa.create_engine(engine.url, connect_args={'init_command': attempts[2]}).connect()",
    "driver.select_db('theirs')", "USE theirs",
]  # fmt: skip


def _start(folder: Path, url: str, database: str, setup: str = "", env_py: str = ENV_PY) -> Modeled:
    project = Modeled(folder / "work")
    project.path.mkdir()
    project.init()
    project.start(url, env_py, f"[tool.git-alembic.drift]\ndatabase = {json.dumps(database)}\n")
    project.step("b", "a", TRYING.format(setup=setup).strip())
    return project


def _outcomes(folder: Path, project: Modeled, attempts: list[str]) -> tuple[dict[str, str], str]:
    """Return (the outcome of each attempt in a run of drift, the reason why there is no verdict)."""
    outcome = folder / "outcome.json"
    reason = project.reason(env={"TRY": json.dumps([attempts, str(outcome)])})
    found: dict[str, str] = json.loads(outcome.read_text(encoding="utf-8"))
    return found, reason


def _runs(project: Modeled, folder: Path, attempts: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the outcome of each attempt when Alembic runs the revision on the project's own database."""
    outcome = folder / "outcome.json"
    monkeypatch.setenv("TRY", json.dumps([attempts, str(outcome)]))
    done = project.python("-m", "alembic", "upgrade", "head")
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(outcome.read_text(encoding="utf-8"))
    return found


def test_statements_on_postgresql(tmp_path: Path, postgresql: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    postgresql.run_sql("CREATE DATABASE theirs")
    postgresql.run_sql("CREATE TABLE t (a int)", "theirs")
    folder = postgresql.folder
    attempts = [text.replace("{folder}", str(folder / "data")) for text in (*STATEMENTS, *ROLES)]
    attempts = [text.replace(f"host={folder}/data", f"host={folder}") for text in attempts]
    with postgresql.database() as name:
        project = _start(tmp_path, postgresql.url(name), postgresql.url("postgres", "postgresql"), ON_POSTGRESQL)
        assert _runs(project, tmp_path, attempts, monkeypatch) == dict.fromkeys(attempts, "ran")
        for statement in CLEANING:
            postgresql.run_sql(statement, name)
        for made in ("program", "file", "object"):
            (folder / "data" / made).unlink()
    postgresql.run_sql("DELETE FROM t", "theirs")
    postgresql.run_sql("DROP DATABASE theirs_too")
    postgresql.run_sql("ALTER SYSTEM RESET ALL")
    found, reason = _outcomes(tmp_path, project, attempts)
    assert found == dict.fromkeys(attempts, "RefusedAccess")
    assert reason.endswith(f"another database on the server: {attempts[0]}")
    assert postgresql.run_sql("SELECT * FROM t", "theirs") == ""
    assert "theirs_too" not in postgresql.run_sql("SELECT datname FROM pg_database")
    assert not [made for made in ("program", "file", "object") if (folder / "data" / made).exists()]
    postgresql.run_sql("DROP DATABASE theirs")


def test_statements_on_the_embedded_postgresql(tmp_path: Path) -> None:
    """Its roles end with it, so a revision may create them."""
    attempts = [text.replace("{folder}", str(tmp_path)) for text in STATEMENTS]
    project = _start(tmp_path, POSTGRESQL, "embedded-postgresql", ON_POSTGRESQL)
    found, reason = _outcomes(tmp_path, project, [*attempts, *ROLES])
    assert found == {**dict.fromkeys(attempts, "RefusedAccess"), **dict.fromkeys(ROLES, "ran")}
    assert "another database on the server" in reason
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outcome.json", "work"]


def test_statements_on_the_catalog(tmp_path: Path) -> None:
    """There is no server to reach."""
    project = _start(tmp_path, POSTGRESQL, "scratch", "")
    attempts = [text.replace("{folder}", str(tmp_path)) for text in STATEMENTS]
    project.step("b", "a", "\n    ".join(f"op.execute({text!r})" for text in attempts))
    project.check(command="drift")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work"]


def test_statements_on_mariadb(tmp_path: Path, mariadb: MariaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    mariadb.run_sql("CREATE DATABASE theirs; CREATE TABLE theirs.t (a int)")
    folder = mariadb.url().partition("unix_socket=")[2].removesuffix("/socket")
    attempts = [text.replace("{folder}", folder) for text in ON_MARIADB]
    with mariadb.database() as name:
        project = _start(tmp_path, mariadb.url().replace("/?", f"/{name}?"), mariadb.url("mysql"), "")
        assert _runs(project, tmp_path, attempts, monkeypatch) == dict.fromkeys(attempts, "ran")
    Path(folder, "data", "file").unlink()
    mariadb.run_sql("DELETE FROM theirs.t; DROP DATABASE theirs_too")
    found, reason = _outcomes(tmp_path, project, attempts)
    assert found == dict.fromkeys(attempts, "RefusedAccess")
    assert reason.endswith(f"another database on the server: {attempts[0]}")
    assert mariadb.run_sql("SELECT * FROM theirs.t") == ""
    assert mariadb.run_sql("SHOW DATABASES LIKE 'theirs_too'") == ""
    mariadb.run_sql("DROP DATABASE theirs")


@pytest.mark.parametrize("driver", ["psycopg", "pg8000", "asyncpg"])
def test_drivers_past_the_engine(tmp_path: Path, postgresql: PostgresServer, driver: str) -> None:
    is_asynchronous = driver == "asyncpg"
    env_py = ASYNCHRONOUS if is_asynchronous else ENV_PY
    url = POSTGRESQL.replace("psycopg2", driver)
    project = _start(tmp_path, url, postgresql.url("postgres", "postgresql"), env_py=env_py)
    execute = "connection.cursor().execute(TEXT)"
    if is_asynchronous:
        execute = "sa.util.await_only(op.get_bind().connection.driver_connection.execute(TEXT))"
    project.step("b", "a", f"TEXT = \"COMMENT ON DATABASE postgres IS 'x'\"\n    {CONNECTION}\n    {execute}")
    assert "RefusedAccess" in (reason := project.reason())
    assert "another database on the server: COMMENT ON DATABASE postgres IS 'x'" in reason


def test_a_database_that_cannot_be_dropped_is_named(tmp_path: Path, postgresql: PostgresServer) -> None:
    project = _start(tmp_path, POSTGRESQL, postgresql.url("postgres", "postgresql"), "")
    own = "op.get_bind().exec_driver_sql('SELECT current_database()').scalar()"
    project.step("b", "a", f'op.execute(f"ALTER DATABASE {{{own}}} IS_TEMPLATE true")')
    done = project.run("drift", env={"COLUMNS": "400"})
    left = postgresql.run_sql("SELECT datname FROM pg_database WHERE datname LIKE 'git_alembic%'").split()
    assert len(left) == 1
    assert f"the scratch database {left[0]} (cannot drop a template database) is still on the server" in done.stderr
    postgresql.run_sql(f"ALTER DATABASE {left[0]} IS_TEMPLATE false")
    postgresql.run_sql(f"DROP DATABASE {left[0]}")
