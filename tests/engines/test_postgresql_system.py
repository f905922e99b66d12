"""Queries on pg_catalog by migrations, Alembic and its plugins have the same results as on a real server."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.support import postgresql_engine
from tests.support.servers import PostgresServer

SCRIPT = [
    "create type colour as enum ('red', 'green')",
    "create schema other",
    "create type other.size as enum ('s', 'm')",
    "create table parent (id serial primary key, name text unique, paint colour)",
    "create table child (id bigint generated always as identity, parent_id int references parent (id))",
    "create sequence free",
]
OWNED = """
    select c.relname, a.attname from pg_class as c
    join pg_depend d on d.objid=c.oid and d.classid='pg_class'::regclass and d.refclassid='pg_class'::regclass
    join pg_class t on t.oid=d.refobjid join pg_attribute a on a.attrelid=t.oid and a.attnum=d.refobjsubid
    where c.relkind='S' and c.oid=cast('{}' as regclass)
"""
ENUMS = """
    SELECT pg_catalog.format_type(t.oid, NULL),
        ARRAY(SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder)
    FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND n.nspname = '{}'
"""
CONSTRAINT = "SELECT conname FROM pg_constraint WHERE conrelid = '{}'::regclass AND conname = 'parent_name_key'"
QUERIES = [
    OWNED.format("parent_id_seq"),
    OWNED.format("public.child_id_seq"),
    OWNED.format("free"),
    ENUMS.format("public"),
    ENUMS.format("other"),
    CONSTRAINT.format("parent"),
    CONSTRAINT.format("child"),
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'parent_name_key'",
    "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'parent'::regclass AND attnum > 0",
    "SELECT count(*) FROM pg_type WHERE oid = 'colour'::regtype",
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
    "SELECT 'parent'::regclass::text",
    "SELECT nextval('free'::regclass)",
]


def answer(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_system_catalogs_match_server(postgresql: PostgresServer) -> None:
    ours = postgresql_engine.emulated_postgresql()
    engine = postgresql_engine.engine_of(ours)
    with postgresql_engine.server_engine(postgresql) as server:
        assert postgresql_engine.run_script(engine, SCRIPT) == postgresql_engine.run_script(server, SCRIPT)
        for query in QUERIES:
            assert answer(engine, query) == answer(server, query), query
    assert ours.not_replayed() == []
