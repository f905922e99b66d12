"""Code reaches only the scratch database and leaves nothing behind, whatever env.py does."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from git_alembic.cli import main
from git_alembic.scratch.interpreter import local_probe
from tests.support.model_projects import ENV_PY, Modeled
from tests.support.servers import PostgresServer

REFUSED, SCRATCH = "refused", "scratch"
# Each attempt with its result. `dsn`, `folder` and `url` lead to the project's database, `run` must not run.
ATTEMPTS = {
    "create_engine(url)": SCRATCH,
    "create_engine(url, poolclass=StaticPool)": SCRATCH,
    "create_engine('postgresql://', creator=lambda: psycopg2.connect(dsn))": SCRATCH,
    "create_engine('postgresql://', pool=QueuePool(lambda: psycopg2.connect(dsn)))": SCRATCH,
    "create_engine('mssql+pymssql://', module=psycopg2, creator=lambda: psycopg2.connect(dsn))": REFUSED,
    "QueuePool(lambda: psycopg2.connect(dsn))": REFUSED,
    "psycopg2.connect(dsn)": REFUSED,
    "psycopg2.extensions.connection(dsn)": REFUSED,
    "psycopg2._psycopg.connection(dsn)": REFUSED,
    "QueuePool(lambda: psycopg2.extensions.connection(dsn))": REFUSED,
    "psycopg2.pool.SimpleConnectionPool(1, 1, dsn)": REFUSED,
    "psycopg.connect(dsn)": REFUSED,
    "psycopg.Connection.connect(dsn)": REFUSED,
    "asyncio.run(psycopg.AsyncConnection.connect(dsn))": REFUSED,
    "psycopg.pq.PGconn.connect(dsn.encode()).exec_(b'SELECT 1')": REFUSED,
    "asyncio.run(asyncpg.connect(host=folder, user='postgres', database=name))": REFUSED,
    "asyncio.run(asyncpg.connection.connect(host=folder, user='postgres', database=name))": REFUSED,
    "asyncio.run(pool())": REFUSED,
    "QueuePool(lambda: psycopg.pq.PGconn.connect(dsn.encode()))": REFUSED,
    "pg8000.connect('postgres', unix_sock=folder + '/.s.PGSQL.5432', database=name)": REFUSED,
    "socket.socket(socket.AF_UNIX).connect(folder + '/.s.PGSQL.5432')": REFUSED,
    "sqlite3.connect(file)": REFUSED,
    "sqlite3.connect('file:' + file, uri=True)": REFUSED,
    "sqlite3.connect('file:' + file + '?mode=ro', uri=True)": REFUSED,
    "sqlite3.connect('file:' + file + '?mode=memory&mode=rw', uri=True)": REFUSED,
    "sqlite3.connect(file, factory=Own)": REFUSED,
    "sqlite3.Connection(file)": REFUSED,
    "_sqlite3.connect(file)": REFUSED,
    "_sqlite3.Connection(file)": REFUSED,
    "sqlite3.dbapi2.connect(file)": REFUSED,
    "asyncio.run(aiosqlite_(file))": REFUSED,
    "sqlite3.connect(':memory:').backup(sqlite3.connect(file))": REFUSED,
    "subprocess.run(psql)": REFUSED,
    "subprocess.run(shlex.join(psql), shell=True)": REFUSED,
    "os.system(shlex.join(psql))": REFUSED,
    "os.popen(shlex.join(psql))": REFUSED,
    "os.posix_spawn(shutil.which('psql'), psql, os.environ)": REFUSED,
    "os.spawnvp(os.P_WAIT, 'psql', psql)": REFUSED,
    "multiprocessing.get_context('spawn').Process(target=print).start()": REFUSED,
    "os.setsid()": REFUSED,
}
TRYING = """
import _sqlite3, asyncio, json, multiprocessing, os, shlex, shutil, socket, sqlite3, subprocess
import aiosqlite, asyncpg, pg8000, psycopg, psycopg2, psycopg2.extensions, psycopg2.pool
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool, QueuePool, StaticPool

folder, name, file, attempts, outcome = json.loads(os.environ["TRY"])
url = "postgresql+psycopg2://postgres@/" + name + "?host=" + folder
dsn = "host=" + folder + " user=postgres dbname=" + name
psql = ["psql", "-h", folder, "-U", "postgres", "-c", "SELECT 1", name]

async def pool():
    async with asyncpg.create_pool(host=folder, user="postgres", database=name, min_size=1):
        pass

async def aiosqlite_(path):
    async with aiosqlite.connect(path):
        pass

class Own(sqlite3.Connection):
    pass

def reached(attempt):
    made = eval(attempt)
    if isinstance(made, Engine):
        with made.connect() as connection:
            tables = connection.exec_driver_sql("SELECT count(*) FROM pg_tables WHERE tablename = 'theirs'").scalar()
            return "theirs" if tables else "scratch"
    if isinstance(made, Pool):
        made.connect()
    return "refused" if made in (127, 32512) else repr(made)

found = {}
for attempt in attempts:
    try:
        found[attempt] = reached(attempt)
    except Exception as error:
        refusals = ("RefusedAccess", "RefusedConnection", "NoScratch", "ConnectionRefusedError", "OperationalError")
        cause = error.__cause__ or error.__context__ or error
        found[attempt] = "refused" if {type(error).__name__, type(cause).__name__} & set(refusals) else repr(error)
with open(outcome, "w") as stream:
    json.dump(found, stream)
"""


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Modeled]:
    def start(env_py: str, settings: str = "", url: str = "sqlite:///app.db") -> Modeled:
        project = Modeled(tmp_path / "work")
        project.path.mkdir()
        project.init()
        return project.start(url, env_py=env_py, settings=settings)

    return start


class TestDatabases:
    @pytest.mark.parametrize("database", ["scratch", "server"])
    def test_nothing_else_is_reached(
        self, tmp_path: Path, start: Callable[..., Modeled], postgresql: PostgresServer, database: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        postgresql.run_sql("ALTER SYSTEM SET log_connections = on")
        postgresql.run_sql("SELECT pg_reload_conf()")
        file, outcome = tmp_path / "theirs.db", tmp_path / "outcome.json"
        sqlite3.connect(file).close()
        settings = ""
        if database == "server":
            settings = f"[tool.git-alembic.drift]\ndatabase = {json.dumps(postgresql.url('postgres', 'postgresql'))}\n"
        with postgresql.database() as name:
            postgresql.run_sql("CREATE TABLE theirs (id int)", name)
            project = start(TRYING + ENV_PY, settings, "postgresql+psycopg2://u:p@db.invalid/app")
            what = [str(postgresql.folder), name, str(file), list(ATTEMPTS), str(outcome)]
            monkeypatch.setenv("TRY", json.dumps(what))
            project.python("-c", TRYING)
            unguarded: dict[str, str] = json.loads(outcome.read_text(encoding="utf-8"))
            before = file.stat()
            log = postgresql.folder / "log"
            seen = log.stat().st_size
            answer = project.check("--rev", "HEAD", command="drift")
            lines = log.read_bytes()[seen:].decode().splitlines()
        assert {key: value for key, value in unguarded.items() if value in (REFUSED, SCRATCH)} == {}
        assert json.loads(outcome.read_text(encoding="utf-8")) == ATTEMPTS
        assert answer["verdict"] == "clean"
        assert [line for line in lines if f"database={name}" in line] == []
        assert database == "server" or [line for line in lines if "connection" in line] == []
        assert file.stat() == before
        assert not any(line.startswith("git_alembic") for line in postgresql.run_sql("SELECT datname FROM pg_database"))


# Each of these is refused, and the code continues.
CAUGHT = {
    "driver": "__import__('psycopg2').connect('host=127.0.0.1 port=1')",
    "pure driver": "__import__('pymysql').connect(host='127.0.0.1', port=1)",
    "file": "__import__('sqlite3').connect('other.db')",
    "engine": "sa.create_engine('mssql+pymssql://h/d', module=__import__('sqlite3')).connect()",
    "program": "__import__('subprocess').run(['pg_dump', 'x'])",
}
SOCKET = "__import__('socket').create_connection(('127.0.0.1', 1))"
TRY = "try:\n        {}\n    except Exception:\n        pass"


class TestRefusedAndCaught:
    """In a revision, a refusal ends the run. Elsewhere the code continues as without a server."""

    @pytest.mark.parametrize("kind", CAUGHT)
    def test_in_a_revision(self, start: Callable[..., Modeled], kind: str) -> None:
        project = start(ENV_PY)
        project.step("b", "a", TRY.format(CAUGHT[kind]))
        for command in ("drift", "roundtrip"):
            reason = project.reason(command=command)
            if kind == "engine":
                assert reason.startswith("git-alembic cannot emulate mssql; set a server")
            else:
                assert reason.startswith("revision 'b' failed at migrations/versions/b_x.py:1")
                assert "the project's code may access only its scratch database" in reason

    @pytest.mark.parametrize("kind", CAUGHT)
    def test_in_env_py(self, start: Callable[..., Modeled], kind: str) -> None:
        code = TRY.format(CAUGHT[kind]).replace("\n    ", "\n")
        project = start(f"import sqlalchemy as sa\n{code}\n{ENV_PY}")
        done = project.run("drift", "-v", env={"COLUMNS": "500"})
        assert done.returncode == 0
        assert "alembic.ini: the project's code could not reach " in done.stdout

    def test_a_socket(self, start: Callable[..., Modeled]) -> None:
        """For example, the socket of a log handler."""
        project = start(ENV_PY)
        project.step("b", "a", TRY.format(SOCKET))
        assert project.found() == []

    def test_another_thread(self, start: Callable[..., Modeled]) -> None:
        project = start(ENV_PY)
        attempt = "__import__('sqlite3').connect('other.db')"
        thread = f"t = __import__('threading').Thread(target=lambda: {attempt}); t.start(); t.join()"
        project.step("b", "a", thread)
        assert project.found() == []


# Each reaches a file through its own connection, and env.py continues as if nothing had happened.
REACHING = {
    "memory": "sqlite3.connect(':memory:').execute('ATTACH ? AS theirs', (PATH,))",
    "nameless": "sqlite3.connect('').execute('ATTACH ? AS theirs', (PATH,))",
    "shared": "sqlite3.connect('file:x?mode=memory&cache=shared', uri=True).execute('ATTACH ? AS theirs', (PATH,))",
    "script": "sqlite3.connect(':memory:').executescript(f\"ATTACH '{PATH}' AS theirs\")",
    "vacuum": "sqlite3.connect(':memory:').execute('VACUUM INTO ?', (PATH + '.copy',))",
    "engine": "create_engine('sqlite://').connect().exec_driver_sql('ATTACH ? AS theirs', (PATH,))",
    "raw": "create_engine('sqlite://').raw_connection().cursor().execute('ATTACH ? AS theirs', (PATH,))",
    "authorizer": "connection = sqlite3.connect(':memory:'); connection.set_authorizer(lambda *_: 0); "
    "connection.set_authorizer(None); connection.execute('ATTACH ? AS theirs', (PATH,))",
    "aiosqlite": "asyncio.run(attached())",
}
ATTACHING = """
import asyncio, sqlite3
import aiosqlite
from sqlalchemy import create_engine

PATH = {path!r}

async def attached():
    async with aiosqlite.connect(":memory:") as connection:
        await connection.execute("ATTACH ? AS theirs", (PATH,))

try:
    exec({code!r})
except sqlite3.DatabaseError:
    pass
except Exception as error:
    assert isinstance(error.__cause__, sqlite3.DatabaseError), error
else:
    open(PATH + ".reached", "w").close()
"""


@pytest.mark.parametrize("how", REACHING)
def test_a_file_is_attached_to_nothing(tmp_path: Path, start: Callable[..., Modeled], how: str) -> None:
    """The refusal changed the result of the run, so there is no verdict."""
    path = tmp_path / "theirs.db"
    before = ATTACHING.format(path=str(path), code=REACHING[how])
    project = start(before + ENV_PY)
    done = project.python("-c", before)
    assert done.returncode == 0, done.stderr
    reached = tmp_path / "theirs.db.reached"
    assert reached.exists()
    for each in tmp_path.glob("theirs.db*"):
        each.unlink()
    assert "the project's code may access only its scratch database: the SQLite database" in project.reason(
        "--rev", "HEAD"
    )
    assert list(tmp_path.glob("theirs.db*")) == []


# Harmless code before the migrations.
MISBEHAVIOURS = """
import os, signal, sys, threading, time
print("x" * 2**20)
sys.stderr.write("y" * 2**20)
assert sys.stdin.read() == ""
for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(one, signal.SIG_IGN)
os.makedirs("made/deep")
for number in range(100):
    globals()["file" + str(number)] = open("made/deep/" + str(number), "w")
open("app/written.txt.part", "w").close()
os.rename("app/written.txt.part", "app/written.txt")
threading.Thread(target=time.sleep, args=(600,)).start()
fifo = os.environ["FIFO"]
if os.fork() == 0:
    os.open(fifo, os.O_WRONLY)
    time.sleep(600)
os.fork()  # and both go on
"""

ATTACH = "    connection.exec_driver_sql('ATTACH ? AS other', ('theirs.db',))\n    context.configure"


class TestBehavior:
    def test_nothing_is_left(self, tmp_path: Path, start: Callable[..., Modeled]) -> None:
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        project = start(MISBEHAVIOURS + ENV_PY + "os.chdir('/')\n")
        try:
            answer = project.check("--full", command="drift", env={"FIFO": str(fifo)})
            assert (answer["verdict"], answer["reason"]) == ("clean", None)
            os.set_blocking(reader, True)
            assert os.read(reader, 1) == b""  # the process at the other end has ended
        finally:
            os.close(reader)
        assert project.left() == []
        assert project.git("status", "--porcelain") == ""

    @pytest.mark.parametrize(
        ("env_py", "reason"),
        [
            (
                "import time\ntime.sleep(600)\n",
                "the project's code did not finish and was idle for 2 seconds in ",
            ),
            ("input()\n", "env.py failed at migrations/env.py:1: EOFError: EOF when reading a line"),
            ("import sys\nsys.exit('no')\n", "env.py failed at migrations/env.py:2: it ended the process (no)"),
            ("import os\nos._exit(0)\n", "ended with exit code 0 before the project's code had finished"),
            (
                "import subprocess\nsubprocess.Popen(['sleep', '600'])\n",
                "RefusedAccess: the project's code may access only its scratch database: the program sleep",
            ),
            (
                ENV_PY.replace("    context.configure", ATTACH, 1),
                "the project's code may access only its scratch database: the SQLite database attached with ATTACH",
            ),
        ],
        ids=["hangs", "reads", "exits", "_exits", "starts a program", "attaches"],
    )
    def test_no_verdict(
        self, start: Callable[..., Modeled], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        env_py: str, reason: str,
    ) -> None:  # fmt: skip
        project = start(env_py)
        if "sleep(600)" in env_py:
            monkeypatch.setattr(local_probe, "RUN_SECONDS", 2)
        monkeypatch.chdir(project.path)
        assert main(["drift", "--full", "--format", "json"]) == 2
        assert reason in json.loads(capsys.readouterr().out)["reason"]
        assert project.left() == []
        assert project.git("status", "--porcelain") == ""
