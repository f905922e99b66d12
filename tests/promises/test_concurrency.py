"""Sixteen simultaneous runs of all commands, in one repository and its linked worktrees, are all correct."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.test_kills import left, state
from tests.support.model_projects import EMAIL, Modeled

OF_EACH = 4  # simultaneous runs


@pytest.fixture
def places(tmp_path: Path) -> list[Modeled]:
    """Return a repository and a linked worktree. In both, two revisions come after a, and a column has no revision."""
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.git("init", "-q", "-b", "main")
    project.write(".gitignore", "__pycache__/\n")
    project.start()
    project.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "linked"))
    (tmp_path / "temporary").mkdir()
    both = [project, Modeled(tmp_path / "linked")]
    for place in both:
        place.step("b", "a")
        place.step("c", "a")
        place.models(EMAIL)
    return both


def kinds(place: Modeled) -> list[list[str]]:
    return [
        ["check", "--format", "json"],
        ["fix", "--dry-run"],
        ["pre-push", "--format", "json"],
        ["drift", "--format", "json"],
    ]


def plain(text: str) -> str:
    """Return the output without the time in a plan."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+", "now", text)


def test_each_is_right(places: list[Modeled], tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    environ = {**os.environ, "TMPDIR": str(temporary)}
    jobs = [(place, arguments) for place in places for arguments in kinds(place)] * (OF_EACH // 2)

    def started(place: Modeled, arguments: list[str]) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "git_alembic", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=place.path, env=environ, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    before = [state(place) for place in places]
    running = [started(*job) for job in jobs]
    assert len(running) == 16
    output = [(*process.communicate(), process.returncode) for process in running]
    alone = [(*process.communicate(), process.returncode) for process in (started(*job) for job in jobs[:8])]
    for job, (out, err, code), (right, right_err, right_code) in zip(jobs, output, alone * 2, strict=True):
        assert (plain(out), err, code) == (plain(right), right_err, right_code), job
    assert {arguments[0]: code for (_, arguments), (_, _, code) in zip(jobs, alone * 2, strict=True)} == {
        "check": 1, "fix": 0, "pre-push": 0, "drift": 1,
    }  # fmt: skip
    assert [state(place) for place in places] == before
    assert left(places[0], temporary) == []
