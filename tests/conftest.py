"""Real git in temporary folders, with a pinned identity and none of the user's configuration."""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

import forked
import git_alembic
from servers import MariaServer, PostgresServer, maria_server, postgres_server

S = TypeVar("S")
# What is written does not depend on the interpreter, and the package that has the schema is for 3.11 and newer.
collect_ignore = [] if sys.version_info >= (3, 11) else ["test_sarif_schema.py"]
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
TEMPLATE = '''"""{message}

Revision ID: {id}
Revises: {revises}

"""

revision = {id!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {depends!r}


def upgrade() -> None:
    {body}


def downgrade() -> None:
    pass
'''
# Another git than that of PATH to test with: `nox -s old_git`.
if test_git := os.environ.get("GIT_ALEMBIC_TEST_GIT"):
    os.environ["PATH"] = f"{Path(test_git).resolve().parent}{os.pathsep}{os.environ['PATH']}"
_SAID = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout
GIT = tuple(int(part) for part in _SAID.split()[2].split(".")[:2])
LONGEST = ("test_doctor.py", "test_kills.py", "test_sync.py")
INI = "[alembic]\nscript_location = migrations\n"
ENV_PY = "from alembic import context\n"


def pytest_configure(config: pytest.Config) -> None:
    """Thousands of processes import the package, and those that run a project's code write no bytecode of it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        compileall.compile_dir(git_alembic.__path__[0], quiet=2)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, so that no worker is left with one; what git cannot do yet is no test of that git."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    beyond = [item for item in items if (mark := item.get_closest_marker("git")) and mark.args > GIT]
    if beyond:
        items[:] = [item for item in items if item not in beyond]
        config.hook.pytest_deselected(items=beyond)


@pytest.fixture(autouse=True)
def _no_inherited_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("GIT_", "PRE_COMMIT", "ALEMBIC_", "GITHEAD_")):
            monkeypatch.delenv(name)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """A real server, started by the first test that asks for it."""
    with _server(postgres_server) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaServer]:
    """Likewise."""
    with _server(maria_server) as server:
        yield server


@contextmanager
def _server(start: Callable[[], AbstractContextManager[S]]) -> Iterator[S]:
    """Where it is not installed, the tests that need it are skipped, which CI takes for a failure."""
    with ExitStack() as exits:
        try:
            server = exits.enter_context(start())
        except FileNotFoundError as missing:
            pytest.skip(str(missing))
        yield server


class Project:
    """A git repository with (or without) an Alembic environment in `migrations/`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str, code: int | None = 0) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, capture_output=True, check=False, text=True, errors="surrogateescape"
        )
        assert code is None or done.returncode == code, (
            f"git {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def init(self, *options: str) -> None:
        """A new repository on the branch main, for which git has an option since 2.28."""
        self.git("init", "-q", *options)
        self.git("symbolic-ref", "HEAD", "refs/heads/main")

    def write(self, path: str, text: str | bytes) -> str:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def revision(
        self,
        id_: str,
        down: str | Sequence[str] | None = None,
        *,
        message: str = "",
        body: str = "pass",
        name: str = "",
        folder: str = "migrations/versions",
        labels: str | None = None,
        depends: str | None = None,
    ) -> str:
        """Write a revision file as Alembic's template would; its path."""
        parent = down if down is None or isinstance(down, str) else tuple(down)
        revises = ", ".join([down] if isinstance(down, str) else down or ())
        text = TEMPLATE.format(
            id=id_,
            down=parent,
            revises=revises,
            message=message or f"add {id_}",
            body=body,
            labels=labels,
            depends=depends,
        )
        return self.write(f"{folder}/{name or id_ + '_x.py'}", text)

    def commit(self, message: str = "work", *, all_: bool = True) -> str:
        if all_:
            self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def switch(self, branch: str, start: str = "") -> None:
        self.git("checkout", "-q", *(("-b", branch, start) if start else (branch,)))

    def run(
        self, *arguments: str, env: dict[str, str] | None = None, cwd: str = "."
    ) -> subprocess.CompletedProcess[str]:
        """`git alembic …` as a process of its own."""
        return forked.run(["git-alembic", *arguments], self.path / cwd, {**os.environ, **(env or {})})

    def judge(
        self, *arguments: str, command: str = "check", env: dict[str, str] | None = None, cwd: str = "."
    ) -> dict[str, Any]:
        """The JSON that a command reports; its exit code must fit the verdict."""
        done = self.run(command, "--format", "json", *arguments, env=env, cwd=cwd)
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == {"clean": 0, "findings": 1, "cannot-judge": 2}[found["verdict"]]
        return found

    def rules(self, *arguments: str, env: dict[str, str] | None = None, cwd: str = ".") -> list[str]:
        """The slugs that `check` finds, sorted; it must have been able to judge."""
        found = self.judge(*arguments, env=env, cwd=cwd)
        assert found["verdict"] != "cannot-judge", found["reason"]
        return sorted(finding["rule"] for finding in found["findings"])


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    """A repository without a commit."""
    project = Project(tmp_path / "work")
    project.path.mkdir()
    project.init()
    exclude = project.path / ".git" / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text("__pycache__/\n")  # the bytecode that the project's own commands leave
    return project


@pytest.fixture
def project(empty: Project) -> Project:
    """An environment with the line a <- b, committed on main; no remote, so HEAD is what is published."""
    empty.write("alembic.ini", INI)
    empty.write("migrations/env.py", ENV_PY)
    empty.revision("a")
    empty.revision("b", "a")
    empty.commit("start")
    return empty


@pytest.fixture
def cloned(project: Project, tmp_path: Path) -> Project:
    """The same, with an `origin` that has main: what is committed on top is unpublished."""
    origin = tmp_path / "origin.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(project.path), str(origin)], check=True)
    project.git("remote", "add", "origin", str(origin))
    project.git("fetch", "-q", "origin")
    return project
