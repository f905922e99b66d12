"""Doctor's messages for unreachable databases and foreign version tables. Nothing is changed, and nothing hangs."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import pytest

from tests.support.database_projects import DatabaseProject, MariaDatabase, PostgresDatabase, SqliteFile
from tests.support.project import Project
from tests.support.servers import MariaServer, PostgresServer


@pytest.fixture
def app(empty: Project) -> DatabaseProject:
    found = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
    found.at("c3", ["c3"])
    return found


def _refused(app: DatabaseProject, **variables: str) -> tuple[str, list[str]]:
    """Return (the reason, the causes) of a doctor run without a connection. Assert that no password is in them."""
    found = app.doctor(**variables)
    assert found["verdict"] == "cannot-judge"
    assert "s3cret" not in str(found)
    return found["reason"], [cause["cause"] for cause in found["causes"]]


def _configure(app: DatabaseProject, url: str) -> None:
    app.project.write("alembic.ini", f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n")


def _env_py(app: DatabaseProject, code: str) -> None:
    text = (app.project.path / "migrations/env.py").read_text()
    app.project.write("migrations/env.py", text.replace("engine = ", f"{code}\nengine = "))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql+psycopg2://ada:s3cret@localhost:1/app", "no server is listening at localhost:1"),
        ("postgresql+pg8000://ada:s3cret@localhost:1/app", "no server is listening at localhost:1"),
        ("mssql+pymssql://ada:s3cret@localhost/app", "the driver pymssql is not installed in the project's Python"),
        ("postgres://ada:s3cret@localhost/app", "SQLAlchemy has no dialect named postgres: it has been named"),
        ("postgresql+nobody://localhost/app", "SQLAlchemy's dialect postgresql has no driver called nobody"),
        ("ada:s3cret@localhost", "no database is configured: the configured URL is not a valid URL"),
        (
            "driver://user:pass@localhost/dbname",
            "no database is configured: sqlalchemy.url is still the placeholder from Alembic's template",
        ),
        ("", "no database is configured: the configured URL is not a valid URL"),
        ("sqlite:////", "the SQLite file"),
    ],
)
def test_each_connection_failure_has_a_sentence(app: DatabaseProject, url: str, reason: str) -> None:
    _configure(app, url)
    output, causes = _refused(app)
    assert output.startswith(reason), output
    assert causes == ["unreachable"]


@pytest.mark.parametrize("driver", ["postgresql+psycopg2", "postgresql+psycopg", "postgresql+pg8000", "mysql+pymysql"])
def test_an_unresolvable_host(app: DatabaseProject, driver: str) -> None:
    """RFC 6761 guarantees that no resolver knows this name."""
    _configure(app, f"{driver}://ada:s3cret@db.invalid/app")
    assert _refused(app) == ("the hostname db.invalid could not be resolved", ["unreachable"])


def test_the_package_of_a_driver_is_named(app: DatabaseProject) -> None:
    _configure(app, "mssql+pymssql://ada:s3cret@localhost/app")
    (cause,) = app.doctor()["causes"]
    assert cause["fixes"][0]["command"][1:] == ["-m", "pip", "install", "pymssql"]


def test_a_refusal_by_a_server_is_reported(app: DatabaseProject, postgresql: PostgresServer) -> None:
    for url, reason in (
        (f"postgresql+psycopg2://ada@/postgres?host={postgresql.folder}", "rejected the login of user ada"),
        (f"postgresql+psycopg2://postgres@/nosuch?host={postgresql.folder}", "has no database named nosuch"),
    ):
        _configure(app, url)
        output, causes = _refused(app)
        assert (reason in output, causes) == (True, ["unreachable"]), output


def test_a_refusal_by_mariadb_is_reported(app: DatabaseProject, mariadb: MariaServer) -> None:
    socket = mariadb.url().partition("unix_socket=")[2]
    for url, reason in (
        (f"mysql+pymysql://ada:s3cret@/app?unix_socket={socket}", "rejected the login of user ada"),
        (f"mysql+pymysql://root@/nosuch?unix_socket={socket}", "has no database named nosuch"),
        ("mysql+pymysql://ada:s3cret@127.0.0.1:1/app", "no server is listening at 127.0.0.1:1"),
    ):
        _configure(app, url)
        output, causes = _refused(app)
        assert (reason in output, causes) == (True, ["unreachable"]), output


def test_another_database_of_mariadb_is_a_warning(empty: Project, mariadb: MariaServer) -> None:
    with mariadb.database() as name:
        app = DatabaseProject(empty, MariaDatabase(mariadb, name), "plain")
        app.at(None, ["c3"], "CREATE TABLE others (id INTEGER)")
        found = app.doctor()
        assert (found["verdict"], app.causes(found)) == ("clean", ["up-to-date"])
        assert _warnings(found) == ["the database and the models have no tables in common"]


def test_doctor_stops_waiting_for_a_server_that_hangs(app: DatabaseProject) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        _configure(app, f"postgresql+psycopg2://ada:s3cret@127.0.0.1:{port}/app?connect_timeout=2")
        output, causes = _refused(app)
    assert (output, causes) == (f"the server at 127.0.0.1:{port} did not answer in time", ["unreachable"])


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise ValueError('no luck')", "env.py failed at migrations/env.py:9: ValueError: no luck"),
        ("sys.exit(3)", "env.py failed at migrations/env.py:9: it ended the process (3)"),
        ("input('which database? ')", "env.py failed at migrations/env.py:9: EOFError: EOF when reading a line"),
        (
            "import os; os.environ['NOSUCH']",
            "the project's settings need the environment variable NOSUCH, which is not set",
        ),
    ],
)
def test_an_env_py_that_fails_is_quoted(app: DatabaseProject, code: str, reason: str) -> None:
    _env_py(app, code)
    output, causes = _refused(app)
    assert output.startswith(f"alembic.ini: {reason}")
    assert causes == []


WRITING = [
    "engine = create_engine(context.config.get_main_option('sqlalchemy.url')); metadata.create_all(engine)",
    "import sqlite3; sqlite3.connect({path!r}).execute('CREATE TABLE t (x)')",
    "import subprocess; subprocess.run(['sqlite3', {path!r}, 'CREATE TABLE t (x)'])",
    "import os; os.system('touch elsewhere')",
]


@pytest.mark.parametrize("code", WRITING)
def test_code_that_writes_is_refused(app: DatabaseProject, code: str) -> None:
    app.at("a1", ["a1"])  # gives the models a table that is still missing
    _env_py(app, code.format(path=str(app.database.url().removeprefix("sqlite:///"))))
    output, _ = _refused(app)
    assert output.startswith(
        "alembic.ini: the project's code tried to write to the database at migrations/env.py:9, and"
    ), output
    assert not (app.project.path / "elsewhere").exists()


RAW = "create_engine(URL).raw_connection().cursor().execute('CREATE TABLE t (x int)')"
DIRECT = "import psycopg2; psycopg2.connect(URL.replace('+psycopg2', '')).cursor().execute('CREATE TABLE t (x int)')"
COMMENTED = "create_engine(URL).connect().exec_driver_sql('/* SELECT */ CREATE TABLE t (x int)')"
ASKED = "create_engine(URL).connect().exec_driver_sql('SET TRANSACTION READ WRITE')"


PSYCOPG = "import psycopg; psycopg.connect(URL.replace('+psycopg2', '')).execute('CREATE TABLE t (x int)')"
CREATING = """
from sqlalchemy.engine import make_url
import asyncio
WHERE = make_url(URL)
FOLDER = WHERE.query.get("host") or WHERE.query.get("unix_socket")
TEXT = "CREATE TABLE t (x int)"
async def write():
    {0}
{1}
"""
ASYNCPG = CREATING.format(
    """import asyncpg
    server = {"host": FOLDER, "user": "postgres", "database": WHERE.database}
    async with asyncpg.create_pool(**server, min_size=1, max_size=1) as pool:
        await pool.fetchval("SELECT 1")  # the pool resets the session, and
        await pool.execute(TEXT)""",
    "asyncio.run(write())",
)
PG8000 = CREATING.format(
    "pass",
    """import pg8000.native
pg8000.native.Connection("postgres", unix_sock=FOLDER + "/.s.PGSQL.5432", database=WHERE.database).run(TEXT)""",
)
PYMYSQL = CREATING.format(
    "pass",
    """import pymysql
pymysql.connect(user="root", unix_socket=FOLDER, database=WHERE.database, autocommit=True).cursor().execute(TEXT)""",
)
AIOMYSQL = CREATING.format(
    """import aiomysql
    connection = await aiomysql.connect(user="root", unix_socket=FOLDER, db=WHERE.database, autocommit=True)
    await (await connection.cursor()).execute(TEXT)""",
    "asyncio.run(write())",
)
ON_SERVERS = [
    *(("postgresql", code) for code in (RAW, DIRECT, COMMENTED, ASKED, PSYCOPG, ASYNCPG, PG8000)),
    *(("mariadb", code) for code in (RAW, COMMENTED, PYMYSQL, AIOMYSQL)),
]


@pytest.mark.parametrize(("family", "code"), ON_SERVERS)
def test_servers_refuse_writing_code(empty: Project, request: pytest.FixtureRequest, family: str, code: str) -> None:
    """The server refuses statements that bypass the engines."""
    server = request.getfixturevalue(family)
    with server.database() as name:
        database = PostgresDatabase(server, name) if family == "postgresql" else MariaDatabase(server, name)
        app = DatabaseProject(empty, database, "plain")
        app.at("c3", ["c3"])
        _env_py(app, f"URL = context.config.get_main_option('sqlalchemy.url'); {code}")
        found = empty.check(command="doctor", env=app.variables())
        assert found["reason"].startswith(
            "alembic.ini: the project's code tried to write to the database at migrations/env.py:"
        )
        tables = app.database.sql("SELECT count(*) FROM information_schema.tables WHERE table_name = 't'")
        assert tables == ["0"]


def test_a_driver_without_read_only_sessions_works_only_in_engines(app: DatabaseProject) -> None:
    """A module replaces a driver that need not be installed. Its statements are not examined."""
    connect = "import sqlite3\n\n\ndef connect(path):\n    return sqlite3.connect(path)\n"
    app.project.write("duckdb.py", connect)
    path = app.database.url().removeprefix("sqlite:///")
    _env_py(app, f"import duckdb; create_engine('sqlite://', creator=lambda: duckdb.connect({path!r})).connect()")
    assert app.causes(app.doctor()) == ["up-to-date"]
    _env_py(app, f"duckdb.connect({path!r})")
    output, _ = _refused(app)
    assert output.endswith("a duckdb connection that was not created by an engine, so it can't be made read-only")


def test_an_env_py_that_prints_or_forks_does_not_disturb_doctor(app: DatabaseProject) -> None:
    _env_py(app, "import os; print('{'); sys.stderr.write('}'); os.fork() or os._exit(1)")
    assert app.causes(app.doctor()) == ["up-to-date"]


def test_a_locked_file_and_no_database_file_are_reported(app: DatabaseProject) -> None:
    assert isinstance(app.database, SqliteFile)
    with app.database.locked():
        assert _refused(app) == ("the SQLite file is locked by another program", ["unreachable"])
    app.database.path.write_bytes(b"no database at all, but long enough to be looked at" * 20)
    assert _refused(app) == ("the file is not an SQLite database, or is damaged", ["unreachable"])


_INTERRUPTED = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN")
for number in range(1, 5000):
    connection.execute("INSERT INTO posts VALUES (?)", (number,))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_inspecting_does_not_roll_back_an_interrupted_write(app: DatabaseProject) -> None:
    assert isinstance(app.database, SqliteFile)
    path = app.database.path
    subprocess.run([sys.executable, "-c", _INTERRUPTED, str(path)], check=False)
    output, causes = _refused(app)
    assert output == (
        f"the last write to {path} was interrupted; open it once with a program that can write to it, to "
        "roll that write back"
    )
    assert causes == ["unreachable"]
    assert app.database.sql("SELECT count(*) FROM posts") == ["0"]
    assert app.causes(app.doctor()) == ["up-to-date"]


def test_a_read_only_file_is_read(app: DatabaseProject) -> None:
    assert isinstance(app.database, SqliteFile)
    app.database.path.chmod(0o444)
    assert app.causes(app.doctor()) == ["up-to-date"]


def test_a_write_ahead_log_leaves_no_files_behind(app: DatabaseProject) -> None:
    app.database.sql("PRAGMA journal_mode = WAL")
    _env_py(app, "import sqlalchemy as sa; sa.event.listen(sa.engine.Engine, 'connect', lambda c, _: "
                    "c.execute('PRAGMA journal_mode = WAL'))")  # fmt: skip
    assert app.causes(app.doctor()) == ["up-to-date"]  # it reads the files beside the database


def test_a_version_table_of_another_shape_is_not_alembics(app: DatabaseProject) -> None:
    app.database.sql("DROP TABLE alembic_version", "CREATE TABLE alembic_version (id INTEGER, at TEXT)")
    output, causes = _refused(app)
    assert output == (
        "alembic.ini: the table alembic_version was not created by Alembic: it has the columns id, at, and "
        "no version_num; set a different version_table in env.py, or rename this table"
    )
    assert causes == []


JUDGED = "so the revision of the database is unknown"
HOLDS = "the version table alembic_version holds"
LONG = "c3" * 20
ODD_ROWS: dict[str, tuple[list[str], str, str, list[list[str]]]] = {
    "NULL": (
        ["NULL"],
        "empty-version-table",
        f"{HOLDS} NULL, which Alembic never writes, {JUDGED}; the schema matches 'c3' (create posts)",
        [["alembic", "stamp", "--purge", "c3"]],
    ),
    "NULL beside another": (
        ["NULL", "'b2'"],
        "empty-version-table",
        f"{HOLDS} NULL as well as 'b2'; Alembic never writes NULL, {JUDGED}",
        [["alembic", "stamp", "--purge", "b2"], ["alembic", "upgrade", "head"]],
    ),
    "40 characters": (
        [f"'{LONG}'"],
        "unknown-revision",
        f"{HOLDS} '{LONG}', which has 40 characters, but Alembic's version table has room for only 32, {JUDGED}",
        [["alembic", "stamp", "--purge", "c3"]],
    ),
    "a prefix": (
        ["'d4d4d'"],
        "unknown-revision",
        f"{HOLDS} 'd4d4d', which is only a prefix of 'd4d4d4d4', {JUDGED}",
        [["alembic", "stamp", "--purge", "d4d4d4d4"]],
    ),
    "empty": (
        ["''"],
        "unknown-revision",
        f"{HOLDS} '', which isn't a revision id, {JUDGED}",
        [["alembic", "stamp", "--purge", "c3"]],
    ),
}


@pytest.mark.parametrize("name", ODD_ROWS)
def test_rows_that_alembic_does_not_write_cannot_be_checked(app: DatabaseProject, name: str) -> None:
    rows, cause, sentence, commands = ODD_ROWS[name]
    if name == "a prefix":
        app.table("d4d4d4d4", "c3", "tags")
        app.at("c3", None, "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)")
    elif "b2" in str(rows):
        app.at("b2", None)
    table = "CREATE TABLE alembic_version (version_num VARCHAR(32))"
    app.database.sql("DROP TABLE IF EXISTS alembic_version", table)
    app.database.sql(f"INSERT INTO alembic_version VALUES {', '.join(f'({row})' for row in rows)}")
    found = app.doctor()
    assert (found["verdict"], app.causes(found), found["reason"]) == ("cannot-judge", [cause], sentence)
    assert [fix["command"] for fix in found["causes"][0]["fixes"]] == commands
    mark = app.database.mark()
    assert app.project.run("sync", "--yes", env=app.variables()).returncode == 2
    assert app.database.unchanged(mark)
    app.execute(found["causes"][0]["fixes"])
    assert app.causes(app.doctor()) == ["up-to-date"]


def test_an_empty_database_whose_version_table_holds_null(app: DatabaseProject) -> None:
    app.database.clear()
    table = "CREATE TABLE alembic_version (version_num VARCHAR(32))"
    app.database.sql(table, "INSERT INTO alembic_version VALUES (NULL)")
    output, causes = _refused(app)
    assert (output, causes) == (
        f"{HOLDS} NULL, which Alembic never writes, {JUDGED}",
        ["empty-version-table"],
    )
    app.execute(app.doctor()["causes"][0]["fixes"])
    assert app.causes(app.doctor()) == ["up-to-date"]


def _warnings(found: dict[str, Any]) -> list[str]:
    return [cause["message"] for cause in found["causes"] if cause["cause"] == "wrong-target"]


def test_a_possibly_wrong_target_is_a_warning(app: DatabaseProject) -> None:
    path = app.database.url().removeprefix("sqlite:///")
    (app.project.path / "migrations/dev.db").touch()
    _configure(app, "sqlite:///dev.db")
    found = app.doctor()
    missing = f"the SQLite file {app.project.path}/dev.db does not exist; the first upgrade would create it"
    assert (app.causes(found), _warnings(found)) == (["behind"], [missing])
    assert f"there is {app.project.path}/migrations/dev.db, which may be the right one" in str(found)
    _env_py(app, f"context.config.set_main_option('sqlalchemy.url', 'sqlite:///{path}')")
    found = app.doctor()
    assert _warnings(found) == ["alembic.ini and env.py point to different databases; the one in env.py is used"]
    assert (found["verdict"], found["databases"][0]["source"]) == (
        "clean",
        "built by code in env.py or in a module that it imports",
    )
    app.database.clear()
    app.database.sql("CREATE TABLE others (id INTEGER)", "CREATE TABLE alembic_version (version_num TEXT)")
    app.database.sql("INSERT INTO alembic_version VALUES ('c3')")
    assert "the database and the models have no tables in common" in _warnings(app.doctor())


def test_the_source_of_the_url_is_named(app: DatabaseProject) -> None:
    url = app.database.url()
    _configure(app, "")
    _env_py(app, "import os; context.config.set_main_option('sqlalchemy.url', os.environ['DATABASE_URL'])")
    found = app.doctor(DATABASE_URL=url)
    assert found["databases"][0]["source"] == "the environment variable DATABASE_URL"
    app.project.write(".env", f"DATABASE_URL={url}\n")
    _env_py(app, f"os.environ.setdefault('DATABASE_URL', {url!r})")
    assert app.project.run("doctor", env=app.variables()).stdout
