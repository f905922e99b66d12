"""What stands before printed commands: the program of git-alembic, and `uv run` before the project's commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from git_alembic.checking.prefixes_of_printed_commands import PROGRAM, own_program, with_program, with_runners
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, Repository
from tests.support.project import Project


def folder_with_program(path: Path) -> str:
    path.mkdir()
    (path / "git-alembic").write_text("#!/bin/sh\n")
    (path / "git-alembic").chmod(0o755)
    return str(path)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the folder of our own interpreter, which has git-alembic."""
    folder = folder_with_program(tmp_path / "own")
    monkeypatch.setattr(sys, "executable", f"{folder}/python")
    return folder


def test_outside_of_pre_commit_it_is_on_path(own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRE_COMMIT", raising=False)
    monkeypatch.setenv("PATH", "")
    assert own_program() == PROGRAM


def test_inside_pre_commit_its_own_environment_does_not_count(
    own: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f"{own}/git-alembic"
    monkeypatch.setenv("PRE_COMMIT", "1")
    monkeypatch.setenv("PATH", own)
    assert own_program() == (script,)
    monkeypatch.setenv("PATH", os.pathsep.join([own, folder_with_program(tmp_path / "other")]))
    assert own_program() == PROGRAM
    monkeypatch.delenv("PATH")
    assert own_program() == (script,)
    Path(script).unlink()
    assert own_program() == (sys.executable, "-m", "git_alembic")


def report(*commands: Command) -> Report:
    return Report(findings=(Finding("multiple-heads", "", 0, (), "…", repairs=(Repair("x", commands),)),))


def test_only_our_own_commands_change() -> None:
    theirs = (Command(("alembic", "merge")), Command(("git", "add", "alembic")), Command(("git",)))
    made = report(Command(("git", "alembic", "fix"), "db"), *theirs)
    assert with_program(made, ("/bin/git-alembic",)) == report(Command(("/bin/git-alembic", "fix"), "db"), *theirs)
    assert with_program(made, ("python", "-m", "x")) == report(Command(("python", "-m", "x", "fix"), "db"), *theirs)


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
