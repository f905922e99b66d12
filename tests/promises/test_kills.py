"""After each of a hundred kills at random moments, everything is in its old or new state, and the next run is right."""

# ruff: noqa: S311 - the random times of kills are no secret
from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.support.condition_waiting import comes_true
from tests.support.model_projects import EMAIL, Modeled
from tests.support.project import Project

SEED = 20_261_124
KILLS = 25  # per command
TOKEN = "TEST_RUN_OF_GIT_ALEMBIC"  # noqa: S105 - a variable that marks everything that a run has started


class Run:
    """A command that is sometimes killed. `answer` is its output without a kill."""

    def __init__(self, project: Project, arguments: list[str], output: bytes = b"", code: int = 1) -> None:
        self.project = project
        self.command = [sys.executable, "-m", "git_alembic", *arguments]
        self.output = output
        self.code = code
        self.temporary = project.path.parent / "temporary"
        self.temporary.mkdir()
        self.token = f"{os.getpid()}-{project.path}"
        self.kills = 0

    def start(self, out: int) -> subprocess.Popen[bytes]:
        environ = {**os.environ, TOKEN: self.token, "TMPDIR": str(self.temporary)}
        process = subprocess.Popen(
            self.command, cwd=self.project.path, env=environ, stdin=subprocess.PIPE, stdout=out, stderr=out
        )
        assert process.stdin
        with suppress(BrokenPipeError), process.stdin as stream:
            stream.write(self.output)
        return process

    def answer(self) -> bytes:
        with self.start(subprocess.PIPE) as process:
            assert process.stdout
            out = process.stdout.read()
        assert process.returncode == self.code, out
        return out

    def duration(self) -> float:
        start = time.monotonic()
        self.answer()
        return time.monotonic() - start

    def killed(self, seconds: float) -> bool:
        """Return whether the run had to be killed. Everything that it started has ended then."""
        with self.start(subprocess.DEVNULL) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
        self.wait_for_the_others()
        killed = process.returncode == -signal.SIGKILL
        self.kills += killed
        return killed

    def wait_for_the_others(self) -> None:
        """Wait until all its children have ended on their own."""
        assert comes_true(lambda: not any(self.running())), list(self.running())

    def running(self) -> Iterator[str]:
        expected = f"{TOKEN}={self.token}\0".encode()
        for place in Path("/proc").iterdir():
            if place.name.isdigit():
                with suppress(OSError):
                    if expected in (place / "environ").read_bytes():
                        yield f"{place.name}: {(place / 'cmdline').read_bytes()!r}"


def state(project: Project) -> dict[str, str]:
    """Return every file with its mode and a digest of its content, except for our own files below .git."""
    found = {}
    for path in sorted(project.path.rglob("*")):
        name = path.relative_to(project.path).as_posix()
        if not name.startswith((".git/git-alembic", ".git/objects")) and not path.is_dir():
            found[name] = f"{path.lstat().st_mode:o} {hashlib.blake2b(path.read_bytes()).hexdigest()}"
    return found


def left(project: Project, temporary: Path) -> list[str]:
    """Return private files and folders of a run that are left."""
    home = project.path / ".git" / "git-alembic"
    own = [*home.glob("run-*"), *home.glob("tree-*"), *home.glob("*.tmp"), *(project.path / ".git").glob("*.tmp")]
    incomplete = [entry for entry in home.glob("scratch/*") if not (entry / "entry.json").is_file()]
    # Python itself creates files with such names to test whether a folder is writable.
    others = [path for path in temporary.iterdir() if path.is_dir() or not re.fullmatch(r"[a-z0-9_]{8}", path.name)]
    return sorted(path.name for path in [*own, *incomplete, *others])


def aged(run: Run) -> None:
    """Make unfinished files and unnamed folders look a day old."""
    git = run.project.path / ".git"
    for path in [*git.glob("git-alembic/*.tmp"), *git.glob("*.tmp"), *run.temporary.glob(".*")]:
        os.utime(path, (1, 1))


def moments(run: Run, begin: Callable[[], None]) -> Iterator[float]:
    """Yield the seconds before each kill, from the start to just after the end, until there were enough kills."""
    begin()
    whole = run.duration()
    random = Random(SEED)
    tries = 0
    while run.kills < KILLS:
        tries += 1
        assert tries < 10 * KILLS, "the run ended before the kill"
        before = run.kills
        yield random.uniform(0.02, 1.02) * whole
        if run.kills == before:
            whole *= 0.9  # the measurement was on a busier machine


def only_looks(run: Run, begin: Callable[[], None]) -> None:
    """Kill it again and again. Assert that nothing changes, and that the next run is right and leaves nothing."""
    begin()
    right = run.answer()
    before = state(run.project)
    for number, seconds in enumerate(moments(run, begin)):
        begin()
        run.killed(seconds)
        assert state(run.project) == before, number
        if number % 5 == 4:
            aged(run)
            begin()  # a run without anything to write cleans nothing up
            assert run.answer() == right, number
            assert state(run.project) == before, number
            assert left(run.project, run.temporary) == [], number


def without_cache(project: Project) -> Callable[[], None]:
    """Return a function that removes the cache, so that the next run reads and writes everything."""

    def forget() -> None:
        for path in (project.path / ".git" / "git-alembic").glob("revisions-*"):
            path.unlink()

    return forget


@pytest.fixture
def forked(cloned: Project) -> Project:
    """a <- b is published. c, d and e are staged on top of b, each on its own, in a history of some length."""
    for number in range(60):
        cloned.revision(f"n{number}", f"n{number - 1}" if number else "b")
    cloned.commit("many")
    cloned.git("push", "-q", "origin", "main")
    for id_ in "cde":
        cloned.revision(id_, "n59")
    cloned.git("add", "-A")
    return cloned


def test_check(forked: Project) -> None:
    only_looks(Run(forked, ["check", "--format", "json"]), without_cache(forked))


def test_pre_push(forked: Project) -> None:
    forked.commit("fork")
    (new, old) = forked.git("rev-parse", "HEAD", "HEAD~1").split()
    output = f"refs/heads/main {new} refs/heads/main {old}\n".encode()
    url = forked.git("remote", "get-url", "origin").strip()
    only_looks(Run(forked, ["pre-push", "--format", "json", "origin", url], output), without_cache(forked))


def test_drift(tmp_path: Path) -> None:
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.git("init", "-q", "-b", "main")
    project.write(".gitignore", "app.db\n__pycache__/\n")
    project.start()
    project.write("app.db", b"the developer's own")
    project.models(EMAIL)
    project.write("notes.txt", "not staged, so a copy of the tree is made")
    project.git("add", "-N", "notes.txt")

    def forget() -> None:
        """Remove everything that earlier runs left, except for the killed runs."""
        for path in (project.path / ".git" / "git-alembic").glob("scratch/*/entry.json"):
            entry = json.loads(path.read_text())
            path.write_text(json.dumps({**entry, "key": None}))

    only_looks(Run(project, ["drift", "--format", "json"]), forget)


def test_fix(forked: Project) -> None:
    """Everything is done, or nothing, or some files are written and none is staged. git can restore and list those."""
    run = Run(forked, ["fix", "--yes"], code=0)
    index = (forked.path / ".git" / "index").read_bytes()
    before = state(forked)
    run.answer()
    repaired = forked.git("ls-files", "-s"), state(forked)
    tree = {name: digest for name, digest in repaired[1].items() if not name.startswith(".git/")}
    untouched = {name: digest for name, digest in before.items() if not name.startswith(".git/")}

    def begin() -> None:
        (forked.path / ".git" / "index").write_bytes(index)
        forked.git("checkout", "-q", "--", ".")

    for number, seconds in enumerate(moments(run, begin)):
        begin()
        run.killed(seconds)
        now = {name: digest for name, digest in state(forked).items() if not name.startswith(".git/")}
        assert all(now[name] in (untouched[name], tree[name]) for name in tree), number
        assert now.keys() == tree.keys(), number
        staged = forked.git("ls-files", "-s") == repaired[0]
        assert now == tree or not staged, number
        if not staged and now != untouched:
            changed = [f" M {name}" for name in tree if now[name] != untouched[name]]
            assert [line for line in forked.git("status", "--porcelain").splitlines() if line[1] == "M"] == [
                line.replace(" M", "AM") for line in changed
            ], number
            forked.git("checkout", "-q", "--", ".")
        aged(run)
        run.answer()
        assert forked.git("ls-files", "-s") == repaired[0], number
        assert left(forked, run.temporary) == [], number
