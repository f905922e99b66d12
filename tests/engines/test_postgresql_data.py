"""Data statements on emulated PostgreSQL have the same results as on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.support import postgresql_engine
from tests.support.servers import PostgresServer

FOLDER = Path(__file__).parent / "postgresql"
SETTING = [text for text in (FOLDER / "data_setting.txt").read_text().split(";\n") if text.strip()]
TABLES = ("SELECT * FROM a ORDER BY 1", "SELECT * FROM b ORDER BY 1")
STATEMENTS = (FOLDER / "data.txt").read_text().splitlines()


@pytest.fixture(scope="module")
def both(postgresql: PostgresServer) -> Iterator[tuple[Engine, Engine]]:
    with postgresql_engine.emulated_and_real(postgresql, SETTING) as engines:
        yield engines


def outcome(engine: Engine, text: str) -> tuple[object, object]:
    """Return the rows or the row count of a statement and the tables after it, or its error."""
    with engine.connect() as connection, connection.begin() as transaction:
        try:
            result = connection.exec_driver_sql(text, execution_options={"no_parameters": True})
            found: object = (list(result.keys()), result.fetchall()) if result.returns_rows else result.rowcount
            after = [connection.exec_driver_sql(table).fetchall() for table in TABLES]
        except sa.exc.DBAPIError as error:
            return type(error).__name__, str(error.orig).splitlines()[0]
        finally:
            transaction.rollback()
        return found, after


@pytest.mark.parametrize("text", STATEMENTS)
def test_data_statement_matches_server(text: str, both: tuple[Engine, Engine]) -> None:
    ours, server = (outcome(engine, text) for engine in both)

    assert ours == server
