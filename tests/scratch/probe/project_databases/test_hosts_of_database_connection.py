"""The hosts of a connection: what a driver reports or received, and the address at the other end of its socket."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from git_alembic.scratch.probe.project_databases.hosts_of_database_connection import (
    connected_hosts,
    remember_given_hosts,
)
from tests.support.servers import MariaServer, PostgresServer
from tests.support.sqlalchemy_listeners import removed_listeners


def hosts(driver: object) -> list[str] | None:
    """Return the hosts of a connection that an engine's own function opened."""
    proxy = SimpleNamespace(driver_connection=driver)
    return connected_hosts(SimpleNamespace(connection=proxy, info={}, engine=create_engine("sqlite://")))


class Peer:
    """A socket that is connected to an address."""

    def __init__(self, address: object) -> None:
        self._address = address

    def getpeername(self) -> object:
        if isinstance(self._address, Exception):
            raise self._address
        return self._address


class Raising:
    """A driver of libpq without a host. Some properties raise."""

    hostaddr = "10.0.0.1"

    @property
    def host(self) -> str:
        raise ValueError


def transport(peer: Peer) -> SimpleNamespace:
    return SimpleNamespace(get_extra_info={"socket": peer}.get)


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        (SimpleNamespace(), None),
        (SimpleNamespace(host="db"), ["db"]),
        (SimpleNamespace(_host=b"db"), ["db"]),
        (SimpleNamespace(server_host="a", server_name="b"), ["a", "b"]),
        (SimpleNamespace(host="localhost", unix_socket="/run/s"), ["localhost", "/run/s"]),
        (SimpleNamespace(_unix_socket="/run/s"), ["/run/s"]),
        (SimpleNamespace(host="", port=5432), None),
        (SimpleNamespace(host=7), None),
        (SimpleNamespace(info=SimpleNamespace(host="db", hostaddr="10.0.0.1")), ["db", "10.0.0.1"]),
        (SimpleNamespace(info=SimpleNamespace(host="db"), host="db"), ["db"]),
        (SimpleNamespace(info=SimpleNamespace(dsn_parameters={"hostaddr": "10.0.0.1"})), ["10.0.0.1"]),
        (SimpleNamespace(info=SimpleNamespace(dsn_parameters={"user": "ada"})), None),
        (SimpleNamespace(info=Raising()), ["10.0.0.1"]),
        (SimpleNamespace(_addr=("db", 5432)), ["db"]),
        (SimpleNamespace(_addr="/run/.s.PGSQL.5432"), ["/run/.s.PGSQL.5432"]),
        (SimpleNamespace(get_host_info=lambda: "db.example.org via TCP/IP"), ["db.example.org"]),
        (SimpleNamespace(get_host_info=lambda: "Localhost via UNIX socket"), ["/"]),
        (SimpleNamespace(get_host_info=lambda: "unknown"), None),
        (SimpleNamespace(get_host_info="unknown"), None),
    ],
)
def test_what_a_driver_reports(driver: object, expected: list[str] | None) -> None:
    assert hosts(driver) == expected


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        (SimpleNamespace(_sock=Peer(("10.0.0.1", 5432))), ["10.0.0.1"]),
        (SimpleNamespace(_usock=Peer(("::1", 5432, 0, 0))), ["::1"]),
        (SimpleNamespace(_socket=SimpleNamespace(sock=Peer(("10.0.0.1", 5432)))), ["10.0.0.1"]),
        (SimpleNamespace(sock=Peer("/run/s")), ["/run/s"]),
        (SimpleNamespace(socket=Peer(b"/run/s")), ["/run/s"]),
        (SimpleNamespace(socket=Peer("")), ["/"]),
        (SimpleNamespace(_transport=transport(Peer(("10.0.0.1", 1)))), ["10.0.0.1"]),
        (SimpleNamespace(_writer=transport(Peer(("10.0.0.1", 1)))), ["10.0.0.1"]),
        (SimpleNamespace(_sock=Peer(OSError()), socket=Peer(("10.0.0.2", 1))), ["10.0.0.2"]),
        (SimpleNamespace(_sock=Peer(("10.0.0.1", 1)), socket=Peer(("10.0.0.2", 1))), ["10.0.0.1"]),
        (SimpleNamespace(_sock=Peer(None)), None),
        (SimpleNamespace(_sock=None, _transport=None, fileno=lambda: -1), None),
        (SimpleNamespace(host="db", _sock=Peer(("10.0.0.1", 1))), ["db", "10.0.0.1"]),
    ],
)
def test_the_other_end(driver: object, expected: list[str] | None) -> None:
    assert hosts(driver) == expected


def test_the_descriptor_of_libpq_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert hosts(SimpleNamespace(fileno=client.fileno)) == ["127.0.0.1"]
        client.getpeername()


@pytest.mark.parametrize("module", ["aiosqlite.core", "sqlcipher3.dbapi2"])
def test_a_file(module: str) -> None:
    kind = type("Connection", (), {"__module__": module, "host": "db"})
    assert hosts(kind()) == ["/"]
    with closing(sqlite3.connect(":memory:")) as connection:
        assert hosts(connection) == ["/"]


def test_an_older_sqlalchemy() -> None:
    """It calls the driver's connection by another name, or has no proxy."""
    for proxy in (SimpleNamespace(dbapi_connection=SimpleNamespace(host="db")), SimpleNamespace(host="db")):
        assert connected_hosts(SimpleNamespace(connection=proxy, info=None)) == ["db"]


class TestGivenHosts:
    @pytest.fixture
    def given(self) -> Iterator[Callable[..., list[str] | None]]:
        """Return a function that connects an engine, with a driver that reports nothing, and returns the hosts."""
        with removed_listeners():
            remember_given_hosts()

            def connect(url: str, **options: Any) -> list[str] | None:
                engine = create_engine(url, _initialize=False, **options)
                if "creator" not in options:
                    event.listen(engine, "do_connect", lambda *_: SimpleNamespace(rollback=str, close=str))
                with closing(engine.raw_connection()) as raw:
                    return connected_hosts(SimpleNamespace(connection=raw, info=raw.info, engine=engine))

            yield connect

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("postgresql+psycopg2://db.example.org/shop", ["db.example.org"]),
            ("postgresql+psycopg2:///shop?host=/run/pg", ["/run/pg"]),
            ("postgresql+psycopg2://db/shop?hostaddr=10.0.0.1", ["db", "10.0.0.1"]),
            ("postgresql+pg8000:///shop?unix_sock=/run/s", ["/run/s"]),
            ("mysql+pymysql://db/shop?unix_socket=/run/s", ["db", "/run/s"]),
            ("postgresql+psycopg2:///shop", None),
        ],
    )
    def test_of_an_engine(self, given: Callable[..., list[str] | None], url: str, expected: list[str] | None) -> None:
        assert given(url) == expected

    def test_a_text_that_only_the_driver_can_parse(self, given: Callable[..., list[str] | None]) -> None:
        """SQLAlchemy passes such a text as one argument."""
        pyodbc = SimpleNamespace(paramstyle="qmark", version="5", Cursor=object)
        assert given("mssql+pyodbc://db/shop?driver=x", module=pyodbc) == ["db"]

    def test_of_a_function_of_the_project(self, given: Callable[..., list[str] | None]) -> None:
        """The URL says nothing about what the function opens."""
        driver = SimpleNamespace(rollback=str, close=str)
        assert given("postgresql+psycopg2://db.example.org/shop", creator=lambda: driver) is None


@pytest.fixture
def engines() -> Iterator[Callable[[str], Engine]]:
    made: list[Engine] = []

    def make(url: str) -> Engine:
        made.append(create_engine(url))
        return made[-1]

    with removed_listeners():
        remember_given_hosts()
        yield make
    for engine in made:
        engine.dispose()


class TestRealDrivers:
    def test_postgresql(self, postgresql: PostgresServer, engines: Callable[[str], Engine]) -> None:
        folder = str(postgresql.folder)
        for driver in ("postgresql+psycopg2", "postgresql+psycopg"):
            with engines(postgresql.url("postgres", driver)).connect() as connection:
                found = connected_hosts(connection)
                assert found
                assert found[0] == folder
                assert {str(Path(host).parent) for host in found[1:]} <= {folder}
        with closing(psycopg2.connect(host=folder, user="postgres")) as raw:
            assert (hosts(raw) or [""])[0] == folder

    def test_mysql(self, mariadb: MariaServer, engines: Callable[[str], Engine]) -> None:
        engine = engines(mariadb.url())
        with engine.connect() as connection:
            found = connected_hosts(connection)
        assert found == ["localhost", str(engine.url.query["unix_socket"]), "/"]
