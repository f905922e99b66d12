"""The pages' commands that install git-alembic, executed, and the hooks that `init` then writes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from git_alembic import __version__
from tests.commands.test_real_hook_managers import hook_repository, shared
from tests.support.project import Project

__all__ = ["hook_repository", "shared"]
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PAGES = ("README.md", "docs/start.md")


def commands(page: str) -> list[list[str]]:
    """Return the commands of the shell block below the heading on installing."""
    text = (ROOT / page).read_text(encoding="utf-8")
    section = re.split(r"(?m)^## (?:1\. )?Install.*\n", text)[1]
    block = section.partition("```sh\n")[2].partition("```")[0]
    return [shlex.split(line, comments=True) for line in block.splitlines()]


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_have_the_same_three(page: str) -> None:
    assert [command[:3] for command in commands(page)] == [
        ["pip", "install", "."],
        ["pip", "install", "git-alembic @ git+<address>"],
        ["uvx", "--from", "git+<address>"],
    ]


class Machine:
    """An environment with pip, without git-alembic on PATH."""

    def __init__(self, folder: Path, project: Project) -> None:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        self.project = project
        path = [str(folder / "bin"), *(part for part in os.environ["PATH"].split(":") if part != str(BIN))]
        self.environ = {**os.environ, "PATH": os.pathsep.join(path), "UV_CACHE_DIR": str(folder / "uv")}

    def run(self, *command: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            command, cwd=cwd or self.project.path, env=self.environ, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def machine(tmp_path: Path, project: Project) -> Machine:
    return Machine(tmp_path / "environment", project)


def written(project: Project) -> list[dict[str, Any]]:
    repos: list[dict[str, Any]] = yaml.safe_load((project.path / ".pre-commit-config.yaml").read_text())["repos"]
    return repos


def test_from_a_clone(machine: Machine, hook_repository: Path) -> None:
    pip = commands("README.md")[0]
    machine.run(*pip, cwd=hook_repository)
    assert machine.run("git", "alembic", "--version") == f"git-alembic {__version__}\n"
    output = machine.run("git", "alembic", "init", "--yes")
    assert f"installed from {hook_repository}, which other clones do not have" in " ".join(output.split())
    assert [hook["language"] for hook in written(machine.project)[0]["hooks"]] == ["system"] * 2


@pytest.fixture
def address(hook_repository: Path) -> Iterator[str]:
    """Serve the repository, because some versions of pip reject `git+file:` in a requirement."""
    subprocess.run(["git", "update-server-info"], cwd=hook_repository, check=True)
    handler = partial(Quiet, directory=str(hook_repository))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/.git"
        server.shutdown()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """A file server without log messages."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Print nothing."""


def test_from_git(machine: Machine, hook_repository: Path, address: str) -> None:
    pip = [word.replace("<address>", address) for word in commands("README.md")[1]]
    machine.run(*pip)
    commit = Project(hook_repository).git("rev-parse", "HEAD").strip()
    assert machine.run("git", "alembic", "--version") == f"git-alembic {__version__} ({commit[:10]})\n"
    output = machine.run("git", "alembic", "init", "--yes")
    assert "Other machines" not in output
    hooks = [{"id": "alembic-check"}, {"id": "alembic-push"}]
    assert written(machine.project) == [{"repo": address, "rev": commit, "hooks": hooks}]


def test_once_with_uvx(machine: Machine, hook_repository: Path) -> None:
    words = [word.replace("<address>", f"file://{hook_repository}") for word in commands("README.md")[2]]
    words[0] = str(BIN / "uvx")
    assert "the migration history was never broken" in machine.run(*words[:4], "audit")
    machine.run(*words[:4], "init", "--yes")
    assert written(machine.project)[0]["repo"] == f"file://{hook_repository}"
