"""`git alembic sync` on real databases: downgrades with another branch's code, then upgrades with this branch's."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg2
import pytest

from tests.support.condition_waiting import PATIENCE
from tests.support.database_projects import DatabaseProject, PostgresDatabase, SqliteFile
from tests.support.project import Project

KINDS = ["sqlite", "postgresql"]
SEED = 20261124
KILLS = 10
STEPS = 5  # revisions of either branch


@pytest.fixture(params=KINDS)
def app(request: pytest.FixtureRequest, empty: Project) -> Iterator[DatabaseProject]:
    """Return a project on main whose database is still in the state of the branch "feature"."""
    if request.param == "sqlite":
        found = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
        _leave_behind(found)
        yield found
        return
    server = request.getfixturevalue("postgresql")
    with server.database() as name:
        found = DatabaseProject(empty, PostgresDatabase(server, name), "plain")
        _leave_behind(found)
        yield found


def _leave_behind(app: DatabaseProject) -> None:
    project = app.project
    project.switch("feature", "HEAD")
    app.revision(
        "d4", "c3", 'op.create_table("tags", ID)', 'op.drop_table("tags")\n    op.drop_column("users", "email")', "tags"
    )
    app.table("e5", "d4", "stars")
    project.commit("tags and stars")
    project.switch("main")
    app.revision(
        "m4", "c3", 'op.add_column("users", sa.Column("age", sa.Integer))', 'op.drop_column("users", "age")', "age"
    )
    project.commit("age")
    _at_feature(app)


def _at_feature(app: DatabaseProject) -> None:
    app.at(
        "c3",
        ["e5"],
        "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)",
        "CREATE TABLE stars (id INTEGER NOT NULL PRIMARY KEY)",
        "INSERT INTO users (id, name) VALUES (1, 'Ada')",
        "INSERT INTO stars VALUES (7)",
    )


def _tables(app: DatabaseProject) -> set[str]:
    if isinstance(app.database, SqliteFile):
        found = app.database.sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    else:
        found = app.database.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return set(found) - {"alembic_version"}


def _sync(app: DatabaseProject, *arguments: str, code: int = 0) -> str:
    done = app.project.run("sync", *arguments, env=app.variables())
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def _url(app: DatabaseProject) -> str:
    return str(app.doctor()["databases"][0]["url"])


def test_the_plan_names_the_losses_and_changes_nothing(app: DatabaseProject) -> None:
    before = app.database.mark()
    is_file = isinstance(app.database, SqliteFile)
    kept = "a copy of the file is kept" if is_file else "these rows are saved to a file first"
    for arguments, code, why in (
        (("--dry-run",), 0, "--dry-run"),
        ((), 1, "run `git alembic sync --yes` to migrate the database"),
    ):
        assert _sync(app, *arguments, code=code) == (
            f"git-alembic: plan for alembic.ini, {_url(app)}:\n"
            "  downgrade 'e5' (make e5), from feature: migrations/versions/e5_x.py\n"
            "      drops table stars\n"
            "  downgrade 'd4' (tags), from feature: migrations/versions/d4_x.py\n"
            "      drops table tags, column users.email\n"
            "  upgrade 'm4' (age)\n"
            f"  data that will be lost: table stars (1 row); {kept}\n"
            f"git-alembic: nothing was changed ({why})\n"
        )
    assert app.database.unchanged(before)


def test_the_database_follows_the_branch_and_back(app: DatabaseProject) -> None:
    output = _sync(app, "--yes")
    assert "git-alembic: alembic.ini: 2 downgraded, 1 upgraded: the database is at m4" in output
    assert (app.rows(), _tables(app)) == (["m4"], {"users", "posts"})
    assert app.database.sql("SELECT name FROM users WHERE age IS NULL") == ["Ada"]
    assert _sync(app, "--yes") == f"git-alembic: alembic.ini: {_url(app)} is at 'm4', the head of this checkout\n"
    app.project.switch("feature")
    assert "git-alembic: alembic.ini: 1 downgraded, 2 upgraded: the database is at e5" in _sync(app, "--yes")
    assert (app.rows(), _tables(app)) == (["e5"], {"users", "posts", "tags", "stars"})
    if isinstance(app.database, SqliteFile):
        first, second = sorted((app.project.path / ".git/git-alembic/before-sync").iterdir())
        assert SqliteFile(first).sql("SELECT id FROM stars") == ["7"]
        assert SqliteFile(second).sql("SELECT version_num FROM alembic_version") == ["m4"]
    assert not list((app.project.path / ".git/git-alembic/sync").iterdir())


def test_a_failing_downgrade_leaves_the_database_where_it_was(app: DatabaseProject) -> None:
    project = app.project
    project.switch("feature")
    app.revision("d4", "c3", 'op.create_table("tags", ID)', 'op.drop_table("tags")\n    1 / 0', "tags")
    project.commit("break the way back")
    project.switch("main")
    mark = app.database.mark() if isinstance(app.database, SqliteFile) else None
    url = _url(app)
    assert (
        f"git-alembic: alembic.ini: revision 'd4' failed: ZeroDivisionError: division by zero; {url} is as it was\n"
        in _sync(app, "--yes", code=2)
    )
    assert mark is None or app.database.unchanged(mark)
    assert (app.rows(), _tables(app)) == (["e5"], {"users", "posts", "tags", "stars"})
    assert app.database.sql("SELECT id FROM stars") == ["7"]


def test_an_irreversible_revision_is_refused(app: DatabaseProject) -> None:
    project = app.project
    project.switch("feature")
    app.revision("e5", "d4", 'op.create_table("stars", ID)', "raise NotImplementedError", "stars")
    project.commit("no way back")
    project.switch("main")
    refusal = "'e5' cannot be downgraded: its downgrade only raises an exception (migrations/versions/e5_x.py)"
    assert refusal in _sync(app, "--yes", code=2)
    app.at("c3", ["zz"])
    assert "the database is at 'zz', but git has no file for that revision (see `git alembic doctor`)" in _sync(
        app, "--yes", code=2
    )
    app.at("c3", None)
    nothing = "the database has tables, but no record of which revisions created them (see `git alembic doctor`)"
    assert nothing in _sync(app, "--yes", code=2)
    assert _tables(app) == {"users", "posts"}


@pytest.mark.parametrize(
    ("hosts", "local"),
    [
        (("localhost",), True),
        (("localhost", "127.0.0.1"), True),
        (("127.1.2.3",), True),
        (("::1",), True),
        (("[::1]:5432",), True),
        (("localhost:5432",), True),
        (("/var/run/postgresql",), True),
        (("@abstract",), True),
        (("/",), True),
        (("db",), False),
        (("10.0.0.3",), False),
        (("localhost.example.org",), False),
        (("localhost", "db"), False),
        (("db.example.org", "127.0.0.1"), False),  # a remote name with a local address
        (("localhost", "10.0.0.3"), False),  # a local name with a remote address
        (None, False),
    ],
)
def test_the_connection_decides_what_is_local(hosts: tuple[str, ...] | None, *, local: bool) -> None:
    from git_alembic.database.database_state import DatabaseState, Url, is_local

    url = Url("postgresql://localhost/app", "postgresql", "localhost")
    assert is_local(DatabaseState("", url, "postgresql", hosts=hosts)) is local


def test_the_wait_for_a_lock_is_limited(app: DatabaseProject) -> None:
    if not isinstance(app.database, PostgresDatabase):
        return
    server, name = app.database.server, app.database.name
    mark = (server.folder / "log").stat().st_size
    with closing(psycopg2.connect(app.database.url("psycopg2").replace("+psycopg2", ""))) as other:
        other.cursor().execute("LOCK TABLE stars IN ACCESS SHARE MODE")
        server.run_sql(f"ALTER DATABASE {name} SET lock_timeout = '50ms'")
        output = _sync(app, "--yes", code=2)
    assert "git-alembic: alembic.ini: revision 'e5' failed: " in output
    assert f"canceling statement due to lock timeout; {_url(app)} is as it was\n" in output
    assert (app.rows(), _tables(app)) == (["e5"], {"users", "posts", "tags", "stars"})
    logged = (server.folder / "log").read_bytes()[mark:].decode()
    assert "SELECT set_config('lock_timeout', '15s', false) WHERE current_setting('lock_timeout') = '0'" in logged
    server.run_sql(f"ALTER DATABASE {name} RESET lock_timeout")
    _sync(app, "--yes")


def test_a_locked_or_read_only_file_is_refused(app: DatabaseProject) -> None:
    if not isinstance(app.database, SqliteFile):
        return
    with app.database.locked():
        assert "the SQLite file is locked by another program" in _sync(app, "--yes", code=2)
    app.database.path.chmod(0o444)
    if os.geteuid():  # nothing is read-only for root
        assert f"{app.database.path} cannot be written to" in _sync(app, "--yes", code=2)
    assert app.rows() == ["e5"]


# --- re-parented after they were run


@pytest.fixture
def applied(empty: Project) -> DatabaseProject:
    """d4 was on c3 when the database ran it. Then it moved on top of the new m4, which creates no table."""
    found = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
    found.table("d4", "c3", "tags")
    found.project.commit("tags")
    found.at("c3", ["d4"], "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY)")
    return found


WAS = "'d4' came after 'c3' in commit {commit} from 2026-01-02 (tags), which was checked out here"
WAY = "      alembic downgrade m4 && alembic stamp --purge c3 && alembic upgrade head\n"


@pytest.mark.parametrize("column", [True, False])
def test_revisions_below_an_applied_one_are_reported(applied: DatabaseProject, *, column: bool) -> None:
    commit = applied.project.git("rev-parse", "--short", "HEAD").strip()
    if column:
        up, back = 'op.add_column("users", sa.Column("age", sa.Integer))', 'op.drop_column("users", "age")'
        applied.revision("m4", "c3", up, back)
        doubt = "  perhaps: {}; if 'd4' was applied in that position, 'm4' was not applied\n"
    else:
        applied.table("m4", "c3", "others")
        doubt = "  note: {}; 'm4' was not applied\n"
    applied.table("d4", "m4", "tags")
    applied.project.commit("re-parent")
    at = f"git-alembic: alembic.ini: {_url(applied)} is at 'd4', the head of this checkout\n"
    assert _sync(applied, "--yes") == at + doubt.format(WAS.format(commit=commit)) + WAY
    for line in WAY.split("&&"):
        applied.execute([{"command": line.split(), "cwd": "."}])
    tables = {"users", "posts", "tags"} | (set() if column else {"others"})
    assert (applied.rows(), _tables(applied)) == (["d4"], tables)
    if not column:  # the table now exists, so there is no doubt
        assert _sync(applied, "--yes") == at


def test_a_plan_that_runs_a_revision_twice_is_refused(applied: DatabaseProject) -> None:
    """d4 was run after c3, but now c3 would run after d4."""
    commit = applied.project.git("rev-parse", "--short", "HEAD").strip()
    applied.table("d4", "b2", "tags")
    applied.table("c3", "d4", "posts")
    applied.project.commit("turn them round")
    mark = applied.database.mark()
    output = _sync(applied, "--yes", code=2)
    assert (
        f"{WAS.format(commit=commit)}; if 'd4' was applied in that position, 'c3' was already applied and would run "
        "again"
    ) in output
    assert applied.database.unchanged(mark)
    applied.project.git("reflog", "expire", "--expire=all", "--all")  # never seen here with another parent
    assert "upgrade 'c3'" in _sync(applied, "--dry-run")


# --- killed


def _fork(app: DatabaseProject) -> None:
    """Make two branches of several revisions each. Every revision has its own table."""
    project = app.project
    start = project.git("rev-parse", "main~1").strip()
    for branch in ("left", "right"):
        project.switch(branch, start)
        down = "c3"
        for number in range(STEPS):
            app.table(f"{branch}{number}", down, f"t_{branch}{number}")
            down = f"{branch}{number}"
        project.commit(branch)


def _expected(row: str) -> set[str]:
    """Return the tables of a database at a revision."""
    if row == "c3":
        return {"users", "posts"}
    branch, number = row[:-1], int(row[-1])
    return {"users", "posts", *(f"t_{branch}{at}" for at in range(number + 1))}


def _killed(app: DatabaseProject, seconds: float) -> bool:
    """Return whether the run had to be killed, with everything that it had started."""
    command = [sys.executable, "-m", "git_alembic", "sync", "--yes"]
    environ = {**os.environ, **app.variables()}
    with subprocess.Popen(
        command, cwd=app.project.path, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        try:
            running.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            started = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
            running.kill()
            for pid in map(int, started):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return True
    return False


def test_a_kill_at_any_moment_leaves_the_state_of_a_branch(app: DatabaseProject) -> None:
    _fork(app)
    last = STEPS - 1
    left = [f"CREATE TABLE t_left{at} (id INTEGER NOT NULL PRIMARY KEY)" for at in range(STEPS)]
    app.at("c3", [f"left{last}"], *left)
    _sync(app, "--yes")  # the first run compiles bytecode
    app.at("c3", [f"left{last}"], *left)
    whole = _duration(app)
    moments = random.Random(SEED)  # noqa: S311 - the times of kills are no secret
    killed = tries = 0
    while killed < KILLS:
        tries += 1
        assert tries < 10 * KILLS, "the run ended before the kill"
        if app.rows() == [f"right{last}"]:
            app.at("c3", [f"left{last}"], *left)
        if _killed(app, moments.uniform(0.3, 1.0) * whole):
            killed += 1
        else:
            whole *= 0.9  # the measurement was on a busier machine
        (row,) = app.rows()
        assert _tables(app) == _expected(row)
    _sync(app, "--yes")
    assert (app.rows(), _tables(app)) == ([f"right{last}"], _expected(f"right{last}"))


def _duration(app: DatabaseProject) -> float:
    """Return the seconds that a run takes."""
    import time

    start = time.monotonic()
    assert not _killed(app, PATIENCE)
    return time.monotonic() - start


def test_other_writers_are_noticed(app: DatabaseProject) -> None:
    """Writes to the original during the work on the copy are not overwritten."""
    if not isinstance(app.database, SqliteFile):
        return
    from git_alembic.database.sync.atomic_sqlite_changes import SqliteCopy
    from git_alembic.errors import CannotCheck

    copy = app.project.path.parent / "copy.db"
    with SqliteCopy(str(app.database.path), str(copy)) as copied:
        SqliteFile(copy).sql("DELETE FROM users")
        app.database.sql("INSERT INTO users (id, name) VALUES (2, 'Grace')")
        with pytest.raises(CannotCheck, match="in the meantime, so git-alembic did not touch it"):
            copied.put_back()
    assert app.database.sql("SELECT count(*) FROM users") == ["2"]
