"""The words before the project's commands in a report."""

from __future__ import annotations

import pytest

from git_alembic.checking.runnable_project_commands import with_runners
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, Repository
from tests.support.project import Project


def report(*commands: Command) -> Report:
    return Report(findings=(Finding("multiple-heads", "", 0, (), "…", repairs=(Repair("x", commands),)),))


ALEMBIC, FLASK, GIT = (
    Command(words) for words in (("alembic", "merge", "a"), ("flask", "db", "merge"), ("git", "add"))
)


def test_commands_of_the_project_run_in_its_environment(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    repository = Repository(str(empty.path))
    made = report(ALEMBIC, FLASK, GIT)
    assert with_runners(repository, INDEX, made) == made
    empty.write("uv.lock", "")
    assert with_runners(repository, INDEX, made) == made  # it isn't in the index
    empty.git("add", "uv.lock")
    assert with_runners(Repository(str(empty.path)), INDEX, made) == report(
        Command(("uv", "run", "alembic", "merge", "a")), Command(("uv", "run", "flask", "db", "merge")), GIT
    )
    nothing = Report(notes=("x",))
    assert with_runners(repository, INDEX, nothing) is nothing
