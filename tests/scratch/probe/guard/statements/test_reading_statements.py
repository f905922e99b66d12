"""Statements that only read, and statements that may write."""

from __future__ import annotations

import pytest

from git_alembic.scratch.probe.guard.statements.reading_statements import only_reads


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
