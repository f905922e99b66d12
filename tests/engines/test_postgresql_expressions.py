"""Expressions as PostgreSQL writes them: checks and defaults of columns of all types, compared with a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.support import postgresql_engine as catalogs
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
    ours = catalogs.engine_of(catalogs.emulated_postgresql())
    with catalogs.server_engine(postgresql) as server:
        for engine in (ours, server):
            assert catalogs.run_script(engine, SETTING) == [""] * len(SETTING)
        yield ours, server


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
def test_a_check(check: str, both: tuple[Engine, Engine]) -> None:
    ours, server = (reflected(engine, f"CREATE TABLE subject ({COLUMNS}, CHECK ({check}))") for engine in both)

    assert ours == server


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xml'")
@pytest.mark.parametrize(("kind", "default"), DEFAULTS)
def test_a_default(kind: str, default: str, both: tuple[Engine, Engine]) -> None:
    ours, server = (reflected(engine, f"CREATE TABLE subject (x {kind} DEFAULT {default})") for engine in both)

    assert ours == server


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_written_is_read_as_it_was_meant(check: str, both: tuple[Engine, Engine]) -> None:
    """Renaming a column that no check speaks of, and back, changes nothing; nor does renaming one that it speaks of."""
    ours, _ = both
    statement = f"CREATE TABLE subject ({COLUMNS}, CHECK ({check}))"
    before = reflected(ours, statement)
    with ours.begin() as connection:
        for name in ("i", "v", "t", "jb", "st"):
            connection.exec_driver_sql(f"ALTER TABLE subject RENAME {name} TO renamed")
            connection.exec_driver_sql(f"ALTER TABLE subject RENAME renamed TO {name}")
        assert sa.inspect(connection).get_check_constraints("subject") == before["checks"]
