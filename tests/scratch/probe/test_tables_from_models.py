"""The tables of models, and the schemas that they are in, on SQLite and on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Enum, Integer, MetaData, Table, create_engine, event, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateSchema

from git_alembic.scratch.probe.tables_from_models import create_models, create_schemas, creates_schemas, schemas_of
from tests.support.servers import PostgresServer


def models(*tables: str) -> MetaData:
    """Return metadata with tables, written as "name" or "schema.name"."""
    metadata = MetaData()
    for name in tables:
        schema, _, table = name.rpartition(".")
        Table(table, metadata, Column("n", Integer), schema=schema or None)
    return metadata


@pytest.fixture
def server(postgresql: PostgresServer) -> Iterator[Connection]:
    with postgresql.database() as name:
        engine = create_engine(postgresql.url(name))
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def tables(connection: Connection) -> list[str]:
    inspector = inspect(connection)
    schemas = [name for name in inspector.get_schema_names() if name != "information_schema"]
    return sorted(f"{schema}.{name}" for schema in schemas for name in inspector.get_table_names(schema))


def test_schemas() -> None:
    assert schemas_of([]) == set()
    assert schemas_of([models("a", "shop.b", "shop.c"), models("log.a")]) == {None, "shop", "log"}


def test_sqlite_has_no_schemas() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("ATTACH ':memory:' AS shop")
        create_models(models("a", "shop.b"), connection)
        assert tables(connection) == ["main.a", "shop.b"]
    engine.dispose()


def test_missing_schemas_are_created(server: Connection) -> None:
    create_schemas(server, ["Odd name", None, "shop", ""])
    create_schemas(server, ["shop"])
    names = inspect(server).get_schema_names()
    assert sorted(names) == ["Odd name", "information_schema", "public", "shop"]


def test_tables_in_missing_schemas(server: Connection) -> None:
    create_models(models("a", "shop.b"), server)
    assert tables(server) == ["public.a", "shop.b"]


def test_a_project_that_creates_a_schema_runs_first(server: Connection) -> None:
    """It creates no existing schema. The other schemas are still created."""
    metadata = models("shop.a", "log.b")
    event.listen(metadata, "before_create", CreateSchema("shop"))
    event.listen(metadata, "before_create", lambda _, c, **__: c.exec_driver_sql("CREATE TYPE shop.mood AS ENUM ('a')"))
    create_models(metadata, server)
    assert tables(server) == ["log.b", "shop.a"]


def test_code_of_a_project() -> None:
    """SQLAlchemy itself listens to create enums."""
    with_enum = MetaData()
    Table("a", with_enum, Column("mood", Enum("ok", name="mood", metadata=with_enum)))
    assert [creates_schemas(metadata) for metadata in (models("a"), with_enum)] == [False, False]
    event.listen(with_enum, "before_create", CreateSchema("shop"))
    assert creates_schemas(with_enum)
    with_function = models("a")
    event.listen(with_function, "before_create", lambda *_, **__: None)
    assert creates_schemas(with_function)
