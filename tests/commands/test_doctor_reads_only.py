"""Doctor writes to no database, whatever env.py tries. In Alembic, the same code writes each time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine

from tests.support.database_projects import Database, DatabaseProject, MariaDatabase, PostgresDatabase, SqliteFile
from tests.support.project import Project
from tests.support.servers import MariaServer, PostgresServer

# Runs each attempt separately. `seen(name)` is a query of a function that writes the name to the table `seen`.
PRELUDE = """
import asyncio, contextlib, json, os, sqlite3, sys
from sqlalchemy import create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, QueuePool

def seen(name):
    return f"SELECT seen('{{name}}')"

def run(make, name, statement=None):
    connection = make()
    cursor = connection.cursor()
    cursor.execute(statement or seen(name))
    connection.commit()

URL = {url!r}
DSN = {dsn}
{setup}
for NAME, ATTEMPT in json.loads({attempts!r}).items():
    try:
        exec(ATTEMPT)
    except Exception as error:
        print(NAME, type(error), error, file=sys.stderr)
"""
POSTGRESQL_SETUP = """
import asyncpg, pg8000, psycopg, psycopg2, psycopg2.extensions, psycopg2.extras, psycopg.pq

async def asynchronous(name, *before):
    connection = await asyncpg.connect(**DSN)
    for statement in (*before, seen(name)):
        await connection.execute(statement)

async def pooled(name):
    async with asyncpg.create_pool(**DSN, min_size=1, max_size=1) as pool:
        async with pool.acquire() as connection:
            await connection.execute("SELECT 1")
        async with pool.acquire() as connection:
            await connection.execute(seen(name))

async def psycopg_asynchronous(name):
    connection = await psycopg.AsyncConnection.connect(LIBPQ)
    await connection.set_read_only(False)
    await connection.execute(seen(name))
    await connection.commit()

async def engine_asynchronous(name):
    engine = create_async_engine(URL.replace("psycopg2", "asyncpg"))
    async with engine.connect() as connection:
        connection = await connection.execution_options(postgresql_readonly=False)
        await connection.execute(text(seen(name)))
        await connection.commit()

LIBPQ = " ".join(f"{key.replace('database', 'dbname')}={value}" for key, value in DSN.items())
psycopg2_ = lambda **options: psycopg2.connect(LIBPQ, **options)
"""
ON_POSTGRESQL = {
    "option": "c = create_engine(URL).connect().execution_options(postgresql_readonly=False); "
    "c.exec_driver_sql(seen(NAME)); c.commit()",
    "autocommit": "create_engine(URL, isolation_level='AUTOCOMMIT').connect().exec_driver_sql(seen(NAME))",
    "connect event": "e = create_engine(URL)\n"
    "event.listen(e, 'connect', lambda c, _: (c.cursor().execute("
    "'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE'), c.commit()))\n"
    "with e.begin() as c: c.exec_driver_sql(seen(NAME))",
    "checkout event": "e = create_engine(URL)\n"
    "event.listen(e, 'checkout', lambda c, *_: (c.cursor().execute("
    "'SET default_transaction_read_only = off'), c.commit()))\n"
    "with e.begin() as c: c.exec_driver_sql(seen(NAME))",
    "attribute in an event": "e = create_engine(URL)\n"
    "event.listen(e, 'checkout', lambda c, *_: setattr(c, 'readonly', False))\n"
    "with e.begin() as c: c.exec_driver_sql(seen(NAME))",
    "set_config": "with create_engine(URL).begin() as c:\n"
    "    c.exec_driver_sql(\"SELECT set_config('default_transaction_read_only', 'off', false)\"); c.commit()\n"
    "with create_engine(URL).begin() as c: c.exec_driver_sql(seen(NAME))",
    "set_config of parts": "c = create_engine(URL).connect()\n"
    "c.exec_driver_sql(\"SELECT set_config('default_' || 'transaction_read_only', 'off', false)\"); c.commit()\n"
    "c.exec_driver_sql(seen(NAME)); c.commit()",
    "dollar quotes": "with create_engine(URL).begin() as c:\n"
    "    c.exec_driver_sql(\"SELECT $$'$$; INSERT INTO seen VALUES ('dollar quotes'); --'\")",
    "after a commit": "with create_engine(URL).begin() as c: c.exec_driver_sql("
    "\"SELECT 1; COMMIT; BEGIN READ /* */ WRITE; INSERT INTO seen VALUES ('after a commit')\")",
    "backslash": "with create_engine(URL).begin() as c: c.exec_driver_sql("
    "\"SELECT '\\\\'; INSERT INTO seen VALUES ('backslash'); --'\")",
    "raw connection": "run(create_engine(URL).raw_connection, NAME)",
    "raw connection, insert": "run(create_engine(URL).raw_connection, NAME, "
    "\"INSERT INTO seen VALUES ('raw connection, insert')\")",
    "creator": "with create_engine('postgresql+psycopg2://', creator=psycopg2_).begin() as c: "
    "c.exec_driver_sql(seen(NAME))",
    "pool": "run(QueuePool(psycopg2_).connect, NAME)",
    "psycopg2": "run(psycopg2_, NAME)",
    "psycopg2 readonly": "c = psycopg2_(); c.readonly = False; run(lambda: c, NAME)",
    "psycopg2 set_session": "c = psycopg2_(); c.set_session(readonly=False); run(lambda: c, NAME)",
    "psycopg2 autocommit": "c = psycopg2_(); c.autocommit = True; run(lambda: c, NAME)",
    "psycopg2 factory": "run(lambda: psycopg2_(cursor_factory=psycopg2.extras.RealDictCursor), NAME)",
    "psycopg2 class": "run(lambda: psycopg2.extensions.connection(LIBPQ), NAME)",
    "psycopg2 C module": "run(lambda: psycopg2._psycopg.connection(LIBPQ), NAME)",
    "psycopg": "run(lambda: psycopg.connect(LIBPQ), NAME)",
    "psycopg read_only": "c = psycopg.connect(LIBPQ); c.read_only = False; run(lambda: c, NAME)",
    "psycopg autocommit": "psycopg.connect(LIBPQ, autocommit=True).execute(seen(NAME))",
    "psycopg read write": "c = psycopg.connect(LIBPQ, autocommit=True); c.execute('BEGIN READ WRITE'); "
    "c.execute(seen(NAME)); c.execute('COMMIT')",
    "psycopg asynchronous": "asyncio.run(psycopg_asynchronous(NAME))",
    "psycopg.pq": "psycopg.pq.PGconn.connect(LIBPQ.encode()).exec_(seen(NAME).encode())",
    "psycopg engine": "c = create_engine(URL.replace('psycopg2', 'psycopg')).connect()"
    ".execution_options(postgresql_readonly=False); c.exec_driver_sql(seen(NAME)); c.commit()",
    "asyncpg": "asyncio.run(asynchronous(NAME))",
    "asyncpg read write": "asyncio.run(asynchronous(NAME, 'SET default_transaction_read_only = off'))",
    "asyncpg reset": "asyncio.run(asynchronous(NAME, 'RESET ALL'))",
    "asyncpg pool": "asyncio.run(pooled(NAME))",
    "asyncpg engine": "asyncio.run(engine_asynchronous(NAME))",
    "pg8000": "run(lambda: pg8000.connect(DSN['user'], unix_sock=DSN['host'] + '/.s.PGSQL.5432', "
    "database=DSN['database']), NAME)",
    "pg8000 read write": "c = pg8000.connect(DSN['user'], unix_sock=DSN['host'] + '/.s.PGSQL.5432', "
    "database=DSN['database']); c.autocommit = True; run(lambda: c, NAME, 'SET default_transaction_read_only = off'); "
    "run(lambda: c, NAME)",
    "dblink": "with create_engine(URL).begin() as c: c.exec_driver_sql("
    "f\"SELECT dblink_exec('{LIBPQ}', 'INSERT INTO seen VALUES (''dblink'')')\")",
}
MARIADB_SETUP = """
import aiomysql, pymysql

async def asynchronous(name):
    connection = await aiomysql.connect(unix_socket=DSN["unix_socket"], user="root", db=DSN["database"])
    cursor = await connection.cursor()
    await cursor.execute("SET SESSION TRANSACTION READ WRITE")
    await cursor.execute(seen(name))
    await connection.commit()
"""
ON_MARIADB = {
    "engine": "with create_engine(URL).begin() as c: c.exec_driver_sql(seen(NAME))",
    "checkout event": "e = create_engine(URL)\n"
    "event.listen(e, 'checkout', lambda c, *_: c.cursor().execute('SET SESSION TRANSACTION READ WRITE'))\n"
    "with e.begin() as c: c.exec_driver_sql(seen(NAME))",
    "variable": "e = create_engine(URL)\n"
    "event.listen(e, 'connect', lambda c, _: c.cursor().execute('SET @@session.tx_read_only = 0'))\n"
    "with e.begin() as c: c.exec_driver_sql(seen(NAME))",
    "comment": "with create_engine(URL).begin() as c: "
    "c.exec_driver_sql('/*! INSERT INTO seen */ VALUES (\"comment\")')",
    "raw connection": "run(create_engine(URL).raw_connection, NAME)",
    "read write": "c = create_engine(URL).raw_connection(); c.cursor().execute('START TRANSACTION READ WRITE'); "
    "run(lambda: c, NAME)",
    "pool": "run(QueuePool(lambda: pymysql.connect(**DSN)).connect, NAME)",
    "pymysql": "run(lambda: pymysql.connect(**DSN), NAME)",
    "pymysql query": "c = pymysql.connect(**DSN); c.query('SET SESSION TRANSACTION READ WRITE'); run(lambda: c, NAME)",
    "aiomysql": "asyncio.run(asynchronous(NAME))",
}
SQLITE_SETUP = """
import _sqlite3, aiosqlite

insert = lambda name: f"INSERT INTO theirs.seen VALUES ('{name}')"

def attached(connection, name):
    connection.execute("ATTACH ? AS theirs", (DSN,))
    connection.execute(insert(name))
    connection.commit()

def written(connection, name):
    with connection:
        connection.execute(f"INSERT INTO seen VALUES ('{name}')")

async def asynchronous(name):
    async with aiosqlite.connect(":memory:") as connection:
        await connection.execute("ATTACH ? AS theirs", (DSN,))
        await connection.execute(insert(name))
        await connection.commit()

def unauthorized(name):
    connection = sqlite3.connect(":memory:")
    connection.set_authorizer(None)
    connection.set_authorizer(lambda *_: sqlite3.SQLITE_OK)
    attached(connection, name)

class Own(sqlite3.Connection):
    pass

def backed_up(name):
    source = sqlite3.connect(":memory:")
    source.execute("CREATE TABLE seen (name)")
    source.executemany("INSERT INTO seen VALUES (?)", [*sqlite3.connect(DSN).execute("SELECT name FROM seen"), (name,)])
    source.commit()
    source.backup(sqlite3.connect(DSN))
"""
ON_SQLITE = {
    "memory": "attached(sqlite3.connect(':memory:'), NAME)",
    "nameless": "attached(sqlite3.connect(''), NAME)",
    "shared": "attached(sqlite3.connect('file:x?mode=memory&cache=shared', uri=True), NAME)",
    "class": "attached(sqlite3.Connection(':memory:'), NAME)",
    "subclass": "attached(sqlite3.connect(':memory:', factory=Own), NAME)",
    "C module": "attached(_sqlite3.connect(':memory:'), NAME)",
    "dbapi2": "attached(sqlite3.dbapi2.connect(':memory:'), NAME)",
    "authorizer": "unauthorized(NAME)",
    "aiosqlite": "asyncio.run(asynchronous(NAME))",
    "engine": "c = create_engine('sqlite://').raw_connection(); attached(c.driver_connection, NAME)",
    "attached by an engine": "e = create_engine('sqlite://')\nwith e.begin() as c:\n"
    "    c.exec_driver_sql('ATTACH ? AS theirs', (DSN,)); c.exec_driver_sql(insert(NAME))",
    "file": "written(sqlite3.connect(DSN), NAME)",
    "URI": "written(sqlite3.connect('file:' + DSN + '?mode=rw&a=?mode=ro', uri=True), NAME)",
    "class with a URI": "written(sqlite3.Connection('file:' + DSN + '?mode=rw&a=?mode=ro', uri=True), NAME)",
    "backup": "backed_up(NAME)",
    "attached to a file": "c = sqlite3.connect(URL[10:]); c.execute(f\"ATTACH 'file:{DSN}?mode=rw' AS theirs\"); "
    "c.execute(insert(NAME)); c.commit()",
}


def _check(app: DatabaseProject, setup: str, attempts: dict[str, str], dsn: object, read: Database) -> None:
    """Run the attempts with Alembic, where all of them write, and then with doctor, where none does."""
    path = app.project.path / "migrations/env.py"
    prelude = PRELUDE.format(url=app.database.url(), dsn=repr(dsn), setup=setup, attempts=json.dumps(attempts))
    app.project.write("migrations/env.py", prelude + path.read_text(encoding="utf-8"))
    argv = [sys.executable, "-m", "alembic", "current"]
    done = subprocess.run(argv, cwd=app.project.path, check=True, capture_output=True, text=True)
    assert sorted(read.sql("SELECT name FROM seen")) == sorted(attempts), done.stderr
    read.sql("DELETE FROM seen")
    found = app.doctor()
    assert read.sql("SELECT name FROM seen") == []
    assert app.causes(found) == ["up-to-date"]


def test_on_postgresql(empty: Project, postgresql: PostgresServer) -> None:
    with postgresql.database() as name:
        app = DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain")
        made = "CREATE FUNCTION seen(text) RETURNS int LANGUAGE sql AS 'INSERT INTO seen VALUES ($1); SELECT 1'"
        dsn = {"host": str(postgresql.folder), "user": "postgres", "database": name}
        app.at("c3", ["c3"])
        app.database.sql("CREATE TABLE seen (name text)", made, "CREATE EXTENSION dblink")
        _check(app, POSTGRESQL_SETUP, ON_POSTGRESQL, dsn, app.database)


def test_on_mariadb(empty: Project, mariadb: MariaServer) -> None:
    with mariadb.database() as name:
        app = DatabaseProject(empty, MariaDatabase(mariadb, name), "plain")
        app.at("c3", ["c3"])
        socket = app.database.url().partition("unix_socket=")[2]
        dsn = {"unix_socket": socket, "user": "root", "database": name}
        with create_engine(app.database.url()).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE seen (name varchar(80))")
            connection.exec_driver_sql(
                "CREATE FUNCTION seen(given varchar(80)) RETURNS int MODIFIES SQL DATA "
                "BEGIN INSERT INTO seen VALUES (given); RETURN 1; END"
            )
        _check(app, MARIADB_SETUP, ON_MARIADB, dsn, app.database)


def test_on_sqlite(empty: Project, tmp_path: Path) -> None:
    app = DatabaseProject(empty, SqliteFile(tmp_path / "dev.db"), "plain")
    app.at("c3", ["c3"])
    theirs = SqliteFile(tmp_path / "theirs.db")
    theirs.sql("CREATE TABLE seen (name)")
    _check(app, SQLITE_SETUP, ON_SQLITE, str(theirs.path), theirs)
