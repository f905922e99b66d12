"""The progress on a terminal while something runs."""

from __future__ import annotations

import io
import itertools
import os
import pty
import sys
from pathlib import Path
from typing import TextIO

import pytest

from git_alembic.config.settings import DriftSettings
from git_alembic.git import Repository
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.new_or_cached_run import EnvPyRunner
from git_alembic.terminal.progress import Progress, progress, waiting
from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, Modeled
from tests.support.project import Project


@pytest.fixture
def project_runner(tmp_path: Path) -> EnvPyRunner:
    Project(tmp_path).init()
    python = Interpreter("python", "a test")
    return EnvPyRunner(Repository(str(tmp_path)), python, DriftSettings())


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


def test_progress_matches_the_notes(project_runner: EnvPyRunner) -> None:
    shown: list[str] = []
    project_runner.show_progress = shown.append
    project_runner.note_history("since it fails")
    assert shown == ["running the whole history, since it fails"]
    assert project_runner.notes == ["the whole history ran, since it fails"]


def closed(stream: TextIO) -> TextIO:
    stream.close()
    return stream


@pytest.fixture
def plain_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def on_a_terminal(seconds: float, *, stop_after: int) -> tuple[list[int], str]:
    """Process three slow items. Return the items, and what a terminal shows meanwhile."""
    master, slave = pty.openpty()
    clock = itertools.count(step=seconds)
    stdout = sys.stdout
    items = []
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        bar = progress(range(3), total=3, title="Replaying [a]", stream=stream, clock=lambda: float(next(clock)))
        for item in itertools.islice(bar, stop_after):
            assert sys.stdout is stdout
            items.append(item)
        bar.close()
    with os.fdopen(master, "rb", buffering=0) as screen:
        return items, "".join(chunk.decode() for chunk in iter(lambda: read(screen), b""))


def read(screen: io.RawIOBase) -> bytes:
    try:
        return screen.read(99999) or b""
    except OSError:  # Linux reports this when the other end of the terminal is closed
        return b""


@pytest.mark.parametrize(("seconds", "bar"), [(0.3, False), (0.4, True), (2.0, True)])
def test_progress_is_shown_after_a_second(plain_environ: None, seconds: float, bar: bool) -> None:
    items, screen = on_a_terminal(seconds, stop_after=99)
    assert items == [0, 1, 2]
    assert ("Replaying [a]" in screen) is bar
    assert bool(screen) is bar


def test_interrupted_progress_cleans_up(plain_environ: None) -> None:
    items, screen = on_a_terminal(2.0, stop_after=2)
    assert items == [0, 1]
    assert screen.endswith("\x1b[2K")  # the line of the bar is erased
    assert "\x1b[?25h" in screen  # and the cursor is back


def test_the_stages_of_a_task_are_shown_from_the_start(plain_environ: None) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream, Progress(stream) as bar:
        for title, total in (("Listing", None), ("Replaying", 100)):
            bar.start(title, total)
            bar.show(50)
    with os.fdopen(master, "rb", buffering=0) as terminal:
        screen = "".join(chunk.decode() for chunk in iter(lambda: read(terminal), b""))
    assert screen.index("Listing") < screen.index("Replaying")
    assert screen.endswith("\x1b[2K")


def test_stages_elsewhere_are_silent() -> None:
    stream = io.StringIO()
    for nobody in (stream, closed(Terminal()), None):
        with Progress(nobody) as bar:
            bar.start("Listing")
            bar.show(0)
    assert stream.getvalue() == ""


def test_progress_elsewhere_is_silent() -> None:
    stream = io.StringIO()
    slow = itertools.count(step=2.0)
    shown_to = (stream, closed(Terminal()), None)
    for nobody in shown_to:
        items = progress(iter("ab"), total=2, title="Replaying", stream=nobody, clock=lambda: float(next(slow)))
        assert list(items) == ["a", "b"]
    assert stream.getvalue() == ""
