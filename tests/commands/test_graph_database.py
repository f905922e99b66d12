"""`git alembic graph --database` shows the position of real databases in every format, and writes nothing to them."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import alembic
import pytest

from tests.support.database_projects import DatabaseProject, PostgresDatabase, SqliteFile
from tests.support.project import Project
from tests.support.servers import PostgresServer

SVG = "{http://www.w3.org/2000/svg}"
VERSIONS = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
MULTIDB = Path(alembic.__file__).parent / "templates" / "multidb" / "env.py"
WIDE = {"COLUMNS": "160", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def app(empty: Project) -> DatabaseProject:
    """The line a1 <- b2 <- c3, and an SQLite file at no revision."""
    return DatabaseProject(empty, SqliteFile(empty.path / "dev.db"), "plain")


def drawn(app: DatabaseProject, *options: str) -> str:
    """Return the output. Assert that the database is unchanged."""
    mark = app.database.mark()
    done = app.project.run("graph", "--database", *options, env=app.variables(**WIDE))
    assert (done.returncode, done.stderr) == (0, "")
    assert app.database.unchanged(mark)
    return done.stdout.replace(str(app.project.path), "/work")


def refused(project: Project, *options: str) -> str:
    done = project.run("graph", "--database", *options)
    assert (done.returncode, done.stdout) == (2, "")
    return " ".join(done.stderr.split())


def footnote(app: DatabaseProject) -> str:
    """Return the line of the only database, unwrapped."""
    output = drawn(app).partition("\ndatabase: ")[2].partition("\n\n")[0]
    return " ".join(output.split())


def test_text(app: DatabaseProject) -> None:
    app.at("b2", ["b2"])
    assert drawn(app) == dedent("""\
        alembic.ini (migrations) in the index: 3 revisions, 1 head, 1 base

        ●  a1  create users  (base)
        ●  b2  add email     (database)
        ●  c3  create posts  (head, HEAD)

        database: sqlite:////work/dev.db is at b2, 1 revision to run
        """)


def test_it_is_not_folded_away(app: DatabaseProject) -> None:
    for number in range(10, 40):
        app.table(f"d{number}", f"d{number - 1}" if number > 10 else "c3", f"t{number}")
    app.project.commit("many")
    app.at("c3", ["d20"])
    assert "⋮  12 revisions\n●  d20  make d20      (database)\n⋮  15 revisions\n" in drawn(app)


@pytest.mark.parametrize(
    ("state", "rows", "output"),
    [
        ("c3", ["c3"], "at c3, 0 revisions to run"),
        (None, None, "not at any revision, 3 revisions to run"),
        ("b2", [], "not at any revision, but has 1 table (see `git alembic doctor`)"),
        ("b2", None, "not at any revision, but has 1 table (see `git alembic doctor`)"),
        ("b2", ["gone"], "at gone; gone is not in this history (see `git alembic doctor`)"),
        (
            "b2",
            ["a1", "x1", "x2"],
            "at a1 and x1 and x2; x1 and x2 are not in this history (see `git alembic doctor`)",
        ),
    ],
)
def test_the_state_of_a_database(app: DatabaseProject, state: str | None, rows: list[str] | None, output: str) -> None:
    app.at(state, rows)
    if state is None:
        app.database.sql("VACUUM")  # creates the file
    assert footnote(app) == f"sqlite:////work/dev.db is {output}"


def test_a_revision_that_only_the_target_has(app: DatabaseProject, tmp_path: Path) -> None:
    project = app.project
    project.git("clone", "-q", "--bare", ".", str(tmp_path / "origin.git"))
    project.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    project.switch("theirs", "main")
    app.table("d4", "c3", "tags")
    project.commit("theirs")
    project.git("push", "-q", "origin", "theirs:main")
    project.switch("main")
    project.git("fetch", "-q", "origin")
    app.at("c3", ["d4"])
    assert "◌  d4  make d4       (only in origin/main, head there, database)\n" in drawn(app)
    assert footnote(app).endswith(" is at d4, 3 revisions to run")


def test_json(app: DatabaseProject) -> None:
    app.at("b2", ["b2"])
    (found,) = json.loads(drawn(app, "--format", "json"))["environments"]
    assert found["databases"] == [{"name": "", "url": "sqlite:////work/dev.db", "at": ["b2"], "tables": 1}]
    assert [(revision["id"], revision["marks"]) for revision in found["history"]] == [
        ("a1", []),
        ("b2", ["database"]),
        ("c3", []),
    ]


def test_mermaid(app: DatabaseProject) -> None:
    app.at("b2", ["b2"])
    found = drawn(app, "--format", "mermaid")
    assert '"b2<br/>add email<br/>(database)"]:::published' in found
    assert re.search(r'e0r0\["database: sqlite:////\S+ is at b2, 1 revision to run"\]:::run', found)


def test_dot(app: DatabaseProject) -> None:
    app.at("b2", ["b2"])
    found = drawn(app, "--format", "dot")
    assert r'[label="b2\nadd email\n(database)"]' in found
    assert 'e0r0 [label="database: sqlite:////work/dev.db is at b2, 1 revision to run" shape="plain"];' in found


def test_svg(app: DatabaseProject) -> None:
    app.at("b2", ["b2"])
    root = ET.fromstring(drawn(app, "--format", "svg"))  # noqa: S314 - our own document
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "database" in texts
    assert "database: sqlite:////work/dev.db is at b2, 1 revision to run" in texts


def several(project: Project) -> None:
    ini = "[alembic]\nscript_location = migrations\ndatabases = one, two\n"
    engines = "".join(f"\n[{name}]\nsqlalchemy.url = sqlite:///{name}.db\n" for name in ("one", "two"))
    project.write("alembic.ini", ini + engines)
    project.write("migrations/env.py", MULTIDB.read_text().replace("fileConfig(config.config_file_name)", "pass"))
    project.revision("a1")
    project.revision("b2", "a1")
    project.commit()
    for name, row in (("one", "b2"), ("two", "a1")):
        SqliteFile(project.path / f"{name}.db").sql(VERSIONS, f"INSERT INTO alembic_version VALUES ('{row}')")


def test_several_databases_have_their_names(empty: Project) -> None:
    several(empty)
    done = empty.run("graph", "--database", env=WIDE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == dedent("""\
        alembic.ini (migrations) in the index: 2 revisions, 1 head, 1 base

        ●  a1  add a1  (database two, base)
        ●  b2  add b2  (head, HEAD, database one)

        database one: sqlite:///one.db is at b2, 0 revisions to run
        database two: sqlite:///two.db is at a1, 1 revision to run
        """)


def test_only_databases_of_drawn_environments_are_inspected(app: DatabaseProject) -> None:
    app.project.write("other/alembic.ini", "[alembic]\nscript_location = %(here)s/moves\n")
    app.project.write("other/moves/env.py", "raise SystemExit('asked')\n")
    app.project.revision("o1", folder="other/moves/versions")
    app.project.git("add", "-A")
    app.at("a1", ["a1"])
    assert "(database, base)" in drawn(app, "--environment", "alembic.ini")
    assert refused(app.project) == (
        "git-alembic: other/alembic.ini: env.py failed at other/moves/env.py:1: it ended the process (asked)"
    )


@pytest.fixture
def on_server(empty: Project, postgresql: PostgresServer) -> Iterator[DatabaseProject]:
    with postgresql.database() as name:
        yield DatabaseProject(empty, PostgresDatabase(postgresql, name), "plain", "psycopg2")


def test_on_a_server_nothing_is_written(on_server: DatabaseProject) -> None:
    on_server.at("b2", ["b2"])
    assert "●  b2  add email     (database)\n" in drawn(on_server)


def test_an_unreachable_server(app: DatabaseProject) -> None:
    app.project.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql+psycopg2://ada:secret@127.0.0.1:1/shop\n",
    )
    output = refused(app.project)
    assert output.startswith("git-alembic: alembic.ini: ")
    assert "secret" not in output


def test_a_history_that_alembic_would_not_load(app: DatabaseProject) -> None:
    app.project.write("migrations/versions/x.py", "revision = 'x\n")
    app.project.git("add", "-A")
    assert refused(app.project).startswith("git-alembic: migrations/versions/x.py:1: ")


def test_a_bare_repository(app: DatabaseProject, tmp_path: Path) -> None:
    app.project.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert refused(Project(tmp_path / "bare.git"), "--rev", "main") == (
        "git-alembic: there is no working tree here, and the project's code needs one to run"
    )


def test_an_environment_that_only_the_commit_has(app: DatabaseProject) -> None:
    shutil.move(app.project.path / "alembic.ini", app.project.path / "other.ini")
    app.project.commit("rename")
    assert refused(app.project, "--rev", "HEAD~1") == (
        "git-alembic: no environment named 'alembic.ini'; found: migrations"
    )
