"""A full disk, a read-only repository, a jumping clock and foreign languages give the same answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.promises.test_kills import state
from tests.support.model_projects import EMAIL, Modeled
from tests.support.project import Project

FORKED = "2 heads: 'c' (HEAD), 'd' (staged)"


@pytest.fixture
def forked(project: Project) -> Project:
    project.revision("c", "b")
    project.commit()
    project.revision("d", "b")
    project.git("add", "-A")
    return project


@pytest.fixture
def modeled(tmp_path: Path) -> Modeled:
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.git("init", "-q", "-b", "main")
    project.start()
    project.models(EMAIL)
    return project


def limited(project: Project, size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command, and everything that it starts, with a limit on the size of files, like a full disk."""
    code = (
        f"import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from git_alembic.cli import run; run()"
    )
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=project.path, capture_output=True, text=True, check=False)


class TestFullDisk:
    @pytest.mark.parametrize("size", [0, 1, 100, 4096])
    def test_check(self, forked: Project, size: int) -> None:
        """Without a cache and temporary files, it checks or says that it can't. It never passes by mistake."""
        before = state(forked)
        done = limited(forked, size, "check", "--format", "json")
        assert done.returncode in (1, 2), done.stderr
        assert "Traceback" not in done.stderr
        if done.returncode == 1:
            assert [finding["message"] for finding in json.loads(done.stdout)["findings"]] == [FORKED]
        assert state(forked) == before
        assert [finding["message"] for finding in forked.check()["findings"]] == [FORKED]

    @pytest.mark.parametrize("size", [0, 10, 100])
    def test_fix(self, cloned: Project, size: int) -> None:
        """A repair that cannot be written is undone completely."""
        for id_ in "cd":
            cloned.revision(id_, "b")
        cloned.git("add", "-A")
        before = state(cloned)
        done = limited(cloned, size, "fix", "--yes")
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert state(cloned) == before
        assert cloned.run("fix", "--yes").returncode == 0

    @pytest.mark.parametrize("size", [0, 1000])
    def test_drift(self, modeled: Modeled, size: int) -> None:
        before = state(modeled)
        done = limited(modeled, size, "drift", "--format", "json")
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert state(modeled) == before
        assert modeled.left() == []
        assert modeled.found() == [("error", "model-drift")]


class TestReadOnly:
    """Even root, which ignores file modes, can't create anything at the path of git-alembic's folder."""

    @pytest.mark.parametrize("command", ["check", "graph", "pre-push"])
    def test_static(self, forked: Project, command: str) -> None:
        right = forked.run(command)
        (forked.path / ".git" / "git-alembic").rename(forked.path.parent / "aside")
        (forked.path / ".git" / "git-alembic").symlink_to("/proc/self/fdinfo")
        done = forked.run(command)
        assert (done.returncode, done.stdout, done.stderr) == (right.returncode, right.stdout, right.stderr)

    def test_drift(self, modeled: Modeled) -> None:
        (modeled.path / ".git" / "git-alembic").symlink_to("/proc/self/fdinfo")
        assert modeled.found() == [("error", "model-drift")]


class TestClock:
    """Our files with a time in the past or the future change no answer."""

    @pytest.mark.parametrize("days", [-20_000, -2, 2, 20_000])
    def test_drift(self, modeled: Modeled, days: int) -> None:
        assert modeled.found() == [("error", "model-drift")]
        when = time.time() + days * 86_400
        for path in (modeled.path / ".git" / "git-alembic").rglob("*"):
            os.utime(path, (when, when), follow_symlinks=False)
        assert modeled.found() == [("error", "model-drift")]
        modeled.step("b", "a", 'op.add_column("users", sa.Column("email", sa.String(100)))')
        assert modeled.found() == []

    @pytest.mark.parametrize("when", [0, 2**31 + 5])
    def test_revisions_of_another_day(self, forked: Project, when: int) -> None:
        for path in forked.path.rglob("*"):
            os.utime(path, (when, when), follow_symlinks=False)
        assert [finding["message"] for finding in forked.check()["findings"]] == [FORKED]


ENVIRONMENTS = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"},
    "Turkish, ISO-8859-9": {"LC_ALL": "tr_TR.ISO-8859-9"},
    "Python": {"PYTHONHASHSEED": "7", "PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1"},
    "git": {"GIT_OPTIONAL_LOCKS": "1", "GIT_ICASE_PATHSPECS": "1", "GIT_PAGER": "false", "GIT_TRACE2": "0"},
}


@pytest.mark.parametrize("environ", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_languages_and_variables(project: Project, environ: dict[str, str]) -> None:
    """Every command gives the same answer, even in a language where `I` isn't the capital of `i`."""
    project.write("alembic.ini", "[alembic]\nSCRIPT_LOCATION = migrations\nRECURSIVE_VERSION_LOCATIONS = true\n")
    project.write("pyproject.toml", "[tool.git-alembic.rules]\nmultiple-heads = 'error'\n")
    project.revision("INITIAL", "b", message="add INVOICES, \u0131\u0130iI")
    project.commit()
    project.revision("initial", "b", folder="migrations/versions/deep")
    project.git("add", "-A")
    for arguments in (["check", "--format", "json"], ["graph", "--format", "json"], ["fix", "--dry-run"], ["audit"]):
        right, done = (project.run(*arguments, env=env) for env in ({}, environ))
        assert (done.returncode, done.stderr) == (right.returncode, right.stderr), arguments
        if "json" in arguments:
            assert json.loads(done.stdout) == json.loads(right.stdout)
    assert project.rules(env=environ) == ["multiple-heads"]
