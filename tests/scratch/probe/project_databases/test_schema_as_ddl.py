"""The statements that recreate an SQLite schema. Other databases: tests/commands/test_doctor_rehearsal_objects.py."""

from __future__ import annotations

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

from git_alembic.scratch.probe.project_databases.schema_as_ddl import schema_statements
from git_alembic.scratch.probe.schema_description import describe_schema

STATEMENTS = [
    "CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT, a_id INTEGER REFERENCES a (id), name TEXT UNIQUE)",
    "CREATE VIEW v AS SELECT * FROM b",
    "CREATE TABLE a (id INTEGER PRIMARY KEY)",
    "CREATE INDEX i ON b (name)",
    "CREATE TRIGGER t AFTER INSERT ON b BEGIN SELECT 1; END",
    "CREATE TABLE sqlitex (n INTEGER)",
]


def database(statements: list[str]) -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    return engine


def test_tables_come_first_and_views_last() -> None:
    engine = database(STATEMENTS)
    with engine.connect() as connection:
        found, before = schema_statements(connection, [None]), describe_schema(connection)
    order = [STATEMENTS[at] for at in (0, 2, 5, 3, 1, 4)]
    assert found == order
    copy = database(found)
    with copy.connect() as connection:
        assert describe_schema(connection) == before
        assert schema_statements(connection, [None]) == order
    for made in (engine, copy):
        made.dispose()
