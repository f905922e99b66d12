"""The databases of one environment, from literal answers of the probe, and the history in the working tree."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from git_alembic.config.settings import Settings
from git_alembic.database.database_state import Attempt, InspectionResult, Version
from git_alembic.database.inspection import (
    Inspection,
    describe_project_failure,
    load_environments,
    working_tree_snapshot,
)
from git_alembic.database.requests_to_probe import Questions
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.revisions.revision import Unreadable
from git_alembic.scratch.scratch_result import Failure
from tests.support.literal_changes import graph, snapshot
from tests.support.project import INI, Project
from tests.support.whole_diagnoses import facts

LINE = {"a": "", "b": "a", "c": "b"}
AT_B = facts(("b",)).database
FOREIGN = replace(AT_B, version=Version(exists=True, columns=("id",)))
NO_SERVER = Failure("project", "environment", "OperationalError", "connection refused")
ATTEMPT = Attempt("postgresql", "psycopg2", "db", 5432, "shop", "ada", is_connected=False)


def inspection(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    answer: InspectionResult | Exception,
    found: Snapshot | None = None,
) -> tuple[Inspection, list[Questions]]:
    """Return an inspection whose probe gives one answer, and the list of its questions."""
    requests: list[Questions] = []

    def inspect_databases(*arguments: Any) -> InspectionResult:
        requests.append(arguments[-1])
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("git_alembic.database.inspection.inspect_databases", inspect_databases)
    return Inspection(Repository(str(project.path)), Settings(), found or snapshot(LINE)), requests


def refused(made: Inspection) -> str:
    try:
        made.databases()
    except CannotCheck as reason:
        return str(reason)
    return ""


def test_the_facts_on_each_database(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    made, requests = inspection(project, monkeypatch, InspectionResult(databases=(AT_B, facts(None).database)))
    assert [(each.rows, each.pending) for each in made.facts()] == [(("b",), ("c",)), ((), ("a", "b", "c"))]
    assert requests == [Questions()]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            InspectionResult(failure=NO_SERVER, attempts=(ATTEMPT,)),
            "alembic.ini: no server is listening at db:5432",
        ),
        (
            InspectionResult(failure=Failure("variable", "environment", "KeyError", "'DB'", name="DB")),
            "alembic.ini: the project's settings need the environment variable DB, which is not set",
        ),
        (
            InspectionResult(databases=(AT_B, FOREIGN)),
            (
                "alembic.ini: the table alembic_version was not created by Alembic: it has the columns id, and no "
                "version_num; set a different version_table in env.py, or rename this table"
            ),
        ),
        (CannotCheck("no Python"), "alembic.ini: no Python"),
    ],
)
def test_what_cannot_be_inspected(
    project: Project, monkeypatch: pytest.MonkeyPatch, answer: InspectionResult | Exception, reason: str
) -> None:
    assert refused(inspection(project, monkeypatch, answer)[0]) == reason


def test_unreadable_revisions(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    found = snapshot(LINE, unreadable=(Unreadable("versions/x.py", "", "no id", 3),))
    made, requests = inspection(project, monkeypatch, InspectionResult(), found)
    assert refused(made) == "versions/x.py:3: no id (see `git alembic check`)"
    assert requests == []


def test_further_questions(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = Questions(counted={0: ("table a",)})
    made, requests = inspection(project, monkeypatch, InspectionResult(databases=(AT_B,)))
    assert made.ask_again(questions) == (AT_B,)
    assert requests == [questions]
    assert inspection(project, monkeypatch, CannotCheck("gone"))[0].ask_again(questions) == ()


def test_the_environments_of_the_working_tree(project: Project) -> None:
    """Unstaged revisions are loaded too, as Alembic does."""
    project.write("two/alembic.ini", INI)
    project.write("two/migrations/env.py", "")
    project.revision("z", folder="two/migrations/versions")
    project.write("pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
    project.git("add", "-A")
    project.revision("c", "b")
    repository = Repository(str(project.path))
    everything, settings = load_environments(repository, ())
    assert [(found.environment.name, found.graph.ids) for found in everything] == [
        ("alembic.ini", ("a", "b", "c")),
        ("two/alembic.ini", ("z",)),
    ]
    assert settings.heads == 2
    assert [found.environment.name for found in load_environments(repository, ("two/alembic.ini",))[0]] == [
        "two/alembic.ini"
    ]


@pytest.mark.parametrize(
    ("folder", "names", "message"),
    [
        (".git", (), "there is no working tree here, and the project's code needs one to run"),
        (".", ("x",), "no environment named 'x'; found: alembic.ini"),
    ],
)
def test_no_environment(project: Project, folder: str, names: tuple[str, ...], message: str) -> None:
    repository = Repository(str(project.path / folder))
    with pytest.raises(CannotCheck, match=f"^{re.escape(message)}$"):
        load_environments(repository, names)


FILES = {
    "one/b.py": "revision = 'b'\ndown_revision = 'a'\n",
    "one/a.py": "revision = 'a'\ndown_revision = None\n",
    "one/__init__.py": "revision = 'i'\ndown_revision = None\n",
    "two/c.py": "revision = 'c'\ndown_revision = 'b'\n",
    "two/z.py": "revision = f()\ndown_revision = 'b'\n",
    "two/y.py": "revision = f()\ndown_revision = 'b'\n",
    "three/d.py": "revision = 'd'\ndown_revision = 'c'\n",
}
WHY = "`revision` isn't a literal: it is computed by a call (line 1)"


def test_the_files_of_an_environment_are_read_whatever_is_staged(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "two/gone.py").symlink_to("nowhere.py")
    environment = Environment("shop", "shop", ("one", "two"))
    staged = Snapshot("staged", environment, graph({"x": ""}), heads_file_blob="blob")

    found = working_tree_snapshot(str(tmp_path), staged)

    assert (found.name, found.environment, found.heads_file_blob) == ("the working tree", environment, "blob")
    assert {each.path: (each.id, each.down) for each in found.graph.revisions} == {
        "one/a.py": ("a", ()),
        "one/b.py": ("b", ("a",)),
        "two/c.py": ("c", ("b",)),
    }
    assert found.unreadable == (
        Unreadable("two/gone.py", "", "it cannot be read: No such file or directory"),
        Unreadable("two/y.py", "", WHY, 1),
        Unreadable("two/z.py", "", WHY, 1),
    )


BLOCKED = "the project's code tried to write to the database{}, and git-alembic blocked it: {}"


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (
            Failure("variable", "environment", "KeyError", "'SHOP_URL'", name="SHOP_URL"),
            "the project's settings need the environment variable SHOP_URL, which is not set",
        ),
        (
            Failure("application", "environment", "NoAppException", "Could not locate it.", name="shop:app"),
            "the Flask application was not found: Could not locate it. Set FLASK_APP, for example to shop:app",
        ),
        (Failure("application", "environment", "NoAppException", "Could not locate it."), ""),
        (
            Failure("refused", "environment", "RefusedWrite", "INSERT INTO t", path="env.py", line=7),
            BLOCKED.format(" at env.py:7", "INSERT INTO t"),
        ),
        (
            Failure("project", "environment", "E", "meanwhile: a\nmeanwhile: no INSERT in a read-only transaction"),
            BLOCKED.format("", "no INSERT in a read-only transaction"),
        ),
        (
            Failure("project", "environment", "OperationalError", "attempt to write a readonly database"),
            BLOCKED.format("", "attempt to write a readonly database"),
        ),
        (Failure("project", "environment", "ValueError", "no"), ""),
    ],
)
def test_a_failure_of_the_projects_code(failure: Failure, reason: str) -> None:
    assert describe_project_failure(failure) == reason
