"""On a full disk, each command gives the right answer, or a sentence and exit code 2. Nothing is half done."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.model_projects import EMAIL, Modeled
from tests.support.project import Project

TESTS = Path(__file__).parents[2]
NAMESPACE = ("unshare", "--map-root-user", "--mount")
# A private disk. Everything written here goes there, and disappears with the process.
MOUNT = """
import os, subprocess
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", "."], check=True)
os.chdir(os.getcwd())
"""
FILL = """
with open("filler", "wb", buffering=0) as stream:
    try:
        while stream.write(bytes(4096)) == 4096:
            pass
    except OSError:
        pass
"""
# A replacement for a full disk if no private disk is possible: a limit on the size of files.
LIMIT = """
import resource, signal
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
"""
RUN = """
import json, os, shutil, subprocess, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from tests.support.project import Project
from tests.promises.test_kills import state
shutil.copytree({work!r}, "work", symlinks=True)
subprocess.run(["git", "status"], cwd="work", check=True, stdout=subprocess.DEVNULL)
os.mkdir("temporary")
os.environ["TMPDIR"] = os.path.abspath("temporary")
before = state(Project(Path("work")))
{fill}
command = [sys.executable, "-m", "git_alembic", *{arguments!r}]
done = subprocess.run(command, cwd="work", stdin=subprocess.DEVNULL, capture_output=True, text=True)
kept = state(Project(Path("work"))) == before and os.listdir("temporary") == []
sys.stdout.write(json.dumps([done.returncode, done.stdout, done.stderr, kept]))
"""


@pytest.fixture(autouse=True)
def _on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put git-alembic on PATH, because `init` writes hooks only if they find it."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def _has_namespaces() -> bool:
    """Return whether this process may mount private file systems. Not every machine and few containers allow it."""
    if not shutil.which(NAMESPACE[0]):
        return False
    command = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


KINDS = ["limit", "tmpfs"] if _has_namespaces() else ["limit"]


class Outcome(NamedTuple):
    code: int
    out: str
    err: str
    kept: bool  # whether everything is unchanged, and nothing new exists


def full(kind: str, project: Project, arguments: list[str]) -> Outcome:
    """Run in a copy of the project on a disk that is full after the copy."""
    code = (MOUNT if kind == "tmpfs" else "") + RUN.format(
        tests=str(TESTS), work=str(project.path), arguments=arguments, fill=FILL if kind == "tmpfs" else LIMIT
    )
    place = project.path.parent / "disk"
    place.mkdir()
    command = [*(NAMESPACE if kind == "tmpfs" else ()), sys.executable, "-c", code]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Outcome(*json.loads(done.stdout))


@pytest.fixture
def forked(cloned: Project) -> Project:
    """A staged fork, and a missing revision in the history."""
    cloned.revision("gone", "b")
    cloned.commit("with it")
    cloned.git("rm", "-q", "migrations/versions/gone_x.py")
    cloned.revision("c", "b")
    cloned.commit("without it")
    cloned.revision("d", "b")
    cloned.git("add", "-A")
    return cloned


@pytest.fixture
def modeled(tmp_path: Path) -> Modeled:
    """main has a -> c and a model ahead of it. The database is at b, where the branch "feature" left it."""
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    project.write(".gitignore", "app.db\n__pycache__/\n")
    project.start()
    project.switch("feature", "HEAD")
    project.step("b", "a", 'op.create_table("tags", sa.Column("id", sa.Integer))', 'op.drop_table("tags")')
    project.commit()
    project.switch("main")
    project.step("c", "a", 'op.create_table("more", sa.Column("id", sa.Integer))', 'op.drop_table("more")')
    project.models(EMAIL)
    with closing(sqlite3.connect(project.path / "app.db")) as database, database:
        database.executescript(
            "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50)); CREATE TABLE tags (id INTEGER);"
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL); INSERT INTO alembic_version VALUES ('b');"
        )
    return project


READING = [
    ["check"], ["check", "--against", "origin/main"], ["pre-push"], ["graph"], ["audit"], ["fix", "--dry-run"],
    ["hint", "post-checkout", "HEAD~1", "HEAD", "1"], ["init", "--dry-run"],
]  # fmt: skip
WRITING = [["fix", "--yes"], ["restore", "gone"], ["init", "--yes"], ["init", "--plain", "--yes"], ["install"]]
RUNNING = [["drift"], ["roundtrip"], ["sync", "--yes"]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("arguments", READING, ids=shlex.join)
def test_reading_commands(forked: Project, arguments: list[str], kind: str) -> None:
    _right_or_none(forked, arguments, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_doctor(modeled: Modeled, kind: str) -> None:
    _right_or_none(modeled, ["doctor"], kind)


def _right_or_none(project: Project, arguments: list[str], kind: str) -> None:
    found = full(kind, project, arguments)
    assert found.kept
    right = project.run(*arguments)
    assert right.returncode != 2
    if found.code == 2:
        assert _says_why(found)
    else:
        assert found[:3] == (right.returncode, right.stdout, right.stderr)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("arguments", WRITING, ids=shlex.join)
def test_writing_commands(forked: Project, arguments: list[str], kind: str) -> None:
    """The command does everything or nothing."""
    found = full(kind, forked, arguments)
    assert (found.code, found.kept, _says_why(found)) == (2, True, True), found
    assert forked.run(*arguments).returncode != 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("arguments", RUNNING, ids=shlex.join)
def test_commands_that_run_the_project(modeled: Modeled, arguments: list[str], kind: str) -> None:
    found = full(kind, modeled, arguments)
    assert found.kept
    assert (found.code, _says_why(found)) == (2, True), found


def _says_why(found: Outcome) -> bool:
    output = " ".join((found.out + found.err).split())
    assert "Traceback" not in output, output
    return output.endswith(("File too large", "No space left on device"))
