"""Real git in temporary folders, with a pinned identity and none of the user's configuration."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

import git_alembic
from tests.support.project import ENV_PY, GIT, IDENTITY, INI, Project
from tests.support.servers import MariaServer, PostgresServer, maria_server, postgres_server

S = TypeVar("S")
# What is written does not depend on the interpreter, and the package that has the schema is for 3.11 and newer.
collect_ignore = [] if sys.version_info >= (3, 11) else ["docs/test_schema.py", "report/test_sarif_schema.py"]
LONGEST = ("test_doctor.py", "test_kills.py", "test_sync.py")


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
