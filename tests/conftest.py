"""Real git in temporary folders, with a fixed identity and without the user's configuration."""

from __future__ import annotations

import compileall
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

import git_alembic
from tests.support.project import ENV_PY, GIT, IDENTITY, INI, Project
from tests.support.servers import MariaServer, PostgresServer, maria_server, postgres_server

if TYPE_CHECKING:
    from tests.support.database_projects import DatabaseProject

S = TypeVar("S")
# The output does not depend on the interpreter, and the package with the schema needs Python 3.11.
collect_ignore = [] if sys.version_info >= (3, 11) else ["docs/test_schema.py", "report/test_sarif_schema.py"]
LONGEST = ("test_doctor.py", "test_kills.py", "test_sync.py")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the package. Thousands of processes import it, and those with a project's code write no bytecode."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        compileall.compile_dir(git_alembic.__path__[0], quiet=2)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the longest tests first, so that they don't finish last. Deselect tests that need a newer git."""
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


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let started programs receive Ctrl-C. Programs that a shell starts in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """Return a real server, which starts on first use."""
    with _server(postgres_server) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaServer]:
    """Return a real MariaDB, which starts on first use."""
    with _server(maria_server) as server:
        yield server


@contextmanager
def _server(start: Callable[[], AbstractContextManager[S]]) -> Iterator[S]:
    """Without an installed server, the tests are skipped. CI treats a skipped test as a failure."""
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
    exclude.write_text("__pycache__/\n")  # bytecode of the project's own commands
    return project


@pytest.fixture
def project(empty: Project) -> Project:
    """Return an environment with the line a <- b, committed on main. There is no remote, so HEAD is published."""
    empty.write("alembic.ini", INI)
    empty.write("migrations/env.py", ENV_PY)
    empty.revision("a")
    empty.revision("b", "a")
    empty.commit("start")
    return empty


@pytest.fixture
def cloned(project: Project, tmp_path: Path) -> Project:
    """Return the same with an `origin` that has main. Later commits are unpublished."""
    origin = tmp_path / "origin.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(project.path), str(origin)], check=True)
    project.git("remote", "add", "origin", str(origin))
    project.git("fetch", "-q", "origin")
    return project


@pytest.fixture
def topic(cloned: Project) -> Project:
    """Return a clone whose branch topic left origin/main at b. Topic has d, and origin/main has c."""
    cloned.switch("topic", "HEAD")
    cloned.switch("main")
    cloned.revision("c", "b")
    cloned.git("update-ref", "refs/remotes/origin/main", cloned.commit("c"))
    cloned.switch("topic")
    cloned.revision("d", "b")
    cloned.commit("d")
    return cloned


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def app(request: pytest.FixtureRequest, empty: Project) -> Iterator[DatabaseProject]:
    """Return a project with a database of each kind. Its branch feature has one more revision, d4."""
    from tests.support.database_projects import DatabaseProject, MariaDatabase, PostgresDatabase, SqliteFile

    if request.param == "sqlite":
        yield DatabaseProject(empty, SqliteFile(empty.path.parent / "dev.db"), "plain")
        return
    server = request.getfixturevalue(request.param)
    with server.database() as name:
        kind = PostgresDatabase if request.param == "postgresql" else MariaDatabase
        yield DatabaseProject(empty, kind(server, name), "plain")
