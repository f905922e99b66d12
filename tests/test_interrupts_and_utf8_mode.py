"""Ctrl-C at any moment, and paths in any locale."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import Project

INTERRUPT_AT_IMPORT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)
from git_alembic.cli import run
sys.meta_path.insert(0, Finder())
run()
"""
INTERRUPTING_GIT = """#!/bin/sh
n=$(cat '{counter}'); echo $((n + 1)) >'{counter}'
if [ "$n" = {call} ]; then kill -INT $PPID; sleep 0.1; fi
exec '{git}' "$@"
"""
INTERRUPT_IN_A_DESTRUCTOR = """
import os, signal, sys
import git_alembic.commands.explain as explain
class Dying:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000): pass
def main(argv):
    Dying()
    return 0
explain.main = main
from git_alembic.cli import run
run()
"""
INTERRUPT_IN_A_CONSTRUCTOR = """
import os, signal, sys
import git_alembic.commands.explain as explain
class HalfMade:
    def __init__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000): pass
        self.whole = True
    def __del__(self):
        self.whole
def main(argv):
    HalfMade()
    return 0
explain.main = main
from git_alembic.cli import run
run()
"""
ERROR_IN_A_DESTRUCTOR = INTERRUPT_IN_A_CONSTRUCTOR.replace("os.kill(os.getpid(), signal.SIGINT)", "return")


def run_python(code: str, project: Project, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=project.path, env={**os.environ, **(env or {})},
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.usefixtures("interruptible")
class TestInterrupt:
    @pytest.mark.parametrize(
        "name",
        ["git_alembic.lazy_imports", "git_alembic.commands.check", "argparse", "git_alembic.history.graph"],
    )
    def test_during_an_import(self, project: Project, name: str) -> None:
        project.revision("c", "b")
        project.git("add", "-A")
        assert run_python(INTERRUPT_AT_IMPORT.format(name=name), project, "check") == (130, "", "")

    @pytest.mark.parametrize("call", range(4))
    def test_while_git_runs(self, project: Project, tmp_path: Path, call: int) -> None:
        project.revision("c", "b")
        project.git("add", "-A")
        counter, fake = tmp_path / "counter", tmp_path / "bin" / "git"
        counter.write_text("0\n")
        fake.parent.mkdir()
        git = subprocess.run(["sh", "-c", "command -v git"], capture_output=True, text=True, check=True).stdout.strip()
        fake.write_text(INTERRUPTING_GIT.format(counter=counter, call=call, git=git))
        fake.chmod(0o755)
        path = {"PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}"}
        assert run_python("from git_alembic.cli import run; run()", project, "check", env=path) == (130, "", "")

    def test_in_a_destructor(self, project: Project) -> None:
        assert run_python(INTERRUPT_IN_A_DESTRUCTOR, project, "explain") == (130, "", "")

    def test_in_a_constructor(self, project: Project) -> None:
        """The destructor of the half-made object fails."""
        assert run_python(INTERRUPT_IN_A_CONSTRUCTOR, project, "explain") == (130, "", "")

    def test_other_errors_in_a_destructor_are_shown(self, project: Project) -> None:
        code, _, error = run_python(ERROR_IN_A_DESTRUCTOR, project, "explain")
        assert (code, "has no attribute 'whole'" in error) == (0, True)

    def test_a_parent_that_ignores_it(self, project: Project) -> None:
        done = subprocess.run(
            [sys.executable, "-c", INTERRUPT_AT_IMPORT.format(name="argparse"), "check"],
            cwd=project.path, capture_output=True, check=False,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}, {"PYTHONUTF8": "1"}]
)
def test_paths_are_utf8_in_any_locale(project: Project, locale: dict[str, str]) -> None:
    project.revision("c", "a", name="c_\u65e5\xe9.py")
    project.git("add", "-A")
    env = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **locale}
    code, out, _ = run_python("from git_alembic.cli import run; run()", project, "check", "--format", "json", env=env)
    (finding,) = json.loads(out)["findings"]
    assert (code, finding["path"]) == (1, "migrations/versions/c_\u65e5\xe9.py")
    (project.path / "migrations/versions/c_\u65e5\xe9.py").unlink()
    code, out, _ = run_python("from git_alembic.cli import run; run()", project, "restore", "c", env=env)
    assert (code, (project.path / "migrations/versions/c_\u65e5\xe9.py").exists()) == (1, True)
