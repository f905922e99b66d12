"""psycopg2 and psycopg on a real server: checks of connections and statements, and read-only sessions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from typing import Any

import psycopg
import psycopg2
import psycopg2.errors
import psycopg2.extensions
import psycopg2.extras
import pytest
from psycopg2 import sql

from git_alembic.scratch.probe.guard.connections.psycopg_connections import guard_psycopg
from tests.support.servers import PostgresServer

REPLACED = {
    "psycopg2": ("connect",),
    "psycopg2.extensions": ("cursor", "connection"),
    "psycopg2._psycopg": ("cursor", "connection"),
    "psycopg.pq": ("PGconn",),
}


class Refused(Exception):
    """What the checks raise here."""


class Checks:
    """Checks that record what they receive. They refuse DELETE, and every connection while `refuses` is set."""

    def __init__(self) -> None:
        self.drivers: list[str] = []
        self.statements: list[str] = []
        self.refuses = False

    def connecting(self, driver: str) -> None:
        self.drivers.append(driver)
        if self.refuses:
            raise Refused(driver)

    def check(self, statement: str) -> None:
        self.statements.append(statement)
        if "DELETE" in statement:
            raise Refused(statement)


Guard = Callable[..., Checks]


@pytest.fixture(scope="module")
def dsn(postgresql: PostgresServer) -> Iterator[str]:
    with postgresql.database() as name:
        postgresql.run_sql("CREATE TABLE t (n int); INSERT INTO t VALUES (1)", name)
        yield f"host={postgresql.folder} user=postgres dbname={name}"


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Guard:
    """Return a function that replaces the classes until the end of the test."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    for module, names in REPLACED.items():
        for name in names:
            monkeypatch.setattr(sys.modules[module], name, getattr(sys.modules[module], name))
    base: Any = sys.modules["psycopg._connection_base"]
    setter = "_set_read_only_gen"
    monkeypatch.setattr(base.BaseConnection, setter, getattr(base.BaseConnection, setter))

    def apply(*, read_only: bool = False) -> Checks:
        checks = Checks()
        guard_psycopg(checks.connecting, checks.check, read_only=read_only)
        return checks

    return apply


Own = type("Own", (psycopg2.extensions.connection,), {})  # a class of the project

# Each opens a connection and returns it. Names, because the guard replaces what they mean.
PSYCOPG2 = {
    "connect": "psycopg2.connect(dsn)",
    "connection": "psycopg2.extensions.connection(dsn)",
    "connection in C": "psycopg2._psycopg.connection(dsn)",
    "class": "psycopg2.connect(dsn, connection_factory=psycopg2.extras.RealDictConnection)",
    "own class": "psycopg2.connect(dsn, Own)",
    "function": "psycopg2.connect(dsn, connection_factory=lambda dsn, **_: psycopg2.extensions.connection(dsn))",
}


def evaluate(code: str, **names: Any) -> Any:
    return eval(code, globals(), names)  # noqa: S307 - our text


class TestPsycopg2:
    @pytest.mark.parametrize("how", PSYCOPG2)
    def test_every_connection_is_checked(self, guard: Guard, dsn: str, how: str) -> None:
        checks = guard()
        with closing(evaluate(PSYCOPG2[how], dsn=dsn)) as connection, connection.cursor() as cursor:
            assert isinstance(connection, Own) is (how == "own class")
            cursor.execute("SELECT 1")
        checks.refuses = True
        with pytest.raises(Refused):
            evaluate(PSYCOPG2[how], dsn=dsn)
        assert (checks.drivers, checks.statements) == (["psycopg2"] * 2, ["SELECT 1"])

    @pytest.mark.parametrize(
        ("run", "statement"),
        [
            (lambda cursor: cursor.execute("SELECT %s", (1,)), "SELECT %s"),
            (lambda cursor: cursor.execute(b"SELECT 1"), "SELECT 1"),
            (lambda cursor: cursor.execute(sql.SQL("SELECT {}").format(sql.Literal(1))), "SELECT 1"),
            (lambda cursor: cursor.executemany("SELECT %s", [(1,), (2,)]), "SELECT %s"),
            (lambda cursor: cursor.copy_expert("COPY t TO STDOUT", StringIO()), "COPY t TO STDOUT"),
            (lambda cursor: cursor.callproc("now"), "SELECT now()"),
            (lambda cursor: cursor.callproc("abs", [-1]), "SELECT abs()"),
        ],
    )
    def test_every_kind_of_statement(
        self, guard: Guard, dsn: str, run: Callable[[Any], object], statement: str
    ) -> None:
        checks = guard()
        with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
            run(cursor)
        assert checks.statements == [statement]

    @pytest.mark.parametrize(
        "run",
        [
            lambda cursor: cursor.execute("DELETE FROM t"),
            lambda cursor: cursor.executemany("DELETE FROM t WHERE n = %s", [(1,)]),
            lambda cursor: cursor.copy_expert("COPY (DELETE FROM t RETURNING n) TO STDOUT", StringIO()),
            lambda cursor: cursor.callproc("DELETE"),
        ],
    )
    def test_refused(self, guard: Guard, dsn: str, run: Callable[[Any], object]) -> None:
        guard()
        with (
            closing(psycopg2.connect(dsn)) as connection,
            connection.cursor() as cursor,
            pytest.raises(Refused, match="DELETE"),
        ):
            run(cursor)

    @pytest.mark.parametrize(
        ("make", "row"),
        [
            ("connection.cursor()", (1,)),
            ("connection.cursor('named')", (1,)),
            ("connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor)", {"n": 1}),
            ("connection.cursor('named', psycopg2.extras.RealDictCursor)", {"n": 1}),
            ("psycopg2.extensions.cursor(connection)", (1,)),
            ("psycopg2._psycopg.cursor(connection)", (1,)),
        ],
    )
    def test_every_kind_of_cursor(self, guard: Guard, dsn: str, make: str, row: object) -> None:
        checks = guard()
        with closing(psycopg2.connect(dsn)) as connection:
            with evaluate(make, connection=connection) as cursor:
                cursor.execute("SELECT 1 AS n")
                assert cursor.fetchone() == row
            connection.cursor_factory = psycopg2.extras.NamedTupleCursor
            with connection.cursor() as cursor:
                cursor.execute("SELECT 2 AS n")
                assert cursor.fetchone().n == 2
        assert checks.statements == ["SELECT 1 AS n", "SELECT 2 AS n"]

    @pytest.mark.parametrize("how", PSYCOPG2)
    @pytest.mark.parametrize(
        "change",
        [
            "connection",
            "connection.set_session(readonly=False)",
            "connection.set_session(isolation_level='SERIALIZABLE', deferrable=False)",
            "connection.set_session('REPEATABLE READ', False)",
            "setattr(connection, 'readonly', False)",
            "setattr(connection, 'readonly', None)",
        ],
    )
    def test_read_only(self, guard: Guard, dsn: str, how: str, change: str) -> None:
        guard(read_only=True)
        with closing(evaluate(PSYCOPG2[how], dsn=dsn)) as connection:
            evaluate(change, connection=connection)
            assert connection.readonly is True
            with (
                connection.cursor() as cursor,
                pytest.raises(psycopg2.errors.ReadOnlySqlTransaction),
            ):
                cursor.execute("INSERT INTO t VALUES (2)")

    def test_settings_without_read_only(self, guard: Guard, dsn: str) -> None:
        guard()
        with closing(evaluate("psycopg2.connect(dsn)", dsn=dsn)) as connection:
            found = [connection.readonly]
            connection.set_session("SERIALIZABLE", True, True, True)
            found += [connection.isolation_level, connection.readonly, connection.deferrable, connection.autocommit]
            connection.readonly = False
            found.append(connection.readonly)
        assert found == [None, psycopg2.extensions.ISOLATION_LEVEL_SERIALIZABLE, True, True, True, False]


class TestPsycopg:
    """`server_read_only` and the hooks of its cursors do the rest."""

    @pytest.mark.parametrize("method", ["connect", "connect_start"])
    def test_direct_calls_of_libpq_are_checked(self, guard: Guard, dsn: str, method: str) -> None:
        checks = guard()
        made = getattr(psycopg.pq.PGconn, method)(dsn.encode())
        assert isinstance(made, psycopg.pq.PGconn)
        made.finish()
        checks.refuses = True
        with pytest.raises(Refused):
            getattr(psycopg.pq.PGconn, method)(dsn.encode())
        assert checks.drivers == ["psycopg.pq"] * 2

    def test_the_driver_itself_is_not_checked_here(self, guard: Guard, dsn: str) -> None:
        checks = guard()
        checks.refuses = True
        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert isinstance(connection.pgconn, psycopg.pq.PGconn)
        assert checks.drivers == []

    def test_read_only(self, guard: Guard, dsn: str) -> None:
        guard(read_only=True)
        with psycopg.connect(dsn) as connection:
            connection.read_only = False
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute("INSERT INTO t VALUES (2)")
            connection.rollback()
            connection.set_read_only(None)
            assert connection.read_only is True

    def test_read_only_of_an_asynchronous_connection(self, guard: Guard, dsn: str) -> None:
        guard(read_only=True)

        async def write() -> None:
            async with await psycopg.AsyncConnection.connect(dsn) as connection:
                await connection.set_read_only(False)
                await connection.execute("INSERT INTO t VALUES (2)")

        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            asyncio.run(write())
