"""`git alembic doctor` on real databases: each cause is created, diagnosed, and repaired with the printed commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import alembic
import pytest

from tests.support.database_projects import STATES, DatabaseProject, MariaDatabase, PostgresDatabase, SqliteFile
from tests.support.pasted_repairs import SHELLS, paste, printed
from tests.support.project import Project
from tests.support.servers import PostgresServer

KINDS = [
    "sqlite-plain",
    "sqlite-flask",
    "sqlite-asynchronous-aiosqlite",
    "sqlite-sections",
    "postgresql-plain",
    "postgresql-flask",
    "postgresql-asynchronous-asyncpg",
    "postgresql-sections-psycopg",
    "mariadb-plain",
    "mariadb-asynchronous-aiomysql",
]


@pytest.fixture
def app(request: pytest.FixtureRequest, empty: Project) -> Iterator[DatabaseProject]:
    """Return a project of the kind that the test's parameter names."""
    family, kind, *driver = request.param.split("-")
    if family == "sqlite":
        yield DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), kind, *driver)
        return
    server = request.getfixturevalue(family)
    with server.database() as name:
        database = PostgresDatabase(server, name) if family == "postgresql" else MariaDatabase(server, name)
        yield DatabaseProject(empty, database, kind, *driver)


def behind(app: DatabaseProject) -> None:
    app.at("a1", ["a1"])


def empty_database(app: DatabaseProject) -> None:
    app.at(None, None)


def unstamped(app: DatabaseProject) -> None:
    """Leave the database as a middle revision leaves it. Only a search finds this state."""
    app.at("b2", None)


def empty_version_table(app: DatabaseProject) -> None:
    app.at("c3", [])


def deleted(app: DatabaseProject) -> None:
    path = app.table("d4", "c3", "tags")
    app.project.commit("bring tags")
    (app.project.path / path).unlink()
    app.project.commit("tidy up")
    app.at("c3", ["d4"], "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)")


def deleted_and_overtaken(app: DatabaseProject) -> None:
    deleted(app)
    app.table("m4", "c3", "others")
    app.project.commit("go on")


def overlapping(app: DatabaseProject) -> None:
    app.at("c3", ["b2", "c3"])


def two_heads(app: DatabaseProject) -> None:
    app.table("d4", "b2", "tags")
    app.project.commit("fork")
    app.at("c3", ["c3"])


def ahead(app: DatabaseProject) -> None:
    app.project.switch("feature", "HEAD")
    app.table("d4", "c3", "tags")
    app.table("e5", "d4", "stars")
    app.project.commit("tags and stars")
    app.project.switch("main")
    tables = (
        "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)",
        "CREATE TABLE stars (id INTEGER NOT NULL PRIMARY KEY)",
    )
    app.at("c3", ["e5"], *tables)


BUILT: list[tuple[str, Callable[[DatabaseProject], None]]] = [
    ("behind", behind),
    ("behind", empty_database),
    ("unstamped", unstamped),
    ("empty-version-table", empty_version_table),
    ("unknown-revision", deleted),
    ("unknown-revision", deleted_and_overtaken),
    ("overlapping-revisions", overlapping),
    ("multiple-heads", two_heads),
    ("ahead", ahead),
]


@pytest.mark.parametrize("app", KINDS, indirect=True)
def test_each_cause_is_reported_and_the_printed_commands_repair_it(app: DatabaseProject) -> None:
    start = app.project.git("rev-parse", "HEAD").strip()
    for cause, build in BUILT:
        app.project.git("reset", "-q", "--hard", start)
        app.project.git("clean", "-qfd")
        build(app)
        found = app.doctor()
        assert (found["verdict"], app.causes(found)) == ("findings", [cause]), found["reason"]
        (mine,) = (item for item in found["causes"] if item["cause"] == cause)
        app.execute(mine["fixes"])
        after = app.doctor()
        assert (after["verdict"], app.causes(after)) == ("clean", ["up-to-date"]), (cause, after["causes"])


@pytest.mark.parametrize("kind", ["plain", "sections", "flask"])
def test_each_printed_repair_is_a_block_to_paste(empty: Project, kind: str) -> None:
    """Paste all alternatives of all causes from the text output."""
    app = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), kind)
    start = app.project.git("rev-parse", "HEAD").strip()
    pasted = set[str]()
    for cause, build in BUILT:
        number, most = 0, 1
        while number < most:
            app.project.git("checkout", "-q", "-f", "-B", "main", start)
            app.project.git("branch", "-q", "-D", "feature", code=None)
            app.project.git("clean", "-qfd")
            build(app)
            repairs = printed(app.project.run("doctor", env={"COLUMNS": "80"}).stdout, cause)
            most = len(repairs)
            paste(app.project.path, repairs[number].lines, SHELLS[number % 2])
            pasted.add(repairs[number].title)
            found = app.doctor()
            assert (found["verdict"], app.causes(found)) == ("clean", ["up-to-date"]), (
                repairs[number],
                found["causes"],
            )
            number += 1
    assert len(pasted) == len(BUILT)


@pytest.mark.parametrize("holder", ["branch", "remote branch", "tag", "worktree"])
def test_what_has_the_revision_is_checked_out(empty: Project, holder: str) -> None:
    """`git switch` takes a remote branch, a tag and the branch of another worktree only with `--detach`."""
    app = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
    ahead(app)
    if holder == "worktree":
        app.project.git("worktree", "add", "-q", str(empty.path.parent / "other"), "feature")
    elif holder != "branch":
        ref = {"remote branch": "refs/remotes/origin/feature", "tag": "refs/tags/v2"}[holder]
        app.project.git("update-ref", ref, "feature")
        app.project.git("branch", "-q", "-D", "feature")
    repairs = printed(app.project.run("doctor").stdout, "ahead")
    (switch,) = (repair for repair in repairs if "check out" in repair.title)
    paste(app.project.path, switch.lines)
    assert app.causes(app.doctor()) == ["up-to-date"]


def _of_an_unpublished_fork(app: DatabaseProject, down: str | None) -> None:
    """m4 is published on c3. d4 is unpublished and comes after `down`."""
    app.table("m4", "c3", "others")
    app.project.commit("go on")
    app.project.git("update-ref", "refs/remotes/origin/main", "HEAD")
    app.revision("d4", down, 'op.create_table("tags", ID)', 'op.drop_table("tags")')
    app.project.commit("tags")


# (parent of d4, row of the database, commands to put d4 on top; none if this would recreate a table)
REBASED: list[tuple[str | None, str, list[str]]] = [
    ("c3", "c3", ["git alembic fix", "alembic upgrade head"]),
    ("c3", "m4", ["git alembic fix", "alembic upgrade head"]),
    ("c3", "d4", []),
    (None, "m4", ["git alembic fix", "alembic upgrade head"]),
]
OTHERS = "CREATE TABLE others (id INTEGER NOT NULL PRIMARY KEY)"
TAGS = "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)"


@pytest.mark.parametrize(("down", "at", "commands"), REBASED)
def test_an_unpublished_side_goes_on_top(empty: Project, down: str | None, at: str, commands: list[str]) -> None:
    app = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
    _of_an_unpublished_fork(app, down)
    app.at("c3", [at], *{"m4": (OTHERS,), "d4": (TAGS,)}.get(at, ()))
    (cause,) = app.doctor()["causes"]
    assert (cause["cause"], [fix["command"][1] for fix in cause["fixes"]]) == ("multiple-heads", ["merge", "upgrade"])
    if not commands:
        assert cause["alternatives"] == []
        lost = "it drops table tags (0 rows) and recreates it empty"
        assert f"is not recommended: {lost}" in cause["evidence"][-1]
        return
    (way,) = cause["alternatives"]
    assert [" ".join(fix["command"]) for fix in way] == commands
    app.execute(way)
    assert app.causes(app.doctor()) == ["up-to-date"]
    assert app.rows() == ["d4"]
    assert set(app.database.sql("SELECT name FROM sqlite_master WHERE type = 'table'")) >= {"others", "tags"}


def test_no_side_goes_on_top_if_both_are_published(empty: Project) -> None:
    app = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
    for down in ("c3", None):
        _of_an_unpublished_fork(app, down)
        app.project.git("update-ref", "refs/remotes/origin/main", "HEAD")
        app.at("c3", ["c3"])
        (cause,) = app.doctor()["causes"]
        assert (cause["cause"], cause["alternatives"]) == ("multiple-heads", [])


def test_a_version_table_in_a_schema_of_its_own(empty: Project, postgresql: PostgresServer) -> None:
    with postgresql.database() as name:
        app = DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain")
        env = (empty.path / "migrations/env.py").read_text()
        empty.write(
            "migrations/env.py", env.replace("metadata)", 'metadata, version_table="v", version_table_schema="s")')
        )
        app.database.sql(
            "CREATE SCHEMA s",
            "CREATE TABLE s.v (version_num VARCHAR(32))",
            "INSERT INTO s.v VALUES ('a1')",
            *STATES["a1"],
        )
        found = app.doctor()
        assert app.causes(found) == ["behind"]
        assert found["databases"][0]["version_table"] == "s.v"
        app.execute(found["causes"][0]["fixes"])
        assert app.causes(app.doctor()) == ["up-to-date"]


def test_the_setup_is_reported(project: Project) -> None:
    project.run("install")
    (project.path / ".git/hooks/post-merge").unlink()
    project.write("migrations/env.py", "raise SystemExit\n")
    setup = project.check(command="doctor")["setup"]
    assert setup["hooks"]["missing"] == ["post-merge"]
    assert setup["hooks"]["installed"] == dict.fromkeys(
        ["pre-commit", "pre-merge-commit", "pre-push", "post-checkout", "post-rewrite"], "git-alembic"
    )
    assert setup["interpreters"][0]["versions"]["alembic"] == alembic.__version__
    assert setup["git"].startswith("2.")


def test_a_long_history_is_searched_in_few_states(empty: Project) -> None:
    """Only a few of 60 revisions are built. The revision that makes no table counts as one with its parent."""
    app = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
    down = "c3"
    for number in range(60):
        id_ = f"r{number:03}"
        table = f'op.create_table("t{number}", ID)', f'op.drop_table("t{number}")'
        app.revision(id_, down, *(table if number != 34 else ("pass", "pass")))
        down = id_
    empty.commit("many")
    tables = [f"CREATE TABLE t{number} (id INTEGER NOT NULL PRIMARY KEY)" for number in range(34)]
    app.at("c3", None, *tables)
    (cause,) = app.doctor()["causes"]
    assert cause["fixes"][0]["command"] == ["alembic", "stamp", "r034"]
    (basis,) = (line for line in cause["evidence"] if line.startswith("the match was checked by building"))
    assert int(basis.split()[9]) < 30
    assert "'r033' has the same schema: the revisions after it don't change any tables" in cause["evidence"]
