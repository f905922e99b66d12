"""`git alembic sync` leaves a database on another host alone, however env.py connects to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.database_projects import PLAIN, DatabaseProject, MariaDatabase, PostgresDatabase
from tests.support.project import Project
from tests.support.servers import MariaServer, PostgresServer

ENGINE = 'create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)'


_FORWARDER = """
import socket, sys, threading

def copy(source, target):
    while data := source.recv(65536):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)

with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        near, far = listener.accept()[0], socket.socket(socket.AF_UNIX)
        far.connect(sys.argv[1])
        for ends in ((near, far), (far, near)):
            threading.Thread(target=copy, args=ends, daemon=True).start()
"""


@contextmanager
def _forwarding(path: str) -> Iterator[int]:
    """Provide a port of 127.0.0.1 that forwards to a Unix socket."""
    with subprocess.Popen([sys.executable, "-c", _FORWARDER, path], stdout=subprocess.PIPE, text=True) as forwarder:
        assert forwarder.stdout is not None
        try:
            yield int(forwarder.stdout.readline())
        finally:
            forwarder.kill()


def _sync(app: DatabaseProject, *options: str, **variables: str) -> tuple[int, str]:
    done = app.project.run("sync", "--yes", *options, env=app.variables(**variables))
    return done.returncode, done.stdout + done.stderr


REMOTE = {  # how env.py makes its engine, with the {port} and {name} of the database
    "creator": (
        "create_engine('postgresql+psycopg2://', creator=lambda: __import__('psycopg2').connect("
        "host='db.example.invalid', hostaddr='127.0.0.1', port={port}, dbname='{name}', user='postgres'))"
    ),
    "psycopg by creator": (
        "create_engine('postgresql+psycopg://', creator=lambda: __import__('psycopg').connect("
        "host='db.example.invalid', hostaddr='127.0.0.1', port={port}, dbname='{name}', user='postgres'))"
    ),
    "connect_args": (
        "create_engine('postgresql+psycopg2://postgres@localhost:{port}/{name}', "
        "connect_args={{'host': 'db.example.invalid', 'hostaddr': '127.0.0.1'}})"
    ),
    "a service": "create_engine('postgresql+psycopg2:///?service=production')",
}


@pytest.mark.parametrize("way", REMOTE)
def test_the_connection_shows_the_host(empty: Project, postgresql: PostgresServer, way: str) -> None:
    with postgresql.database() as name, _forwarding(f"{postgresql.folder}/.s.PGSQL.5432") as port:
        app = DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain")
        service = ["[production]", "host=db.example.invalid", "hostaddr=127.0.0.1", f"port={port}", f"dbname={name}"]
        empty.write("pg_service.conf", "\n".join([*service, "user=postgres\n"]))
        variables = {"PGSERVICEFILE": str(empty.path / "pg_service.conf")}
        engine = REMOTE[way].format(port=port, name=name)
        empty.write("migrations/env.py", PLAIN.replace("{options}", "").replace(ENGINE, engine))
        code, text = _sync(app, **variables)
        assert code == 2, text
        assert (
            "connects to db.example.invalid, which is not this machine; use --allow-remote to migrate it anyway"
        ) in text
        assert app.database.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == ["0"]
        code, text = _sync(app, "--allow-remote", **variables)
        assert (code, app.rows()) == (0, ["c3"]), text


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg", "pg8000"])
def test_a_socket_and_a_loopback_address_are_local(empty: Project, postgresql: PostgresServer, driver: str) -> None:
    with postgresql.database() as name, _forwarding(f"{postgresql.folder}/.s.PGSQL.5432") as port:
        kind = "asynchronous" if driver == "asyncpg" else "plain"
        app = DatabaseProject(empty, PostgresDatabase(postgresql, name), kind, driver)
        if driver != "pg8000":  # SQLAlchemy has no URL with a socket for this driver
            code, text = _sync(app)
            assert (code, app.rows()) == (0, ["c3"]), text
            app.database.clear()
        url = f"postgresql+{driver}://postgres@localhost:{port}/{name}"
        empty.write("alembic.ini", f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n")
        code, text = _sync(app)
        assert (code, app.rows()) == (0, ["c3"]), text


@pytest.mark.parametrize("driver", ["pymysql", "aiomysql"])
def test_a_socket_of_mariadb_is_local_and_an_unknown_host_is_not(
    empty: Project, mariadb: MariaServer, driver: str
) -> None:
    with mariadb.database() as name:
        kind = "asynchronous" if driver == "aiomysql" else "plain"
        app = DatabaseProject(empty, MariaDatabase(mariadb, name), kind, driver)
        code, text = _sync(app)
        assert (code, app.rows()) == (0, ["c3"]), text
        if driver == "aiomysql":
            return
        app.database.clear()
        socket_ = app.database.url().partition("unix_socket=")[2]
        creator = (
            "create_engine('mysql+pymysql://', creator=lambda: __import__('pymysql').connect("
            f"host='db.example.invalid', unix_socket={socket_!r}, user='root', database={name!r}))"
        )
        empty.write("migrations/env.py", PLAIN.replace("{options}", "").replace(ENGINE, creator))
        code, text = _sync(app)
        assert code == 2, text
        assert "connects to db.example.invalid, which is not this machine" in text
