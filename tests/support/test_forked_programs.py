"""A forked program behaves like a started program."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.support import forked_programs as forked
from tests.support.model_projects import EMAIL, ENV_PY, Modeled
from tests.support.project import Project

Run = Callable[[Sequence[str], Path, Mapping[str, str]], CompletedProcess[str]]
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
COMMANDS = [
    "git-alembic",
    "git-alembic --version",
    "git-alembic chekc",
    "git-alembic check",
    "git-alembic check --format json",
    "git-alembic check --format sarif --rev HEAD",
    "git-alembic check --no-such-option",
    "git-alembic check --rev nowhere",
    "git-alembic audit",
    "git-alembic graph",
    "git-alembic explain extra-base",
    "git-alembic doctor --format json",
    "alembic",
    "alembic heads",
    "alembic history --verbose",
    "alembic show nowhere",
    "alembic upgrade head",
    "alembic -c nowhere.ini heads",
    "flask --version",
    "flask db heads",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_both_are_the_same(project: Project, command: str) -> None:
    project.revision("ü", "b", message="ü")
    project.git("add", "-A")
    environ = {**os.environ, "PATH": PATH}
    runs = [run(command.split(), project.path, environ) for run in (forked.run, forked.started)]
    output = [(done.returncode, done.stdout, done.stderr) for done in runs]
    assert output[0] == output[1]


RUNS = [
    (ENV_PY, "drift"),
    (ENV_PY, "roundtrip"),
    (ENV_PY, "doctor"),
    ('print("ü" * 99)\n' + ENV_PY, "drift --full --format json"),
    ("raise SystemExit(3)\n", "drift"),
    ("import os\nos._exit(4)\n", "drift"),
    ("1 / 0\n", "roundtrip"),
]


@pytest.mark.parametrize(("env_py", "command"), RUNS)
def test_the_project_runs_in_the_same_way(empty: Project, env_py: str, command: str) -> None:
    project = Modeled(empty.path).start(env_py=env_py)
    project.models(EMAIL)
    project.step("b", "a", "op.drop_table('nothing')")
    environ = {**os.environ, "PATH": PATH}
    runs = [run(["git-alembic", *command.split()], project.path, environ) for run in (forked.run, forked.started)]
    output = [(done.returncode, done.stdout, done.stderr) for done in runs]
    assert output[0] == output[1]
    assert output[0][0] in {1, 2}


@pytest.mark.parametrize(
    ("run", "script"), [(forked.run, "tests.support.forked_programs"), (forked.started, "/main.py")]
)
def test_the_probe_is_forked_too(empty: Project, run: Run, script: str) -> None:
    project = Modeled(empty.path).start(env_py="import sys\nraise ValueError(sys.orig_argv)\n")
    done = run(["git-alembic", "drift", "--full"], project.path, os.environ)
    assert done.returncode == 2
    assert f"{script}'" in done.stdout + done.stderr


def test_settings_that_python_reads_at_startup_need_a_new_process(project: Project) -> None:
    command = ["git-alembic", "explain", "nothing"]
    for variables in ({}, {"PYTHONVERBOSE": "1"}):
        done = forked.run(command, project.path, {**os.environ, **variables})
        assert (done.returncode, "import 'git_alembic.commands.explain'" in done.stderr) == (2, bool(variables))


def test_another_program_of_that_name_is_not_ours(project: Project, tmp_path: Path) -> None:
    (tmp_path / "alembic").write_text("#!/bin/sh\necho another\n")
    (tmp_path / "alembic").chmod(0o755)
    done = forked.run(["alembic", "heads"], project.path, {**os.environ, "PATH": f"{tmp_path}:{PATH}"})
    assert done.stdout == "another\n"
