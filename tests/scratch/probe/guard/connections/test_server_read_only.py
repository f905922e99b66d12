"""Sessions that the server keeps read-only: with real drivers, and with objects in place of other drivers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any
from unittest.mock import MagicMock, call

import aiomysql
import asyncpg
import pg8000.native
import psycopg
import psycopg2.errors
import pymysql
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from git_alembic.scratch.probe.guard.connections.server_read_only import ENTRY_POINTS, hold_read_only
from git_alembic.scratch.probe.guard.driver_hooks import DriverHook
from tests.support.servers import MariaServer, PostgresServer

CREATE = "CREATE TABLE made (n int)"
POSTGRESQL = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
MYSQL = "SET SESSION TRANSACTION READ ONLY"


class Refused(Exception):
    """What `refuse` raises here."""


def refuse(what: str) -> None:
    raise Refused(what)


def hold(connect: Callable[..., Any], module: str) -> Callable[..., Any]:
    held: Callable[..., Any] = hold_read_only(refuse)(connect, module)
    return held


class TestRealDrivers:
    @pytest.fixture(autouse=True)
    def _held(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Wrap the drivers until the end of the test."""
        for module, names in ENTRY_POINTS.items():
            for name in names if module in sys.modules else ():
                owner, _, attribute = name.rpartition(".")
                holder = getattr(sys.modules[module], owner) if owner else sys.modules[module]
                monkeypatch.setattr(holder, attribute, vars(holder)[attribute])
        DriverHook(ENTRY_POINTS, hold_read_only(refuse))

    def test_psycopg2(self, postgresql: PostgresServer) -> None:
        connection: Any = psycopg2.connect(host=str(postgresql.folder), user="postgres")
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
                cursor.execute(CREATE)

    def test_psycopg(self, postgresql: PostgresServer) -> None:
        """In autocommit mode, only the session is read-only. In a transaction, only the transaction is."""
        for connect in (psycopg.connect, psycopg.Connection.connect):
            with connect(host=str(postgresql.folder), user="postgres") as connection:
                assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                    connection.execute(CREATE)
                connection.rollback()
                connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
                connection.commit()
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                    connection.execute(CREATE)
                connection.rollback()
                connection.autocommit = True
                connection.execute(POSTGRESQL)
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                    connection.execute(CREATE)

    @pytest.mark.parametrize("autocommit", [False, True])
    def test_psycopg_asynchronous(self, postgresql: PostgresServer, autocommit: bool) -> None:
        async def create() -> None:
            connect = psycopg.AsyncConnection.connect
            async with await connect(host=str(postgresql.folder), user="postgres") as connection:
                await connection.set_autocommit(autocommit)
                await connection.execute(CREATE)

        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            asyncio.run(create())

    def test_asyncpg(self, postgresql: PostgresServer) -> None:
        async def create() -> None:
            connection = await asyncpg.connect(host=str(postgresql.folder), user="postgres")
            with pytest.raises(asyncpg.exceptions.ReadOnlySQLTransactionError):
                await connection.execute(CREATE)
            await connection.close()

        asyncio.run(create())

    def test_asyncpg_after_a_pool_has_reset_the_session(
        self, postgresql: PostgresServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=1s")

        async def create() -> str:
            settings = {"application_name": "mine"}
            connection = await asyncpg.connect(host=str(postgresql.folder), user="postgres", server_settings=settings)
            await connection.execute("RESET ALL")
            with pytest.raises(asyncpg.exceptions.ReadOnlySQLTransactionError):
                await connection.execute(CREATE)
            name: str = await connection.fetchval("SHOW application_name")
            await connection.close()
            return name

        assert asyncio.run(create()) == "mine"

    def test_pg8000(self, postgresql: PostgresServer) -> None:
        path = str(postgresql.folder / ".s.PGSQL.5432")
        with (
            closing(pg8000.native.Connection("postgres", unix_sock=path)) as connection,
            pytest.raises(pg8000.native.DatabaseError, match="read-only transaction"),
        ):
            connection.run(CREATE)

    def test_pymysql(self, mariadb: MariaServer) -> None:
        options = {"unix_socket": make_url(mariadb.url()).query["unix_socket"], "user": "root"}
        with (
            mariadb.database() as name,
            closing(pymysql.connect(database=name, **options)) as connection,
            pytest.raises(pymysql.err.OperationalError, match="READ ONLY transaction"),
        ):
            connection.query(CREATE)

    def test_aiomysql(self, mariadb: MariaServer) -> None:
        socket = make_url(mariadb.url()).query["unix_socket"]

        async def create(name: str) -> None:
            connection = await aiomysql.connect(unix_socket=socket, user="root", db=name)
            try:
                await connection.query(CREATE)
            finally:
                connection.close()

        with mariadb.database() as name, pytest.raises(pymysql.err.OperationalError, match="READ ONLY transaction"):
            asyncio.run(create(name))


class TestOtherDrivers:
    @pytest.mark.parametrize(
        ("module", "calls"),
        [
            ("MySQLdb.connections", [call.query(MYSQL)]),
            ("mysql.connector.abstracts", [call.cmd_query(MYSQL)]),
            (
                "mariadb.connections",
                [
                    call.cursor(),
                    call.cursor().__enter__(),
                    call.cursor().__enter__().execute(MYSQL),
                    call.cursor().__exit__(None, None, None),
                    call.commit(),
                ],
            ),
        ],
    )
    def test_a_method_that_connects(self, module: str, calls: list[object]) -> None:
        connection, received = MagicMock(), []
        method = hold(lambda *given, **named: received.append((given, named)), module)
        assert method(connection, "host", port=3306) is None
        assert received == [((connection, "host"), {"port": 3306})]
        assert connection.mock_calls[: len(calls)] == calls

    def test_a_server_that_does_not_know_the_statement(self) -> None:
        """The driver's own setting stays."""
        connection = MagicMock()
        connection.cursor().__enter__().execute.side_effect = ValueError("syntax error")
        connection.read_only = False
        assert hold(lambda: connection, "psycopg")() is connection
        connection.rollback.assert_called_once_with()
        assert connection.read_only is True

    def test_a_driver_without_read_only_sessions(self) -> None:
        message = "a pyodbc connection that was not created by an engine, so it can't be made read-only"
        with pytest.raises(Refused) as caught:
            hold(lambda: "connected", "pyodbc")()
        assert str(caught.value) == message

    def test_a_connection_of_an_engine(self) -> None:
        """The events of its engine check each statement."""
        connection, driver = MagicMock(), MagicMock()
        driver.return_value = connection
        connect = hold(driver, "pyodbc")
        with closing(QueuePool(lambda: connect("dsn", autocommit=True)).connect()) as pooled:
            assert pooled.dbapi_connection is connection
        driver.assert_called_once_with("dsn", autocommit=True)
