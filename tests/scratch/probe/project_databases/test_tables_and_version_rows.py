"""A URL, a version table and the other tables as JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, make_url
from sqlalchemy.engine import Connection

from git_alembic.scratch.probe.project_databases.tables_and_version_rows import (
    count_values,
    describe_url,
    file_of,
    list_tables,
    model_tables,
    version_rows,
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql+psycopg2://ada:secret@db:5433/shop",
            ("postgresql+psycopg2://ada:***@db:5433/shop", "postgresql+psycopg2", "db", 5433, "shop", "ada"),
        ),
        ("postgresql://ada@db/shop", ("postgresql://ada@db/shop", "postgresql", "db", None, "shop", "ada")),
        (
            "postgresql:///shop?host=/run/x",
            ("postgresql:///shop?host=/run/x", "postgresql", "/run/x", None, "shop", None),
        ),
        ("postgresql://h/s?host=a&host=b", ("postgresql://h/s?host=a&host=b", "postgresql", "h", None, "s", None)),
        ("postgresql:///s?host=a&host=b", ("postgresql:///s?host=a&host=b", "postgresql", "a", None, "s", None)),
        ("sqlite:///shop.db", ("sqlite:///shop.db", "sqlite", None, None, "shop.db", None)),
        ("sqlite://", ("sqlite://", "sqlite", None, None, None, None)),
    ],
)
def test_url_without_its_password(url: str, expected: tuple[object, ...]) -> None:
    names = ("text", "driver", "host", "port", "database", "user")
    found = describe_url(make_url(url))
    assert {**found, "text": found["text"].replace("%2F", "/")} == dict(zip(names, expected, strict=True))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path}/shop.db")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def execute(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def context(connection: Connection, *models: str, **options: Any) -> MigrationContext:
    metadata = MetaData()
    for name in models:
        schema, _, table = name.rpartition(".")
        Table(table, metadata, Column("n", Integer), schema=schema or None)
    target = {"target_metadata": metadata} if models else {}
    return MigrationContext.configure(connection, opts={**target, **options})


def test_file(connection: Connection, tmp_path: Path) -> None:
    assert file_of(connection) == f"{tmp_path}/shop.db"


class TestVersionTable:
    def test_rows(self, connection: Connection) -> None:
        assert version_rows(context(connection)) == {"exists": False, "columns": [], "rows": []}
        execute(connection, "CREATE TABLE alembic_version (version_num VARCHAR(32), x INTEGER)")
        execute(connection, "INSERT INTO alembic_version VALUES ('b', 1), ('a', 2), (NULL, 3)")
        assert version_rows(context(connection)) == {
            "exists": True,
            "columns": ["version_num", "x"],
            "rows": ["b", "a", None],
        }

    def test_another_table_of_that_name(self, connection: Connection) -> None:
        execute(connection, "CREATE TABLE versions (n INTEGER)", "INSERT INTO versions VALUES (1)")
        found = version_rows(context(connection, version_table="versions"))
        assert found == {"exists": True, "columns": ["n"], "rows": []}


VERSIONS = {"version_table": "alembic_version", "version_table_schema": None}


class TestTables:
    def test_of_the_database_without_the_version_table(self, connection: Connection) -> None:
        execute(connection, *(f"CREATE TABLE {name} (n INTEGER)" for name in ("b", "a", "alembic_version")))
        assert list_tables(context(connection), VERSIONS) == {
            "schema": None,
            "schemas": [""],
            "tables": ["a", "b"],
            "own_tables": ["a", "b"],
        }

    def test_of_the_schemas_of_the_models(self, connection: Connection) -> None:
        execute(connection, "ATTACH ':memory:' AS shop", "ATTACH ':memory:' AS other")
        execute(connection, "CREATE TABLE a (n INTEGER)", "CREATE TABLE shop.b (n INTEGER)")
        execute(connection, "CREATE TABLE other.c (n INTEGER)")
        found = list_tables(context(connection, "shop.x", "gone.y"), VERSIONS)
        assert found == {"schema": None, "schemas": ["", "shop"], "tables": ["a", "shop.b"], "own_tables": ["a"]}

    def test_of_the_schema_of_the_version_table(self, connection: Connection) -> None:
        execute(connection, "ATTACH ':memory:' AS shop", "CREATE TABLE a (n INTEGER)")
        execute(connection, "CREATE TABLE shop.b (n INTEGER)", "CREATE TABLE shop.alembic_version (n INTEGER)")
        database = {**VERSIONS, "version_table_schema": "shop"}
        found = list_tables(context(connection, version_table_schema="shop"), database)
        assert found == {"schema": "shop", "schemas": ["shop"], "tables": ["shop.b"], "own_tables": ["shop.b"]}


def test_tables_of_the_models(connection: Connection) -> None:
    assert model_tables(context(connection, "b", "shop.a")) == ["b", "shop.a"]
    assert model_tables(context(connection)) == []
    several = [context(connection, name).opts["target_metadata"] for name in ("a", "c")]
    assert model_tables(MigrationContext.configure(connection, opts={"target_metadata": several})) == ["a", "c"]
    translated = connection.execution_options(schema_translate_map={"shop": None})
    assert model_tables(context(translated, "shop.a")) == ["a"]


@pytest.mark.parametrize(
    ("key", "count"),
    [
        ("table a", 3),
        ("column a.n", 2),
        ("column a.gone", None),
        ("table gone", None),
        ("table main.a", 3),
        ("column main.a.n", 2),
    ],
)
def test_rows_and_values_are_counted(connection: Connection, key: str, count: int | None) -> None:
    execute(connection, "CREATE TABLE a (n INTEGER)", "INSERT INTO a VALUES (1), (2), (NULL)")
    assert count_values(connection, key) == count
