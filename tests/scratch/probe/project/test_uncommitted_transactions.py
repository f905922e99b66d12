"""The transaction that is open when env.py configures Alembic: whether it is committed, and the line that began it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from git_alembic.scratch.probe.project.uncommitted_transactions import OpenTransaction, Transactions
from tests.support.sqlalchemy_listeners import removed_listeners


@pytest.fixture
def transactions(tmp_path: Path) -> Iterator[Transactions]:
    with removed_listeners():
        yield Transactions(str(tmp_path))


@pytest.fixture
def connection(transactions: Transactions) -> Iterator[Connection]:
    """Return a connection that the transactions see."""
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def opened(transactions: Transactions, connection: Connection | None) -> OpenTransaction | None:
    """Return the transaction that is open when Alembic is configured."""
    context = (
        MigrationContext.configure(connection) if connection else MigrationContext.configure(dialect_name="sqlite")
    )
    return transactions.opened_before(context)


def run(connection: Connection, steps: str) -> None:
    """Run steps: "execute" a statement, or call a method of the connection."""
    for step in steps.split():
        if step == "execute":
            connection.exec_driver_sql("SELECT 1")
        elif step == "commit_twophase":
            connection.dispatch.commit_twophase(connection, "id", True)
        else:
            getattr(connection, step)()


@pytest.mark.parametrize("before", ["", "begin rollback", "begin commit", "execute commit", "begin execute rollback"])
def test_no_open_transaction(transactions: Transactions, connection: Connection, before: str) -> None:
    run(connection, before)
    assert opened(transactions, connection) is None


@pytest.mark.parametrize("before", ["execute", "begin", "begin commit execute"])
@pytest.mark.parametrize(
    ("after", "is_committed"),
    [
        ("", False),
        ("execute", False),
        ("rollback", False),
        ("rollback begin", False),
        ("rollback execute commit", True),
        ("commit", True),
        ("execute commit", True),
        ("commit_twophase", True),
    ],
)
def test_open_transaction(
    transactions: Transactions, connection: Connection, before: str, after: str, is_committed: bool
) -> None:
    run(connection, before)
    transaction = opened(transactions, connection)
    assert transaction
    states = [transaction.is_committed]
    run(connection, after)
    assert [*states, transaction.is_committed] == [False, is_committed]


def test_the_commit_of_another_connection(transactions: Transactions, connection: Connection) -> None:
    run(connection, "execute")
    transaction = opened(transactions, connection)
    with connection.engine.connect() as other:
        run(other, "execute commit")
    assert transaction
    assert not transaction.is_committed


class TestAutocommit:
    """The driver commits each statement."""

    @pytest.mark.parametrize(
        "options", [{"isolation_level": "AUTOCOMMIT"}, {"execution_options": {"isolation_level": "AUTOCOMMIT"}}]
    )
    def test_of_an_engine(self, transactions: Transactions, options: dict[str, Any]) -> None:
        engine = create_engine("sqlite://", **options)
        with engine.connect() as connection:
            run(connection, "execute")
            assert opened(transactions, connection) is None
        engine.dispose()

    def test_of_a_connection(self, transactions: Transactions, connection: Connection) -> None:
        connection.execution_options(isolation_level="autocommit")
        run(connection, "execute")
        assert opened(transactions, connection) is None

    def test_another_level(self, transactions: Transactions, connection: Connection) -> None:
        connection.execution_options(isolation_level="SERIALIZABLE")
        run(connection, "execute")
        assert opened(transactions, connection)


def test_offline_mode(transactions: Transactions) -> None:
    assert opened(transactions, None) is None


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (("migrations/env.py", "alembic.py"), ("migrations/env.py", 4)),
        (("app/helper.py", "migrations/env.py"), ("migrations/env.py", 2)),
        (("app/helper.py", "app/other.py"), ("app/helper.py", 4)),
        ((".venv/lib/site-packages/helper.py", "app/other.py"), ("app/other.py", 2)),
        ((".venv/lib/site-packages/env.py", "site-packages/env.py"), (None, None)),
        (("../elsewhere/helper.py", "../elsewhere/env.py"), (None, None)),
        (("../elsewhere/helper.py", "app/other.py"), ("app/other.py", 2)),
    ],
)
def test_line(
    transactions: Transactions, connection: Connection, tmp_path: Path, files: tuple[str, str], place: tuple[str, int]
) -> None:
    """The function in the first file begins. The second file calls it."""
    names: dict[str, Any] = {"connection": connection}
    texts = ("\n\ndef begin(connection):\n    connection.begin()\n", "\nbegin(connection)\n")
    for file, text in zip(files, texts, strict=True):
        exec(compile(text, str(tmp_path / file), "exec"), names)  # noqa: S102 - our text
    transaction = opened(transactions, connection)
    assert transaction
    assert tuple(transaction.place.values()) == place


def test_line_that_awaits(transactions: Transactions, tmp_path: Path) -> None:
    """SQLAlchemy runs in a greenlet, whose parent awaits."""
    text = "async def run(engine, look):\n async with engine.connect() as connection:\n  await connection.begin()\n"
    names: dict[str, Any] = {}
    exec(compile(f"{text}  return await connection.run_sync(look)", str(tmp_path / "env.py"), "exec"), names)  # noqa: S102 - our text

    async def place() -> OpenTransaction:
        engine = create_async_engine("sqlite+aiosqlite://")
        transaction: OpenTransaction = await names["run"](engine, lambda sync: opened(transactions, sync))
        await engine.dispose()
        return transaction

    assert asyncio.run(place()).place == {"path": "env.py", "line": 3}


def test_line_of_a_transaction_that_began_earlier(tmp_path: Path) -> None:
    """Nothing watched it."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection, removed_listeners():
        connection.begin()
        transaction = opened(Transactions(str(tmp_path)), connection)
    engine.dispose()
    assert transaction
    assert transaction.place == {"path": None, "line": None}
