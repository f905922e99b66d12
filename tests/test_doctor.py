"""`git alembic doctor` on real databases: each cause built, diagnosed, repaired with what was printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from conftest import Project
from living import Living, PostgresDatabase, SqliteFile

KINDS = [
    "sqlite-plain",
    "sqlite-flask",
    "sqlite-asynchronous-aiosqlite",
    "sqlite-sections",
    "postgresql-plain",
    "postgresql-flask",
    "postgresql-asynchronous-asyncpg",
    "postgresql-sections-psycopg",
]


@pytest.fixture
def living(request: pytest.FixtureRequest, empty: Project) -> Iterator[Living]:
    """A project of the kind that the test is parametrised with."""
    family, kind, *driver = request.param.split("-")
    if family == "sqlite":
        yield Living(empty, SqliteFile(empty.path.parent / "dev.db"), kind, *driver)
        return
    server = request.getfixturevalue("postgresql")
    with server.database() as name:
        yield Living(empty, PostgresDatabase(server, name), kind, *driver)


def behind(living: Living) -> None:
    living.at("a1", ["a1"])


def empty_database(living: Living) -> None:
    living.at(None, None)


def unstamped(living: Living) -> None:
    """As a revision in the midst leaves it, which only a search finds."""
    living.at("b2", None)


def empty_version_table(living: Living) -> None:
    living.at("c3", [])


def deleted(living: Living) -> None:
    path = living.table("d4", "c3", "tags")
    living.project.commit("bring tags")
    (living.project.path / path).unlink()
    living.project.commit("tidy up")
    living.at("c3", ["d4"], "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)")


def overlapping(living: Living) -> None:
    living.at("c3", ["b2", "c3"])


def two_heads(living: Living) -> None:
    living.table("d4", "b2", "tags")
    living.project.commit("fork")
    living.at("c3", ["c3"])


def ahead(living: Living) -> None:
    living.project.switch("feature", "HEAD")
    living.table("d4", "c3", "tags")
    living.table("e5", "d4", "stars")
    living.project.commit("tags and stars")
    living.project.switch("main")
    tables = (
        "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)",
        "CREATE TABLE stars (id INTEGER NOT NULL PRIMARY KEY)",
    )
    living.at("c3", ["e5"], *tables)


BUILT: list[tuple[str, Callable[[Living], None]]] = [
    ("behind", behind),
    ("behind", empty_database),
    ("unstamped", unstamped),
    ("empty-version-table", empty_version_table),
    ("unknown-revision", deleted),
    ("overlapping-revisions", overlapping),
    ("multiple-heads", two_heads),
    ("ahead", ahead),
]


@pytest.mark.parametrize("living", KINDS, indirect=True)
def test_each_cause_is_told_and_repaired_by_what_is_printed(living: Living) -> None:
    start = living.project.git("rev-parse", "HEAD").strip()
    for cause, build in BUILT:
        living.project.git("reset", "-q", "--hard", start)
        living.project.git("clean", "-qfd")
        build(living)
        found = living.doctor()
        assert (found["verdict"], living.causes(found)) == ("findings", [cause]), found["reason"]
        (mine,) = (one for one in found["causes"] if one["cause"] == cause)
        living.execute(mine["fixes"])
        after = living.doctor()
        assert (after["verdict"], living.causes(after)) == ("clean", ["up-to-date"]), (cause, after["causes"])
