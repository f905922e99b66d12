"""Limits on the work of one revision: counts of statements, iterations, steps and rows, but no time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from git_alembic.scratch.probe.engines.emulation.execution_limits import Limits
from git_alembic.scratch.probe.engines.mysql.engine_and_dialect import MySQL
from tests.support import mysql_engine, postgresql_engine
from tests.support.model_projects import Modeled

ENDLESS_ROWS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT {} FROM r"
LIMITS = Limits(statements=100, iterations=100, sqlite_steps=1_000_000, rows=100)


def postgresql(limits: Limits) -> Engine:
    return postgresql_engine.engine_of(postgresql_engine.emulated_postgresql(limits))


def mysql(limits: Limits) -> Engine:
    return mysql_engine.engine_of(MySQL(limits))


def error_of(engine: Engine, *statements: str) -> str:
    """Return the error of the first statement that fails."""
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except sa.exc.OperationalError as error:
        return str(error.orig)
    return ""


@pytest.mark.parametrize(
    ("emulated", "statements", "limit"),
    [
        (postgresql, ["SELECT 1"] * 101, "100 statements in one revision"),
        (mysql, ["SELECT 1"] * 101, "100 statements in one revision"),
        (postgresql, ["DO $$ BEGIN LOOP END LOOP; END $$"], "100 iterations of loops in one revision"),
        (postgresql, ["DO $$ BEGIN FOR i IN 1..101 LOOP END LOOP; END $$"], "100 iterations of loops in one revision"),
        (postgresql, ["DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"], "100 statements in one revision"),
        (postgresql, ["DO $$ BEGIN WHILE true LOOP END LOOP; END $$"], "100 statements in one revision"),
        (postgresql, [ENDLESS_ROWS.format("count(*)")], "1,000,000 steps of SQLite in one revision"),
        (mysql, [ENDLESS_ROWS.format("count(*)")], "1,000,000 steps of SQLite in one revision"),
        (postgresql, [ENDLESS_ROWS.format("n")], "100 rows from one statement"),
        (mysql, [ENDLESS_ROWS.format("n")], "100 rows from one statement"),
        (postgresql, ["SELECT * FROM generate_series(1, 101)"], "100 rows from one statement"),
    ],
)
def test_error_names_the_limit(emulated: Callable[[Limits], Engine], statements: list[str], limit: str) -> None:
    assert error_of(emulated(LIMITS), *statements) == f"the scratch database stops at {limit}"


@pytest.mark.parametrize("emulated", [postgresql, mysql])
def test_work_within_the_limits_passes(emulated: Callable[[Limits], Engine]) -> None:
    finite = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 100) SELECT n FROM r"
    assert error_of(emulated(LIMITS), *[finite] * 90) == ""


def test_exception_handler_does_not_catch_a_limit() -> None:
    block = "DO $$ BEGIN LOOP BEGIN PERFORM 1; EXCEPTION WHEN others THEN NULL; END; END LOOP; END $$"
    assert "100 statements" in error_of(postgresql(LIMITS), block)


def test_each_revision_has_the_whole_budget() -> None:
    emulated = postgresql_engine.emulated_postgresql(LIMITS)
    engine = postgresql_engine.engine_of(emulated)
    for revision in ("abc", "def"):
        emulated.begin_revision(revision)
        assert error_of(engine, *["SELECT 1"] * 60) == ""
    assert "100 statements" in error_of(engine, *["SELECT 1"] * 60)
    emulated.begin_revision("ghi")
    assert error_of(engine, "SELECT 1") == ""


def test_finding_names_the_limit(tmp_path: Path) -> None:
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    project.start("postgresql://app@db.invalid/app")
    project.step("b", "a", 'op.execute("DO $$ BEGIN LOOP END LOOP; END $$")')
    (finding,) = project.check(command="roundtrip")["findings"]
    assert finding["rule"] == "broken-upgrade"
    assert "the scratch database stops at 1,000,000 iterations of loops in one revision" in finding["message"]


def test_single_inserts_need_few_steps() -> None:
    """Checking a new row does not read the older rows."""
    engine = postgresql(Limits(sqlite_steps=10_000_000))
    table = "CREATE TABLE t (id serial PRIMARY KEY, a varchar(9) NOT NULL, b int NOT NULL, c bool NOT NULL)"
    insert = "INSERT INTO t (a, b, c) VALUES ('x', 1, true)"
    assert error_of(engine, table, *[insert] * 3000) == ""
