"""A schema as text, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from git_alembic.scratch.probe.schema_description import Schema, describe_schema, schema_differences


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def test_everything_in_a_database(connection: Connection) -> None:
    for statement in (
        "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(9) DEFAULT 'x', CONSTRAINT u UNIQUE (name))",
        "CREATE TABLE b (a_id INTEGER REFERENCES a (id), n INTEGER CHECK (n > 0))",
        "CREATE INDEX i ON b (n)",
        "CREATE VIEW v AS SELECT 1",
    ):
        connection.exec_driver_sql(statement)
    found = describe_schema(connection)
    assert list(found) == [
        "table a",
        "column a.id",
        "column a.name",
        "primary key of a",
        "unique constraint u of a",
        "table b",
        "column b.a_id",
        "column b.n",
        next(key for key in found if key.startswith("foreign key ")),
        next(key for key in found if key.startswith("check constraint ")),
        "index i of b",
        "view v",
    ]
    assert {key: found[key] for key in ("table a", "column a.id", "column a.name", "view v")} == {
        "table a": "",
        "column a.id": "nullable=False, type=INTEGER",
        "column a.name": "default='x', nullable=True, type=VARCHAR(9)",
        "view v": "",
    }
    assert "column_names=['n']" in found["index i of b"]


def test_the_description_does_not_depend_on_the_order(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE a (n INTEGER)")
    connection.exec_driver_sql("CREATE TABLE b (n INTEGER)")
    before = describe_schema(connection)
    connection.exec_driver_sql("DROP TABLE a")
    connection.exec_driver_sql("CREATE TABLE a (n INTEGER)")
    assert schema_differences(before, describe_schema(connection)) == []


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({}, {}, []),
        ({"table a": ""}, {"table a": ""}, []),
        ({"table a": ""}, {"table b": ""}, ["table a is missing", "table b remains"]),
        ({"column a.x": "type=INT"}, {"column a.x": "type=TEXT"}, ["column a.x is now type=TEXT; it was type=INT"]),
        ({}, {"table b": "", "table a": ""}, ["table a remains", "table b remains"]),
    ],
)
def test_differences(before: Schema, after: Schema, lines: list[str]) -> None:
    assert schema_differences(before, after) == lines
