"""A rehearsal for PostgreSQL has the enums, domains, functions, views and triggers of the real database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.database_projects import DatabaseProject, PostgresDatabase
from tests.support.project import Project
from tests.support.servers import PostgresServer

OBJECTS = (
    "CREATE SCHEMA other",
    "CREATE TYPE mood AS ENUM ('it''s', 'b')",
    """CREATE DOMAIN mail AS varchar(9) COLLATE "C" DEFAULT '@' NOT NULL CONSTRAINT "at 1" CHECK (value LIKE '%@%')""",
    "CREATE DOMAIN other.work_mail AS mail CHECK (value <> 'x')",
    "CREATE DOMAIN fine AS mood CHECK (value <> 'b')",
    "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "CREATE FUNCTION later(x int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) + x FROM users'",
    "CREATE FUNCTION of_row(users) RETURNS int LANGUAGE sql AS 'SELECT $1.id'",
    "CREATE VIEW counted AS SELECT later(1) AS one, of_row(u.*) AS two FROM users u",
    "CREATE TRIGGER stops BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stop()",
    "ALTER TABLE users ADD COLUMN mail other.work_mail",
    "ALTER TABLE users ADD COLUMN fine fine",
)


@pytest.fixture(params=["scratch", "embedded-postgresql"])
def app(request: pytest.FixtureRequest, empty: Project, postgresql: PostgresServer) -> Iterator[DatabaseProject]:
    """A database at c3 with all kinds of objects."""
    with postgresql.database() as name:
        found = DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain")
        empty.write("pyproject.toml", f'[tool.git-alembic.drift]\ndatabase = "{request.param}"\n')
        found.at("c3", ["c3"])
        # pg_dump would list the functions in this order, too: one names a table that is made later.
        found.database.sql("SET check_function_bodies = off", *OBJECTS)
        yield found


def _try(app: DatabaseProject, up: str) -> tuple[list[list[str]], str]:
    """The printed commands and the evidence, if a revision does this."""
    app.revision("d4", "c3", up, "pass")
    app.project.commit("d4")
    (cause,) = app.doctor()["causes"]
    repairs: list[Any] = [cause["fixes"], *cause["alternatives"]]
    return [[" ".join(fix["command"]) for fix in repair] for repair in repairs if repair], "\n".join(cause["evidence"])


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER again BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION stop()",
        "DROP TRIGGER stops ON users",
        "DROP VIEW counted",
        "ALTER TYPE mood ADD VALUE 'c'",
        "ALTER TABLE posts ADD COLUMN mail other.work_mail",
        'ALTER DOMAIN mail DROP CONSTRAINT "at 1"',
    ],
)
def test_a_revision_that_uses_them_is_recommended(app: DatabaseProject, statement: str) -> None:
    commands, evidence = _try(app, f"op.execute({statement!r})")

    assert commands == [["alembic upgrade head"]], evidence
    assert "without the functions" not in evidence


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("CREATE TYPE mood AS ENUM ('x')", 'type "mood" already exists'),
        ("CREATE DOMAIN fine AS text", 'type "fine" already exists'),
        ("DROP FUNCTION stop()", "cannot drop function stop() because other objects depend on it"),
        ("DROP FUNCTION nothing()", "function nothing() does not exist"),
    ],
)
def test_a_revision_that_they_stop_is_not(app: DatabaseProject, statement: str, error: str) -> None:
    commands, evidence = _try(app, f"op.execute({statement!r})")

    assert commands == []
    assert "was tried on a scratch database with this schema, and failed: revision 'd4' failed at " in evidence
    assert error in evidence
