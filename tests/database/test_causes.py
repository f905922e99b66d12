"""Tables for the pure parts of doctor and sync."""

from __future__ import annotations

import pytest

from git_alembic.database.causes import unreachable
from git_alembic.database.inspection_result import Attempt, InspectionResult
from git_alembic.database.rehearsals.schema_distance import (
    differences,
    distance,
    find_stamped,
    narrow_bounds,
    nearest,
    reduce_schema,
    spread,
)
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.downgrade_effects import Downgrade, read_downgrade
from git_alembic.revisions.revision import Revision
from git_alembic.scratch.probe.guard.hidden_passwords import Secrets
from git_alembic.scratch.probe.guard.statements.reading_statements import only_reads
from git_alembic.scratch.result import Failure


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


def test_passwords_are_hidden_everywhere() -> None:
    secrets = Secrets()
    secrets.learn(["p@ss/word", "app", "abc"], ["app", "localhost"])
    output = {
        "a": ["p@ss/word p%40ss%2Fword app abc"],
        "b": "postgresql://ada:xy@db/app and password=hush, pwd: 'hush'",
    }
    assert secrets.hidden(output) == {
        "a": ["*** *** app abc"],
        "b": "postgresql://ada:***@db/app and password=***, pwd: ***",
    }


USERS = {"table users": "", "column users.id": "type=INTEGER", "index i of users": "unique=0"}
MORE = {**USERS, "column users.email": "type=VARCHAR"}


def test_the_nearest_state_is_the_one_with_the_fewest_parts_that_differ() -> None:
    states = {0: {}, 3: USERS, 7: MORE, 9: {**MORE, "table posts": ""}}
    assert nearest(MORE, states) == 7
    assert nearest({**USERS, "index i of users": "unique=1"}, states) == 3
    assert (distance(MORE, USERS).parts, distance(MORE, USERS).details) == (1, 0)
    # Revisions that change no table: the last one counts.
    assert nearest(USERS, {0: USERS, 1: USERS, 2: MORE}) == 1


def test_only_objects_of_the_history_are_compared() -> None:
    schema = {
        **USERS,
        "table alembic_version": "",
        "column alembic_version.version_num": "",
        "table spatial_ref_sys": "",
        "index j of spatial_ref_sys": "",
        "sequence users_id_seq": "",
    }
    assert reduce_schema(schema, {"users", "alembic_version"}, "alembic_version") == USERS


def test_differences_do_not_list_the_parts_of_a_missing_table() -> None:
    assert differences(
        {**USERS, "index i of users": "unique=1"}, {**MORE, "table posts": "", "column posts.id": "x"}
    ) == (
        "the database is missing the column users.email",
        "the database is missing the table posts",
        "index i of users is unique=1 and should be unique=0",
    )
    assert differences(USERS, {}) == ("the database also has the table users",)


def test_the_search_narrows_to_the_neighbors() -> None:
    assert spread(0, 3, 16) == [0, 1, 2, 3]
    assert spread(0, 300, 5) == [0, 75, 150, 225, 300]
    assert narrow_bounds(75, [0, 75, 150, 225, 300], 0, 300) == (0, 150)
    assert narrow_bounds(0, [0, 75], 0, 300) == (0, 75)
    assert narrow_bounds(300, [0, 300], 0, 300) == (0, 300)


def test_both_heads_of_a_fork_are_stamped() -> None:
    graph = RevisionGraph(
        Revision(f"{id_}.py", "", id_, down)
        for id_, down in (("a", ()), ("b", ("a",)), ("c", ("a",)), ("d", ("b", "c")))
    )
    assert find_stamped(graph, ["a", "b", "c"]) == ("b", "c")
    assert find_stamped(graph, ["a", "b", "c", "d"]) == ("d",)


def _downgrade(body: str) -> Downgrade:
    return read_downgrade(f"def upgrade():\n    op.drop_table('not this')\n\n\ndef downgrade():\n    {body}\n".encode())


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("op.drop_table('users')", Downgrade(("table users",))),
        ("op.drop_column('users', 'email')", Downgrade(("column users.email",))),
        (
            "with op.batch_alter_table('users') as b:\n        b.drop_column('email')",
            Downgrade(("column users.email",)),
        ),
        ("op.drop_table(NAME)", Downgrade(("table NAME",))),
        ("op.execute('DROP VIEW v')", Downgrade(("SQL: DROP VIEW v",))),
        ("op.execute('UPDATE t SET x = 1')", Downgrade()),
        ("op.drop_index('i')", Downgrade()),
        ("pass", Downgrade(is_empty=True)),
        ("'''nothing'''", Downgrade(is_empty=True)),
        ("raise NotImplementedError", Downgrade(refuses=True)),
        ("'''no'''\n    raise RuntimeError('no')", Downgrade(refuses=True)),
    ],
)
def test_objects_that_a_downgrade_drops(body: str, found: Downgrade) -> None:
    assert _downgrade(body) == found


def test_a_file_that_does_not_parse_has_no_downgrade() -> None:
    assert read_downgrade(b"print 'old'") == Downgrade(is_readable=False)


AT = Attempt("postgresql", "psycopg2", "db.example.org", 5432, "app", "ada", connected=False)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            'could not translate host name "db.example.org" to address: Name or service not known',
            "the hostname db.example.org could not be resolved",
        ),
        ("connection refused", "no server is listening at db.example.org:5432"),
        (
            'FATAL: password authentication failed for user "ada"',
            "the server at db.example.org:5432 rejected the login of user ada",
        ),
        (
            "(1045, \"Access denied for user 'ada'\")",
            "the server at db.example.org:5432 rejected the login of user ada",
        ),
        ('FATAL: database "app" does not exist', "the server at db.example.org:5432 has no database named app"),
        ("timeout expired", "the server at db.example.org:5432 did not answer in time"),
        ("FATAL: sorry, too many clients already", "the server at db.example.org:5432 has too many connections"),
        (
            "SSL error: certificate verify failed",
            "a secure connection to the server at db.example.org:5432 failed",
        ),
        ("something new", "cannot connect to db.example.org:5432"),
    ],
)
def test_each_failure_to_connect_has_its_sentence(message: str, sentence: str) -> None:
    failure = Failure("error", "environment", "OperationalError", message)
    found = unreachable.find(InspectionResult(failure=failure, attempts=(AT,)), ("pip",))
    assert found is not None
    assert (found.cause, found.message, found.severity) == ("unreachable", sentence, "cannot-judge")
