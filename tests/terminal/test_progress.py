"""The progress on a terminal while something runs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from git_alembic.config.settings import DriftSettings
from git_alembic.git import Repository
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.scratch_runner import ScratchRunner
from git_alembic.terminal.progress import Progress, waiting
from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, Modeled
from tests.support.project import Project


@pytest.fixture
def project_runner(tmp_path: Path) -> ScratchRunner:
    Project(tmp_path).init()
    python = Interpreter("python", "a test")
    return ScratchRunner(Repository(str(tmp_path)), python, DriftSettings())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_title_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []
    monkeypatch.setattr("rich.status.Status.update", lambda _, text: titles.append(text))
    with waiting("drift", Terminal()) as show:
        show("running [all] of it")
    with waiting("drift", io.StringIO()) as show:
        show("nobody sees this")
    assert titles == [r"running \[all] of it"]


@pytest.mark.parametrize(("total", "percentage"), [(None, False), (0, True), (7, True)])
def test_a_stage_without_a_total_shows_no_percentage(
    monkeypatch: pytest.MonkeyPatch, total: int | None, percentage: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with Progress(terminal) as bar:
        bar.start("listing the commits", total)
        shown = terminal.getvalue()
    assert "listing the commits" in shown
    assert ("%" in shown) is percentage


@pytest.mark.parametrize("command", ["drift", "roundtrip"])
def test_the_whole_history_is_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """HEAD's models can't be created."""
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    project.start()
    twice = '\n\nfrom sqlalchemy import Index\n\nIndex("again", User.name)\nIndex("again", User.id)\n'
    project.models(twice)
    project.commit("two indexes of one name")
    project.models(EMAIL + twice)
    project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    done = project.run(command, "-v", env={"COLUMNS": "1000"})
    assert "the whole history ran, since creating the models' tables failed at migrations/env.py:10: " in done.stdout


def test_progress_matches_the_notes(project_runner: ScratchRunner) -> None:
    shown: list[str] = []
    project_runner.show_progress = shown.append
    project_runner.note_history("since it fails")
    assert shown == ["running the whole history, since it fails"]
    assert project_runner.notes == ["the whole history ran, since it fails"]
