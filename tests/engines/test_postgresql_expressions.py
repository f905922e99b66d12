"""Checks and defaults have the same text on emulated PostgreSQL as on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.support import postgresql_engine
from tests.support.servers import PostgresServer

FOLDER = Path(__file__).parent / "postgresql"
CHECKS = (FOLDER / "checks.txt").read_text().splitlines()
DEFAULTS = [tuple(line.split("|", 1)) for line in (FOLDER / "defaults.txt").read_text().splitlines()]
COLUMNS = """
    i int4, b int8, s int2, n numeric(10,2), f float8, t text, v varchar(50), c char(3), bo boolean, ts timestamp,
    tz timestamptz, d date, j json, jb jsonb, u uuid, ia int4[], ta text[], va varchar(20)[], iv interval, ba bytea,
    st status, sta status[], em email_t, tsv tsvector, ip inet, r int4range
"""
SETTING = (
    'CREATE EXTENSION "uuid-ossp"',
    "CREATE TYPE status AS ENUM ('a', 'b')",
    "CREATE DOMAIN email_t AS text",
)


@pytest.fixture(scope="module")
def both(postgresql: PostgresServer) -> Iterator[tuple[Engine, Engine]]:
    with postgresql_engine.emulated_and_real(postgresql, SETTING) as engines:
        yield engines


def reflected(engine: Engine, statement: str) -> dict[str, object]:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS subject")
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        inspector = sa.inspect(connection)
        return {
            "checks": inspector.get_check_constraints("subject"),
            "defaults": [column["default"] for column in inspector.get_columns("subject")],
        }


@pytest.mark.parametrize("check", CHECKS)
def test_check_matches_server(check: str, both: tuple[Engine, Engine]) -> None:
    ours, server = (reflected(engine, f"CREATE TABLE subject ({COLUMNS}, CHECK ({check}))") for engine in both)

    assert ours == server


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xml'")
@pytest.mark.parametrize(("kind", "default"), DEFAULTS)
def test_default_matches_server(kind: str, default: str, both: tuple[Engine, Engine]) -> None:
    ours, server = (reflected(engine, f"CREATE TABLE subject (x {kind} DEFAULT {default})") for engine in both)

    assert ours == server


@pytest.mark.parametrize("check", CHECKS)
def test_renaming_a_column_and_back_keeps_the_check(check: str, both: tuple[Engine, Engine]) -> None:
    ours, _ = both
    statement = f"CREATE TABLE subject ({COLUMNS}, CHECK ({check}))"
    before = reflected(ours, statement)
    with ours.begin() as connection:
        for name in ("i", "v", "t", "jb", "st"):
            connection.exec_driver_sql(f"ALTER TABLE subject RENAME {name} TO renamed")
            connection.exec_driver_sql(f"ALTER TABLE subject RENAME renamed TO {name}")
        assert sa.inspect(connection).get_check_constraints("subject") == before["checks"]
