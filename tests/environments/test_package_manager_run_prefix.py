"""The words before the project's printed commands: none, or the tool of the project's environment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from git_alembic.environments.package_manager_run_prefix import find_command_runner
from git_alembic.git import INDEX, Repository
from tests.support.project import INI, Project

LOCK_FILES = {
    "uv.lock": ("uv", "run"),
    "poetry.lock": ("poetry", "run"),
    "pdm.lock": ("pdm", "run"),
    "Pipfile.lock": ("pipenv", "run"),
}
MERGE = ("alembic", "merge", "-m", "merge heads", "a", "b")
HATCH = "[tool.hatch.envs.default]\n"


def program(folder: Path, *names: str) -> str:
    """Return a folder for PATH with programs of these names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return str(folder)


def virtual_environment(root: Path, *names: str) -> str:
    """Return the folder for PATH of a virtual environment with programs of these names."""
    path = program(root / "bin", *names)
    (root / "pyvenv.cfg").touch()
    return path


def runner(
    project: Project, *path: str, cwd: str = ".", command: tuple[str, ...] = MERGE, **environ: str
) -> tuple[str, ...]:
    repository = Repository(str(project.path))
    return find_command_runner(repository, INDEX, command, cwd, {"PATH": os.pathsep.join(path), **environ})


def stage(project: Project, *paths: str) -> None:
    for path in paths:
        project.write(path, "")
    project.git("add", "-A")


@pytest.mark.parametrize(("lock", "expected"), LOCK_FILES.items(), ids=LOCK_FILES)
def test_a_lock_file_names_the_tool(empty: Project, lock: str, expected: tuple[str, ...]) -> None:
    stage(empty, lock)
    assert runner(empty) == expected
    assert runner(empty, command=("flask", "db", "merge")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HATCH, ("hatch", "run")),
        ("[tool.hatch]\n", ("hatch", "run")),
        ('[tool.hatch.build.targets.wheel]\npackages = ["shop"]\n', ()),
        ("[tool]\nhatch = 1\n", ()),
        ("[tool.hatch.envs\n", ()),
    ],
)
def test_hatch_has_no_lock_file(empty: Project, text: str, expected: tuple[str, ...]) -> None:
    empty.write("pyproject.toml", text)
    stage(empty)
    assert runner(empty) == expected


def test_without_a_lock_file_the_command_stays_as_it_is(empty: Project) -> None:
    stage(empty, "requirements.txt", "server/uv.lock")
    assert runner(empty) == ()


def test_only_files_of_the_checked_tree_count(empty: Project) -> None:
    empty.write("uv.lock", "")
    assert runner(empty) == ()


def test_the_nearest_lock_file_wins(empty: Project) -> None:
    stage(empty, "poetry.lock", "server/uv.lock", "server/app/alembic.ini", "worker/alembic.ini")
    assert runner(empty, cwd="server/app") == ("uv", "run")
    assert runner(empty, cwd="worker") == ("poetry", "run")


def test_a_lock_file_below_the_current_folder(empty: Project) -> None:
    """The configuration is in a subfolder, and its paths are relative to the root."""
    command = ("alembic", "-c", "my server/alembic.ini", "merge", "a", "b")
    stage(empty, "my server/uv.lock", "my server/alembic.ini")
    assert runner(empty, command=command) == ("uv", "run", "--project", "my server")
    empty.git("mv", "my server/uv.lock", "my server/poetry.lock")
    assert runner(empty, command=command) == ()


@pytest.mark.parametrize("lock", LOCK_FILES)
def test_the_environment_of_the_project_is_active(empty: Project, lock: str) -> None:
    stage(empty, f"server/{lock}")
    path = virtual_environment(empty.path / "server" / ".venv", "alembic")
    assert runner(empty, path, cwd="server") == ()
    assert runner(empty, path, cwd="server", command=("flask", "db", "merge")) == LOCK_FILES[lock]


@pytest.mark.parametrize("lock", LOCK_FILES)
def test_the_environment_of_another_project_is_active(empty: Project, tmp_path: Path, lock: str) -> None:
    """uv ignores the active environment. The other tools use it, so they would not help."""
    stage(empty, lock)
    other = tmp_path / "other" / ".venv"
    path = virtual_environment(other, "alembic")
    assert runner(empty, path) == LOCK_FILES[lock]
    expected = LOCK_FILES[lock] if lock == "uv.lock" else ()
    assert runner(empty, path, VIRTUAL_ENV=str(other)) == expected


def test_uv_with_an_environment_of_another_name(empty: Project, tmp_path: Path) -> None:
    stage(empty, "uv.lock")
    root = tmp_path / "environments" / "shop"
    path = virtual_environment(root, "alembic")
    assert runner(empty, path, UV_PROJECT_ENVIRONMENT=str(root)) == ()


def test_hatch_says_which_environment_is_active(empty: Project, tmp_path: Path) -> None:
    empty.write("pyproject.toml", HATCH)
    stage(empty)
    path = virtual_environment(tmp_path / "hatch" / "shop", "alembic")
    assert runner(empty, path, HATCH_ENV_ACTIVE="default") == ()
    assert runner(empty, path) == ("hatch", "run")


def test_a_container_with_everything_at_one_place(empty: Project, tmp_path: Path) -> None:
    """An image has Alembic outside any environment, and often lacks the tool that made the lock file."""
    stage(empty, "poetry.lock")
    path = program(tmp_path / "usr" / "bin", "alembic")
    assert runner(empty, path) == ()
    assert runner(empty, path, program(tmp_path / "opt" / "bin", "poetry")) == ("poetry", "run")


@pytest.fixture
def forked(empty: Project) -> Project:
    """A staged fork, in a project of uv whose Alembic is not on PATH."""
    empty.write("alembic.ini", INI)
    empty.write("migrations/env.py", "")
    empty.write("uv.lock", "")
    empty.revision("a")
    empty.commit()
    empty.revision("b", "a")
    empty.revision("c", "a")
    empty.git("add", "-A")
    return empty


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a PATH with git but without Python."""
    folder = tmp_path / "only git"
    folder.mkdir()
    (folder / "git").symlink_to(shutil.which("git") or "")
    monkeypatch.setenv("PATH", str(folder))
    return str(folder)


@pytest.mark.usefixtures("bare_path")
class TestCommands:
    def test_check(self, forked: Project) -> None:
        (finding,) = forked.check()["findings"]
        commands = [fix["command"] for fix in finding["fixes"]]
        assert ["uv", "run", "alembic", "merge", "-m", "merge heads", "b", "c"] in commands
        assert (
            "uv run alembic merge -m 'merge heads' b c && git add migrations/versions\n" in forked.run("check").stdout
        )

    def test_check_of_a_branch(self, forked: Project) -> None:
        forked.commit()
        forked.git("rm", "-q", "--cached", "uv.lock")  # it is gone from the index, but in the checked commit
        assert "uv run alembic merge" in forked.run("check", "--from-ref", "HEAD~1", "--to-ref", "HEAD").stdout

    def test_pre_push(self, forked: Project) -> None:
        commit = forked.commit()
        zeros = "0" * len(commit)
        line = {
            "PRE_COMMIT_TO_REF": commit,
            "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/main",
            "PRE_COMMIT_FROM_REF": zeros,
        }
        assert "uv run alembic merge" in forked.run("pre-push", env=line).stdout

    def test_hint(self, forked: Project) -> None:
        forked.git("rm", "-q", "-f", "migrations/versions/c_x.py")
        forked.commit()
        output = forked.run("hint", "post-checkout", "HEAD~1", "HEAD", "1").stdout
        assert output == "git-alembic: migrations: 1 new revision ('b'): run `uv run alembic upgrade head`\n"
