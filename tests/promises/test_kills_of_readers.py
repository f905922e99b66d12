"""Kills of commands that run the project's code only to read: `doctor`, and a check with computed identifiers."""

# ruff: noqa: S311 - the random times of kills are no secret
from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from random import Random

import pytest

from git_alembic.temporary_files import SCRATCH
from tests.promises.test_kills import SEED, Run, aged, left, state, without_cache
from tests.support.database_projects import DatabaseProject, SqliteFile
from tests.support.project import Project

MOMENTS = 5  # kills of each kind, one in each part of a run


def killed_at_work(run: Run) -> bool:
    """Return whether the run was killed as soon as it had the temporary folder for the project's code."""
    with run.start(subprocess.DEVNULL) as process:
        while not any(run.temporary.glob(f"{SCRATCH}*")) and process.poll() is None:
            pass
        process.kill()
    run.wait_for_the_others()
    return process.returncode == -signal.SIGKILL


def killed_on_the_way(run: Run, begin: Callable[[], None], same: Callable[[], bool]) -> None:
    """Kill at several moments. Assert that nothing changes, and that the last run is right and leaves nothing."""
    begin()
    right = run.answer()
    before = state(run.project)
    begin()
    whole = run.duration()
    random = Random(SEED)
    kills = 0
    for part in range(MOMENTS):
        begin()
        kills += run.killed(whole * (part + random.random()) / MOMENTS)
        assert (state(run.project), same()) == (before, True), part
    begin()
    assert killed_at_work(run)
    assert (state(run.project), same()) == (before, True)
    assert list(run.temporary.iterdir())
    assert kills > MOMENTS // 3  # the measurement was on a busier machine
    begin()
    aged(run)
    assert run.answer() == right
    assert (state(run.project), same()) == (before, True)
    assert left(run.project, run.temporary) == []


def test_doctor(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    app = DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
    app.at("b2", ["b2"])
    for name, value in app.variables().items():
        monkeypatch.setenv(name, value)
    run = Run(empty, ["doctor", "--format", "json"])
    assert [cause["cause"] for cause in json.loads(run.answer())["causes"]] == ["behind"]
    mark = app.database.mark()
    killed_on_the_way(run, lambda: None, lambda: app.database.unchanged(mark))


def test_computed_identifiers(project: Project) -> None:
    """The files run in a temporary folder. The run after a killed run removes it."""
    project.write("naming.py", "def number(n):\n    return chr(ord('a') + n)\n")
    for name, number in (("c", 2), ("d", 3)):
        text = f"from naming import number\nrevision = number({number})\ndown_revision = number(1)\n"
        project.write(f"migrations/versions/{name}_x.py", text)
    settings = f'unreadable = "ask-project"\npython = {json.dumps(sys.executable)}\n'
    project.write("pyproject.toml", f"[tool.git-alembic]\n{settings}")
    project.git("add", "-A")
    run = Run(project, ["check", "--format", "json"])
    assert [finding["rule"] for finding in json.loads(run.answer())["findings"]] == ["multiple-heads"]
    killed_on_the_way(run, without_cache(project), lambda: True)
