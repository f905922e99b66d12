"""Connections to emulated PostgreSQL: transactions, DO blocks, parameters, values, saved states, unknown statements."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.engine import Engine

from git_alembic.scratch.probe.engines.postgresql.engine_and_dialect import PostgreSQL
from tests.support import postgresql_engine
from tests.support.servers import PostgresServer

BLOCKS = {
    "a type that may exist": """
        DO $$ BEGIN CREATE TYPE st AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        DO $$ BEGIN CREATE TYPE st AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$""",
    "an IF with a query": """
        DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'st') THEN
        CREATE TYPE st AS ENUM ('a'); ELSE CREATE TYPE other AS ENUM ('b'); END IF; END $$""",
    "a loop over rows": """
        CREATE TABLE a (id int); CREATE TABLE b (id int);
        DO $$ DECLARE r record; BEGIN
        FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
        EXECUTE 'ALTER TABLE ' || quote_ident(r.tablename) || ' ADD COLUMN more text'; END LOOP; END $$""",
    "a name in a variable": """
        CREATE TABLE a (id int, CONSTRAINT odd CHECK (id > 0));
        DO $$ DECLARE name text; BEGIN
        SELECT conname INTO name FROM pg_constraint WHERE conrelid = 'a'::regclass AND contype = 'c';
        EXECUTE format('ALTER TABLE a DROP CONSTRAINT %I', name); END $$""",
    "a loop over numbers": """
        DO $$ DECLARE i int; BEGIN FOR i IN 1..3 LOOP
        EXECUTE format('CREATE TABLE t%s (id int)', i); END LOOP; END $$""",
    "an error without a handler": "DO $$ BEGIN DROP TABLE nosuch; END $$",
    "RAISE EXCEPTION": "DO $$ BEGIN RAISE EXCEPTION 'no'; END $$",
    "a handler undoes the block": """
        DO $$ BEGIN CREATE TABLE a (id int); DROP TABLE nosuch; EXCEPTION WHEN undefined_table THEN
        CREATE TABLE b (id int); END $$""",
}  # fmt: skip


@pytest.fixture
def engine() -> Engine:
    return postgresql_engine.engine_of(postgresql_engine.emulated_postgresql())


def tables(engine: Engine) -> list[str]:
    return sorted(sa.inspect(engine).get_table_names())


@pytest.mark.parametrize("name", BLOCKS)
def test_do_block_matches_server(name: str, postgresql: PostgresServer) -> None:
    ours = postgresql_engine.emulated_postgresql()
    engine = postgresql_engine.engine_of(ours)
    with postgresql_engine.server_engine(postgresql) as server:
        assert postgresql_engine.run_script(engine, [BLOCKS[name]]) == postgresql_engine.run_script(
            server, [BLOCKS[name]]
        )
        assert postgresql_engine.reflect(engine) == postgresql_engine.reflect(server)
    assert ours.not_replayed() == []


def test_rollback_restores_schema_and_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id int)")
        connection.exec_driver_sql("INSERT INTO a VALUES (1)")
    with engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE a RENAME id TO number")
        connection.exec_driver_sql("INSERT INTO a VALUES (2)")
        connection.exec_driver_sql("CREATE TABLE b (id int)")
        connection.rollback()
        assert connection.exec_driver_sql("SELECT id FROM a").fetchall() == [(1,)]
    assert tables(engine) == ["a"]


def test_rollback_to_savepoint(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id int)")
        nested = connection.begin_nested()
        connection.exec_driver_sql("CREATE TABLE b (id int)")
        connection.exec_driver_sql("INSERT INTO a VALUES (1)")
        nested.rollback()
        assert connection.exec_driver_sql("SELECT count(*) FROM a").scalar() == 0
    assert tables(engine) == ["a"]


def test_failed_statement_aborts_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(sa.exc.ProgrammingError, match='table "nosuch" does not exist'):
            connection.exec_driver_sql("DROP TABLE nosuch")
        with pytest.raises(sa.exc.InternalError, match="current transaction is aborted"):
            connection.exec_driver_sql("SELECT 1")
        connection.rollback()
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_statements_after_commit_in_sql_run_outside_transactions(engine: Engine, postgresql: PostgresServer) -> None:
    """psycopg2 begins one transaction and does not notice that it ended."""
    found = []
    with postgresql_engine.server_engine(postgresql) as server:
        for item in (engine, server):
            postgresql_engine.run_script(item, ["CREATE TABLE a (id int)"])
            with item.connect() as connection:
                for text in ("SELECT 1", "COMMIT", "CREATE INDEX CONCURRENTLY i ON a (id)", "CREATE TABLE b (id int)"):
                    connection.exec_driver_sql(text)
                connection.rollback()
                with pytest.raises(sa.exc.InternalError, match="cannot run inside a transaction block"):
                    connection.exec_driver_sql("DROP INDEX CONCURRENTLY i")
            found.append(postgresql_engine.reflect(item))
    assert found[0] == found[1]


def test_autocommit_keeps_statements_before_an_error(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE TABLE a (id int)")
        with pytest.raises(sa.exc.ProgrammingError):
            connection.exec_driver_sql("CREATE TABLE a (id int)")
        connection.exec_driver_sql("CREATE TABLE b (id int)")
    assert tables(engine) == ["a", "b"]


def test_new_enum_label_is_unusable_before_commit(engine: Engine, postgresql: PostgresServer) -> None:
    script = [
        "CREATE TYPE st AS ENUM ('a')",
        "CREATE TABLE t (s st)",
    ]
    later = [
        "ALTER TYPE st ADD VALUE 'b'",
        "INSERT INTO t VALUES ('b')",
        "ALTER TABLE t ALTER s SET DEFAULT 'b'",
        "CREATE TYPE own AS ENUM ('a')",
        "ALTER TYPE own ADD VALUE 'b'",
        "CREATE TABLE u (s own DEFAULT 'b')",
    ]
    found = []
    with postgresql_engine.server_engine(postgresql) as server:
        for item in (engine, server):
            postgresql_engine.run_script(item, script)
            found.append((postgresql_engine.run_script(item, later), postgresql_engine.run_script(item, later[1:3])))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("SELECT :a + 1", {"a": 1}),
        ("SELECT %(a)s + 1, 'x:a', '%%'", {"a": 1}),
        ("SELECT %s + 1", (1,)),
        ("SELECT $1 + 1", (1,)),
        ("SELECT :a::int + 1 -- :b", {"a": 1}),
    ],
)
def test_parameter_styles_of_all_drivers(text: str, parameters: dict[str, int] | tuple[int], engine: Engine) -> None:
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(text, parameters)
        assert (cursor.fetchone() or [None])[0] == 2


def test_values_have_the_types_of_a_driver(engine: Engine) -> None:
    metadata = sa.MetaData()
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    values = {
        "id": 1, "uuid": UUID(int=7), "data": {"a": [1]}, "tags": ["x", "y"], "price": Decimal("1.50"),
        "moment": moment, "flag": True, "blob": b"\0\1", "kind": "a", "day": moment.date(),
    }  # fmt: skip
    table = sa.Table(
        "t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("uuid", pg.UUID(as_uuid=True)),
        sa.Column("data", pg.JSONB), sa.Column("tags", pg.ARRAY(sa.Text)), sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("moment", sa.DateTime(timezone=True)), sa.Column("flag", sa.Boolean),
        sa.Column("blob", sa.LargeBinary), sa.Column("kind", sa.Enum("a", "b", name="kind")), sa.Column("day", sa.Date),
    )  # fmt: skip
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), values)
        assert dict(connection.execute(sa.select(table)).mappings().one()) == values
        assert dict(connection.execute(sa.text("SELECT * FROM t")).mappings().one()) == values


def test_saved_state_is_restored() -> None:
    ours = postgresql_engine.emulated_postgresql()
    script = [path.read_text().split(";\n") for path in sorted((Path(__file__).parent / "postgresql").glob("*.sql"))]
    for text in script:
        postgresql_engine.run_script(postgresql_engine.engine_of(ours), [item for item in text if item.strip()])
    kept = json.loads(json.dumps(ours.dump()))

    again = postgresql_engine.emulated_postgresql()
    again.restore(kept)

    assert again.catalogs() == ours.catalogs()
    assert again.dump() == ours.dump()


def test_unknown_statement_is_recorded_and_passes(engine: Engine) -> None:
    ours = postgresql_engine.emulated_postgresql()
    engine = postgresql_engine.engine_of(ours)
    ours.begin_revision("abc")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id int)")
        connection.exec_driver_sql("INSERT INTO a VALUES (1)")
        connection.exec_driver_sql("UPDATE a SET id = nobody_knows(id)")
        assert connection.exec_driver_sql("SELECT nobody_knows(1) AS x").fetchall() == [(None,)]
        connection.exec_driver_sql("DO LANGUAGE plpython3u $$ pass $$")
    assert [(item["revision"], item["reason"]) for item in ours.not_replayed()] == [
        ("abc", "no such function: nobody_knows"),
        ("abc", "no such function: nobody_knows"),
        ("abc", "DO in another language"),
    ]


def test_syntax_error_has_the_text_of_the_server(engine: Engine) -> None:
    with (
        engine.connect() as connection,
        pytest.raises(sa.exc.ProgrammingError, match='syntax error at or near "TABEL"'),
    ):
        connection.exec_driver_sql("CREATE TABEL a (id int)")


def test_all_modules_parse_as_python_3_8() -> None:
    import ast

    folder = Path(sys.modules[PostgreSQL.__module__].__file__ or "").parents[1]
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text(), feature_version=(3, 8))


def test_asynchronous_engine() -> None:
    pytest.importorskip("greenlet")
    code = """
import asyncio, sys
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from git_alembic.scratch.libpg_query_path import find_parser
from git_alembic.scratch.probe.engines.postgresql.engine_and_dialect import PostgreSQL
PostgreSQL(find_parser() or "").install()
async def main():
    options = {"server_settings": {"jit": "off"}}
    engine = create_async_engine("postgresql+asyncpg://user@host/name", connect_args=options)
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE a (id int)"))
        await connection.execute(sa.text("INSERT INTO a VALUES (:id)"), {"id": 1})
        print((await connection.execute(sa.text("SELECT id FROM a"))).scalar())
        print(await connection.run_sync(lambda c: sa.inspect(c).get_table_names()))
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("1\n['a']\n", 0), done.stderr
