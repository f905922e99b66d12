"""The guard's decisions on statements, from their text alone."""

from __future__ import annotations

import pytest

from git_alembic.scratch.probe.guard.allowed_statements import beyond, only_reads

OWN, OTHERS = ["git_alembic_1"], ["other", "information_schema"]
BEYOND = {
    "postgresql": {
        "another database on the server": [
            "DROP DATABASE theirs",
            '/* of ours */ drop database if exists "theirs"',
            "/* a /* nested */ comment */ DROP DATABASE theirs",
            "CREATE DATABASE mine",
            "ALTER DATABASE theirs SET timezone = 'UTC'",
            "ALTER DATABASE git_alembic_1 RENAME TO mine",
            "ALTER DATABASE git_alembic_12 SET timezone = 'UTC'",
            "COMMENT ON DATABASE theirs IS 'x'",
            "GRANT CONNECT ON DATABASE theirs TO public",
            "SELECT 1; DROP DATABASE theirs",
            "SELECT '\\'; DROP DATABASE theirs; --'",
            "SELECT $$'$$; DROP DATABASE theirs --'",
            "DO $$ BEGIN EXECUTE 'ALTER DATABASE theirs SET x = 1'; END $$",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET x = 1', name); END $$",
            "DO $$ BEGIN EXECUTE 'DROP ' || kind || ' DATABASE theirs'; EXECUTE 'DROP' || ' DATABASE ' || x; END $$",
            "DO $a$ BEGIN IF true THEN COMMENT ON DATABASE theirs IS 'x'; END IF; END $a$",
        ],
        "the server itself": [
            "ALTER SYSTEM SET work_mem = '1GB'",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
            "SELECT pg_catalog.pg_reload_conf()",
            'SELECT "pg_cancel_backend"(1)',
            "SELECT pg_create_physical_replication_slot('x')",
            "CREATE TABLESPACE x LOCATION '/x'",
            "UPDATE pg_database SET datallowconn = false",
            "DELETE FROM pg_catalog.pg_authid",
        ],
        "the roles of the server, which all of its databases share": [
            "CREATE ROLE x",
            "CREATE USER x WITH PASSWORD 'y'",
            "ALTER ROLE x SET search_path = y",
            "DROP GROUP x",
            "GRANT a TO b",
            "REVOKE ADMIN OPTION FOR a FROM b",
            "REASSIGN OWNED BY a TO b",
            "COMMENT ON ROLE x IS 'y'",
            "DO $$ BEGIN CREATE ROLE x; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            "DO $$ DECLARE made text := 'CREATE ROLE x'; BEGIN EXECUTE made; END $$",
        ],
        "programs and files on the server": [
            "COPY (SELECT 1) TO PROGRAM 'cat'",
            "COPY t FROM '/etc/passwd'",
            "COPY t (a, b) TO '/tmp/x' WITH (FORMAT csv)",
            "DO $$ BEGIN EXECUTE 'COPY t TO ' || 'PROGRAM ''x'''; END $$",
            "SELECT pg_read_file('x')",
            "SELECT lo_export(1, '/x')",
            "LOAD 'x'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ pass $$",
            "CREATE FUNCTION f(cstring) RETURNS int AS '/lib/libc.so.6', 'system' LANGUAGE 'c'",
            "CREATE EXTENSION IF NOT EXISTS plperlu",
        ],
        "another server": [
            "SELECT dblink_exec('x', 'y')",
            "SELECT * FROM public.dblink('x', 'SELECT 1') AS t(a int)",
            "DO $$ BEGIN PERFORM dblink_exec('a', 'b'); END $$",
            "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT dblink_exec(''a'', ''b'')'",
            "SELECT query_to_xml('SELECT dblink_exec(''a'', ''b'')', true, true, '')",
            "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw",
            "CREATE FOREIGN TABLE t (a int) SERVER s",
            "IMPORT FOREIGN SCHEMA public FROM SERVER s INTO public",
            "CREATE USER MAPPING FOR public SERVER s",
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
        ],
    },
    "mysql": {
        "another database on the server": [
            "INSERT INTO other.notes VALUES (1)",
            "UPDATE `other` . notes SET a = 1",
            "DROP DATABASE other",
            "  use other",
            "CREATE SCHEMA mine",
            "/*!40000 DROP DATABASE other */",
            "SELECT 1 --1\n; DROP DATABASE other",
            "# a comment\nDROP DATABASE other",
            "CREATE PROCEDURE p() BEGIN DROP DATABASE other; END",
            "PREPARE s FROM 'DROP DATABASE other'",
        ],
        "the server itself": [
            "SET GLOBAL max_connections = 1", "SET a = 1, @@global.b = 2", "KILL 5", "DELETE FROM mysql.user",
        ],
        "the roles of the server, which all of its databases share": [
            "GRANT ALL ON *.* TO x", "CREATE USER x", "SET PASSWORD = 'x'",
        ],
        "programs and files on the server": [
            "SELECT 1 INTO OUTFILE '/x'", "LOAD DATA INFILE '/x' INTO TABLE t", "SELECT LOAD_FILE('/x')",
        ],
        "another server": ["CREATE TABLE t (a int) ENGINE=FEDERATED CONNECTION='mysql://x'"],
    },
    "mssql": {
        "another database on the server": ["SELECT * FROM [other].dbo.notes", "DROP DATABASE other"],
        "programs and files on the server": ["EXEC xp_cmdshell 'dir'"],
        "another server": ["SELECT * FROM OPENROWSET('x', 'y', 'z')"],
    },
}  # fmt: skip
INSIDE = {
    "postgresql": [
        "-- never DROP DATABASE theirs here\nINSERT INTO t VALUES ('DROP DATABASE theirs; COPY t TO PROGRAM x')",
        "/* DROP DATABASE theirs */ SELECT 'it''s'",
        "SELECT E'it\\'s; DROP DATABASE theirs'",
        "CREATE EXTENSION IF NOT EXISTS dblink",
        'CREATE EXTENSION "uuid-ossp"',
        "ALTER DATABASE git_alembic_1 SET timezone TO 'UTC'",
        'GRANT CONNECT ON DATABASE "git_alembic_1" TO public',
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET timezone TO ''UTC'''; END $$",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO ''UTC''', current_database()); END $$",
        "COPY t FROM STDIN WITH (NULL '')",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES ('a'); END $$",
        "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW EXECUTE PROCEDURE f('pg_catalog.english', 'body')",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT SELECT ON TABLES TO x",
        'UPDATE "user" SET role = \'x\', system = 1, "database" = 2',
        "CREATE TYPE c AS ENUM ('copy', 'program')",
        "COMMENT ON COLUMN t.x IS 'ALTER SYSTEM'",
        "DROP SERVER IF EXISTS s",
        "DO $$ BEGIN EXECUTE f('COPY t FROM') || x; PERFORM 'COPY t', 'PROGRAM x'; END $$",
    ],
    "mysql": [
        "SELECT another.id, x.other FROM another",
        "CREATE TABLE others (other INT)",
        "SELECT table_name FROM information_schema.tables",
        "SELECT performance_schema.threads.name FROM performance_schema.threads",
        "ALTER DATABASE CHARACTER SET utf8mb4",
        "ALTER DATABASE git_alembic_1 CHARACTER SET utf8mb4",
        "INSERT INTO t VALUES ('DROP DATABASE x; mysql.user', \"USE other\")",
        "# DROP DATABASE x\nSELECT 1",
        "START TRANSACTION",
        "SET FOREIGN_KEY_CHECKS=0",
    ],
    "mssql": ["CREATE SCHEMA mine", "ALTER DATABASE CURRENT SET COMPATIBILITY_LEVEL = 150"],
}


@pytest.mark.parametrize(
    ("family", "reason", "statement"),
    [(family, why, text) for family, reasons in BEYOND.items() for why, texts in reasons.items() for text in texts],
)
def test_statements_that_reach_beyond_the_scratch(family: str, reason: str, statement: str) -> None:
    assert beyond(statement, family, OWN, [] if family == "postgresql" else OTHERS) == reason


@pytest.mark.parametrize(
    ("family", "statement"), [(family, text) for family, texts in INSIDE.items() for text in texts]
)
def test_statements_that_stay_in_the_scratch(family: str, statement: str) -> None:
    assert beyond(statement, family, OWN, [] if family == "postgresql" else OTHERS) == ""


def test_roles_of_a_server_that_ends_with_the_run() -> None:
    assert beyond("CREATE ROLE x", "postgresql", own_server=True) == ""
    assert beyond("DROP DATABASE x", "postgresql", own_server=True) == "another database on the server"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "  -- a comment\n/* and another */ select * from t",
        "(SELECT 1) UNION (SELECT 2)",
        "SELECT 'insert into t; drop'",
        "SELECT 1; SELECT 2;",
        "/* one; it's */ SELECT 1 -- two;",
        "SELECT '--', x FROM t",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "SHOW search_path",
        "SET search_path TO public",
        "BEGIN",
        "SAVEPOINT a",
        "ROLLBACK TO SAVEPOINT a",
        "PRAGMA table_info('t')",
        'PRAGMA main.table_xinfo("t")',
        "PRAGMA foreign_keys=ON",
        "EXPLAIN SELECT 1",
        "VALUES (1)",
        "",
        ";",
    ],
)
def test_statements_that_read(statement: str) -> None:
    assert only_reads(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (1)",
        "SELECT 1; DROP TABLE t",
        "/* SELECT */ DELETE FROM t",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "SELECT * INTO u FROM t",
        "CREATE TABLE t (x)",
        "PRAGMA user_version = 3",
        'PRAGMA "main".user_version=3',
        "PRAGMA writable_schema = 1",
        "EXPLAIN ANALYZE UPDATE t SET x = 1",
        "SET TRANSACTION READ WRITE",
        "SET default_transaction_read_only = off",
        "BEGIN READ WRITE",
        "TRUNCATE t",
        "CALL p()",
        "DO $$ BEGIN END $$",
        "COPY t FROM STDIN",
        "VACUUM",
        "ATTACH 'x.db' AS x",
    ],
)
def test_statements_that_may_write(statement: str) -> None:
    assert not only_reads(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT set_config('default_transaction_read_only', 'off', false)",
        "SELECT set_config('default_' || 'transaction_read_only', 'off', false)",
        "SELECT pg_catalog.set_config($1, 'off', false)",
        "SET default_transaction_read_only TO DEFAULT",
        "SET LOCAL transaction_read_only = 'off'",
        'SET "default_transaction_read_only" = off',
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION /* */ READ -- x\n WRITE",
        "START TRANSACTION READ WRITE",
        "RESET ALL",
        "RESET default_transaction_read_only",
        "SELECT $$'$$; DELETE FROM t; --'",
        "SELECT '\\'; DELETE FROM t; --'",
        "SELECT dblink_exec('x', 'y')",
        "SELECT pg_terminate_backend(1)",
        "EXPLAIN ANALYZE DELETE FROM t",
        "COMMIT; DELETE FROM t",
    ],
)
def test_statements_that_write_in_postgresql(statement: str) -> None:
    assert not only_reads(statement, "postgresql")


@pytest.mark.parametrize(
    "statement",
    [
        "SET @@session.transaction_read_only = 0",
        "SET tx_read_only := OFF",
        "SET GLOBAL x = 1",
        "SELECT 1 INTO OUTFILE 'x'",
    ],
)
def test_statements_that_write_in_mysql(statement: str) -> None:
    assert not only_reads(statement, "mysql")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT set_config('search_path', 'tenant', false)",
        "SELECT set_config('lock_timeout', '15s', false) WHERE current_setting('lock_timeout') = '0'",
        "SET default_transaction_read_only = on",
        "SET transaction_read_only TO 'on'",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        'SELECT "into", "update" FROM t',
        "WITH x AS (SELECT replace(a, 'b', 'c') FROM t FOR UPDATE) SELECT * FROM x",
        "SELECT $$ DELETE FROM t; $$",
        "SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *",
    ],
)
def test_statements_that_read_postgresql(statement: str) -> None:
    assert only_reads(statement, "postgresql")
