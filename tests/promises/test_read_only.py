"""A read-only repository and another user's repository give the same answers, or a sentence and exit code 2."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.promises.test_kills import state
from tests.support.model_projects import EMAIL, Modeled
from tests.support.project import Project

PR_CAPBSET_DROP = 24  # linux/prctl.h
CAPABILITIES = (1, 2, 3)  # DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER: with them, modes don't matter


AS_A_PLAIN_USER = f"""
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in {CAPABILITIES}:
        assert ctypes.CDLL(None).prctl({PR_CAPBSET_DROP}, capability, 0, 0, 0) == 0
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def _on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put git-alembic on PATH, because `init` writes hooks only if they find it."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def bound(project: Project, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command that obeys file modes for any user of the tests. Its temporary files are elsewhere."""
    temporary = project.path.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", AS_A_PLAIN_USER, *command],
        cwd=project.path,
        env={**os.environ, "TMPDIR": str(temporary), "HOME": str(temporary)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(temporary.iterdir()) == []
    return done


def ours(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return bound(project, sys.executable, "-m", "git_alembic", *arguments)


def lock(project: Project, writable: bool = False) -> None:
    """Remove write permission from everything, or give it back to the owner."""
    for path in [project.path, *project.path.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | 0o200 if writable else mode & 0o555)


@pytest.fixture
def locked(cloned: Project) -> Iterator[Project]:
    """A staged fork, and a missing revision in the history. No command has run here yet."""
    cloned.revision("gone", "b")
    (cloned.path / cloned.revision("c", "b")).unlink()
    cloned.commit("with it")
    cloned.git("rm", "-q", "migrations/versions/gone_x.py")
    cloned.revision("c", "b")
    cloned.commit("without it")
    cloned.revision("d", "b")
    cloned.git("add", "-A")
    lock(cloned)
    yield cloned
    lock(cloned, writable=True)


def test_modes_count(locked: Project) -> None:
    """All other tests rely on this."""
    for place in (".git/index", ".git/x", "x", "migrations/versions/x.py", ".git/objects/x"):
        done = bound(locked, "sh", "-c", f"echo >{place}")
        assert "Permission denied" in done.stderr, place


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"], ["check", "--format", "json"], ["check", "--rev", "HEAD"], ["check", "--against", "origin/main"],
        ["pre-push"], ["graph"], ["graph", "--since", "origin/main"], ["audit", "--all"],
        ["hint", "post-checkout", "HEAD~1", "HEAD", "1"], ["fix", "--dry-run"], ["explain", "multiple-heads"],
    ],
    ids=shlex.join,
)  # fmt: skip
def test_reading_commands_give_the_same_answer(locked: Project, arguments: list[str]) -> None:
    done = ours(locked, *arguments)
    before = state(locked)
    lock(locked, writable=True)
    right = locked.run(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (right.returncode, right.stdout, right.stderr)
    assert state(locked) == {path: mode for path, mode in state(locked).items() if path in before}


WRITING = [
    (["fix", "--yes"], r"migrations/versions/d_x\.py cannot be written"),
    (["restore", "gone"], r"migrations/versions/gone_x\.py cannot be written"),
    (["install"], r"\S+/work/\.git/hooks/pre-commit\.\d+ could not be written"),
    (["init", "--yes"], r"\S+/work/\.pre-commit-config\.yaml could not be written"),
    (["init", "--plain", "--yes"], r"\S+/work/\.git/hooks/pre-commit\.\d+ could not be written"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRITING, ids=[shlex.join(command) for command, _ in WRITING])
def test_writing_commands_say_that_they_cannot(locked: Project, arguments: list[str], sentence: str) -> None:
    before = state(locked)
    done = ours(locked, *arguments)
    assert done.returncode == 2, done
    assert re.fullmatch(f"git-alembic: {sentence}: Permission denied\n", done.stderr), done.stderr
    assert state(locked) == before


def test_hooks_that_cannot_be_removed(project: Project) -> None:
    assert project.run("install").returncode == 0
    lock(project)
    before = state(project)
    done = ours(project, "uninstall")
    after = state(project)
    lock(project, writable=True)
    assert done.returncode == 2, done
    assert re.fullmatch(
        r"git-alembic: \S+/work/\.git/hooks/pre-commit could not be changed: Permission denied\n", done.stderr
    )
    assert after == before


@pytest.mark.parametrize("command", ["drift", "roundtrip"])
def test_commands_that_run_the_project_give_the_same_answer(tmp_path: Path, command: str) -> None:
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.git("init", "-q")
    project.start()
    project.models(EMAIL)
    project.step("b", "a", 'op.create_table("more", sa.Column("id", sa.Integer))', "pass")
    lock(project)
    done = ours(project, command)
    lock(project, writable=True)
    right = project.run(command)
    assert (done.returncode, done.stdout, done.stderr) == (right.returncode, right.stdout, right.stderr)
    assert "Traceback" not in done.stderr
    assert done.stdout


REFUSED = "git refuses to use this repository because it is owned by another user; if you trust what is in it: {}"


@pytest.fixture
def theirs(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Change the owner if the tests run as root. Otherwise use git's own variable for this test."""
    if os.geteuid() == 0:
        for path in [project.path, *project.path.rglob("*")]:
            os.chown(path, 65534, 65534, follow_symlinks=False)
    else:
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    return project


@pytest.mark.git(2, 36)
@pytest.mark.parametrize(
    "command",
    ["check", "pre-push", "pre-receive", "drift", "roundtrip", "doctor", "sync", "fix", "restore b", "graph", "audit",
     "install", "init"],
)  # fmt: skip
def test_a_repository_of_another_user(theirs: Project, command: str) -> None:
    """If git does not open a repository, we don't check it, and print git's advice."""
    before = state(theirs)
    done = theirs.run(*command.split())
    trust = f"git config --global --add safe.directory {theirs.path}"
    output = " ".join((done.stdout + done.stderr).split())
    assert (done.returncode, output.endswith(REFUSED.format(f"`{trust}`"))) == (2, True), done
    assert f"`{trust}`" in done.stdout + done.stderr  # on one line
    assert state(theirs) == before


@pytest.mark.git(2, 36)
def test_the_advice_helps(theirs: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    output = theirs.run("check").stdout
    (command,) = [line for line in output.split("`") if line.startswith("git config")]
    subprocess.run(shlex.split(command), check=True)
    assert theirs.run("check").returncode == 0


@pytest.mark.git(2, 36)
def test_the_hint_is_silent(theirs: Project) -> None:
    done = theirs.run("hint", "post-checkout", "HEAD", "HEAD", "1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
