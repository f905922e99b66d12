"""Autogenerate finds the same differences on emulated PostgreSQL as on a real server."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.engine import Engine

from tests.support import postgresql_engine
from tests.support.servers import PostgresServer

NOW = ("now()", "CURRENT_TIMESTAMP", "timezone('utc', now())", "(now() at time zone 'utc')", "'2020-01-01'")
DEFAULTS: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "integer": (sa.Integer, ("0", "'0'", "1", "1 + 1")),
    "bigint": (sa.BigInteger, ("0", "'0'", "5")),
    "boolean": (sa.Boolean, ("false", "true", "'f'", "'0'", "'true'")),
    "text": (sa.Text, ("'x'", "'x'::text", "'x'::character varying", "''", "NULL", "lower('X')")),
    "string": (lambda: sa.String(50), ("'x'", "'y'", "'x'::text")),
    "timestamp": (sa.DateTime, NOW),
    "timestamptz": (lambda: sa.DateTime(timezone=True), NOW),
    "date": (sa.Date, ("CURRENT_DATE", "'2020-01-01'")),
    "interval": (sa.Interval, ("'1 day'", "interval '1 day'", "'86400 seconds'", "'1 month'")),
    "json": (sa.JSON, ("'{}'", "'{}'::json")),
    "jsonb": (pg.JSONB, ("'{}'", "'{}'::jsonb", "'[]'::jsonb", "'{\"a\": 1}'")),
    "array": (lambda: pg.ARRAY(sa.Text), ("'{}'", "ARRAY[]::text[]", "ARRAY['a']")),
    "numeric": (lambda: sa.Numeric(10, 2), ("0", "0.0", "'0.50'", "'0.5'")),
    "float": (sa.Float, ("0.5", "'0.5'", "0")),
    "uuid": (pg.UUID, ("gen_random_uuid()", "uuid_generate_v4()")),
    "enum": (lambda: pg.ENUM("a", "b", name="st", create_type=False), ("'a'", "'a'::st", "'b'")),
}


@pytest.fixture(scope="module")
def both(postgresql: PostgresServer) -> Iterator[tuple[Engine, Engine]]:
    setting = ('CREATE EXTENSION "uuid-ossp"', "CREATE TYPE st AS ENUM ('a', 'b')")
    with postgresql_engine.emulated_and_real(postgresql, setting) as engines:
        yield engines


def difference(engine: Engine, before: sa.MetaData, after: sa.MetaData) -> str:
    """Return the operations that autogenerate writes, or the error."""
    with engine.connect() as connection, connection.begin() as transaction, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before.create_all(connection)
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        try:
            operations = produce_migrations(context, after).upgrade_ops
            assert operations is not None
            return str(render_python_code(operations))
        except sa.exc.DBAPIError as error:
            return str(error.orig).splitlines()[0]
        finally:
            transaction.rollback()


def with_default(name: str, default: str | None) -> sa.MetaData:
    metadata, kind = sa.MetaData(), DEFAULTS[name][0]()
    server_default = None if default is None else sa.text(default)
    key = sa.Column("id", sa.Integer, primary_key=True)
    sa.Table("subject", metadata, key, sa.Column("x", kind, server_default=server_default))
    return metadata


@pytest.mark.parametrize("name", DEFAULTS)
def test_comparison_of_defaults(name: str, both: tuple[Engine, Engine]) -> None:
    texts = (*DEFAULTS[name][1], None)
    for before in texts:
        for after in texts:
            ours, server = (
                difference(engine, with_default(name, before), with_default(name, after)) for engine in both
            )
            assert (before, after, ours) == (before, after, server)


def models() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "author", metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, index=True),
        sa.Column("email", sa.Text, unique=True, comment="where to write"),
        sa.Column("kind", sa.Enum("a", "b", name="kind"), server_default="a"),
        comment="who writes",
    )  # fmt: skip
    sa.Table(
        "book", metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("author_id", sa.ForeignKey("author.id", ondelete="CASCADE"), nullable=False),
        sa.Column("pages", sa.Integer, server_default=sa.text("0")),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("written", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.Column("twice", sa.Integer, sa.Computed("pages * 2")),
        sa.CheckConstraint("pages >= 0", name="no_less"),
        sa.UniqueConstraint("author_id", "pages", name="once"),
    )  # fmt: skip
    book = metadata.tables["book"]
    sa.Index("part", book.c.price, postgresql_where=book.c.pages > 0)
    sa.Index("lowered", sa.func.lower(metadata.tables["author"].c.name), unique=True)
    return metadata


def column(table: str, name: str) -> Callable[[sa.MetaData], Any]:
    return lambda metadata: metadata.tables[table].c[name]


def changed(where: Callable[[sa.MetaData], object], **attributes: object) -> Callable[[sa.MetaData], None]:
    def change(metadata: sa.MetaData) -> None:
        for name, value in attributes.items():
            setattr(where(metadata), name, value)

    return change


def added(table: str, *things: Callable[[], sa.schema.SchemaItem]) -> Callable[[sa.MetaData], None]:
    def change(metadata: sa.MetaData) -> None:
        for make in things:
            sa.Table(table, metadata, make(), extend_existing=True)

    return change


def without_index(metadata: sa.MetaData, name: str) -> None:
    for table in metadata.tables.values():
        table.indexes = {index for index in table.indexes if index.name != name}


def without_constraint(metadata: sa.MetaData, table: str, kind: type[sa.Constraint]) -> None:
    constraints = metadata.tables[table].constraints
    for constraint in [item for item in constraints if isinstance(item, kind)]:
        constraints.remove(constraint)


MUTATIONS: dict[str, Callable[[sa.MetaData], object]] = {
    "nothing": lambda _: None,
    "a new table": lambda metadata: sa.Table("new", metadata, sa.Column("id", pg.UUID, primary_key=True)),
    "no table": lambda metadata: metadata.remove(metadata.tables["book"]),
    "a new column": added("book", lambda: sa.Column("isbn", sa.String(13), nullable=False)),
    "a new array": added("book", lambda: sa.Column("tags", pg.ARRAY(sa.String(20)))),
    "nullable": changed(column("author", "name"), nullable=True),
    "not null": changed(column("author", "email"), nullable=False),
    "a longer string": changed(column("author", "name"), type=sa.String(100)),
    "a string to text": changed(column("author", "name"), type=sa.Text()),
    "text to a string": changed(column("author", "email"), type=sa.String(50)),
    "a bigger integer": changed(column("book", "pages"), type=sa.BigInteger()),
    "another precision": changed(column("book", "price"), type=sa.Numeric(12, 2)),
    "another scale": changed(column("book", "price"), type=sa.Numeric(10, 4)),
    "no time zone": changed(column("book", "written"), type=sa.DateTime()),
    "a date": changed(column("book", "written"), type=sa.Date()),
    "json": changed(column("author", "email"), type=pg.JSONB()),
    "no default": changed(column("author", "kind"), server_default=None),
    "another default": changed(column("book", "pages"), server_default=sa.DefaultClause(sa.text("1"))),
    "a comment": changed(column("book", "pages"), comment="how many"),
    "no comment": changed(column("author", "email"), comment=None),
    "a table's comment": changed(lambda metadata: metadata.tables["author"], comment="another"),
    "an index": lambda metadata: sa.Index("fresh", metadata.tables["book"].c.pages),
    "a descending index": lambda metadata: sa.Index("fresh", metadata.tables["book"].c.pages.desc()),
    "no index": lambda metadata: without_index(metadata, "ix_author_name"),
    "no partial index": lambda metadata: without_index(metadata, "part"),
    "no index of an expression": lambda metadata: without_index(metadata, "lowered"),
    "a unique constraint": added("author", lambda: sa.UniqueConstraint("name", name="one_name")),
    "no unique constraint": lambda metadata: without_constraint(metadata, "book", sa.UniqueConstraint),
    "no foreign key": lambda metadata: without_constraint(metadata, "book", sa.ForeignKeyConstraint),
    "another foreign key": added("book", lambda: sa.ForeignKeyConstraint(["pages"], ["author.id"], name="strange")),
    "another label": changed(column("author", "kind"), type=sa.Enum("a", "b", "c", name="kind")),
    "another schema": lambda metadata: sa.Table("far", metadata, sa.Column("id", sa.Integer), schema="other"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_changed_model(name: str, both: tuple[Engine, Engine]) -> None:
    after = models()
    MUTATIONS[name](after)

    ours, server = (difference(engine, models(), after) for engine in both)

    assert ours == server
    assert ("pass" in ours) == (name in {"nothing", "another label"})
