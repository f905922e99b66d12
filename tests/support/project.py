"""A real git repository in a temporary folder, with or without an Alembic environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.support import forked_programs as forked

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
# Tests with another git than that on PATH: `nox -s old_git`.
if test_git := os.environ.get("GIT_ALEMBIC_TEST_GIT"):
    os.environ["PATH"] = f"{Path(test_git).resolve().parent}{os.pathsep}{os.environ['PATH']}"
_SAID = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout
GIT = tuple(int(part) for part in _SAID.split()[2].split(".")[:2])
INI = "[alembic]\nscript_location = migrations\n"
ENV_PY = "from alembic import context\n"
FLASK_APP = """\
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
Migrate(app, SQLAlchemy(app))
"""


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
        """Make a new repository on the branch main. git has an option for this since 2.28."""
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
        """Write a revision file like Alembic's template, and return its path."""
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
        """Run `git alembic …` in a separate process."""
        return forked.run(["git-alembic", *arguments], self.path / cwd, {**os.environ, **(env or {})})

    def check(
        self, *arguments: str, command: str = "check", env: dict[str, str] | None = None, cwd: str = "."
    ) -> dict[str, Any]:
        """Return the JSON report of a command. Assert that its exit code fits the verdict."""
        done = self.run(command, "--format", "json", *arguments, env=env, cwd=cwd)
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == {"clean": 0, "findings": 1, "cannot-judge": 2}[found["verdict"]]
        return found

    def rules(self, *arguments: str, env: dict[str, str] | None = None, cwd: str = ".") -> list[str]:
        """Return the sorted slugs that `check` finds. Assert that it could check."""
        found = self.check(*arguments, env=env, cwd=cwd)
        assert found["verdict"] != "cannot-judge", found["reason"]
        return sorted(finding["rule"] for finding in found["findings"])


def stage(path: str, text: str | None) -> Callable[[Project], None]:
    """Return a function that stages a file with this text, or without a text its deletion."""

    def change(project: Project) -> None:
        if text is None:
            project.git("rm", "-q", path)
        else:
            project.write(path, text)
            project.git("add", path)

    return change
