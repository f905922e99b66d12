"""A move drops no rows that its plan doesn't name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from git_alembic.scratch.probe.project_databases.drop_guard_and_row_backup import DropGuard, DropsRows


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Return a connection to tables with rows (`full`, `two words`, `single`) and without (`empty`)."""
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        for name, rows in (("full", 2), ('"two words"', 1), ("single", 1), ("empty", 0)):
            opened.exec_driver_sql(f"CREATE TABLE {name} (n INTEGER)")
            for _ in range(rows):
                opened.exec_driver_sql(f"INSERT INTO {name} VALUES (1)")
        yield opened
    engine.dispose()


def refused(guard: DropGuard, statement: str) -> str:
    """Return the reason, or "" if the statement may run."""
    try:
        guard.check(statement)
    except DropsRows as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("statement", "name", "rows"),
    [
        ("DROP TABLE full", "full", "2 rows"),
        ("drop\n table  if exists full cascade", "full", "2 rows"),
        ('DROP TABLE "full"', '"full"', "2 rows"),
        ("DROP TABLE main.full", "main.full", "2 rows"),
        ("DROP TABLE `full`", "`full`", "2 rows"),
        ("DROP TABLE [full]", "[full]", "2 rows"),
        ('DROP TABLE "two words"', '"two words"', "1 row"),
        ("DROP TABLE empty, single", "single", "1 row"),
        ("SELECT 1; DROP TABLE single; DROP TABLE full", "single", "1 row"),
    ],
)
def test_tables_with_rows(connection: Connection, statement: str, name: str, rows: str) -> None:
    assert refused(DropGuard(connection, []), statement) == (
        f"it drops the table {name} with {rows}, which is not in the plan"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE empty",
        "DROP TABLE gone",
        "DROP TABLES full",
        "DROP INDEX full",
        "CREATE TABLE x (n)",
        "DELETE FROM full",
    ],
)
def test_other_statements(connection: Connection, statement: str) -> None:
    assert refused(DropGuard(connection, []), statement) == ""


@pytest.mark.parametrize("named", ["full", "main.full", 'main."full"'])
def test_tables_of_the_plan(connection: Connection, named: str) -> None:
    guard = DropGuard(connection, [named])
    assert refused(guard, "DROP TABLE full") == ""
    assert refused(guard, "DROP TABLE full, single").startswith("it drops the table single with 1 row")


def test_tables_that_are_created_meanwhile(connection: Connection) -> None:
    guard = DropGuard(connection, [])
    connection.exec_driver_sql("CREATE TABLE new AS SELECT * FROM full")
    assert refused(guard, "DROP TABLE new") == ""


def test_a_table_that_alembic_rebuilds(connection: Connection) -> None:
    guard = DropGuard(connection, [])
    connection.exec_driver_sql("CREATE TABLE _alembic_tmp_full AS SELECT * FROM full")
    assert refused(guard, "DROP TABLE full") == ""
    assert refused(guard, "DROP TABLE single") != ""
