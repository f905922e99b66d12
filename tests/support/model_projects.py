"""Small projects with models and runnable code, for tests of `drift` and `roundtrip`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.project import Project

# The projects' interpreter; `nox -s projects` uses others than that of the tests.
PYTHON = os.environ.get("PROJECT_PYTHON", sys.executable)
INI = """[alembic]
script_location = migrations
prepend_sys_path = .
sqlalchemy.url = {url}
"""
ENV_PY = """from alembic import context
from sqlalchemy import engine_from_config

from app.models import Base

engine = engine_from_config(context.config.get_section(context.config.config_ini_section), prefix="sqlalchemy.")
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
ASYNCHRONOUS = """import asyncio

from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import async_engine_from_config

from app.models import Base


def migrate(connection):
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    section = context.config.get_section(context.config.config_ini_section)
    engine = async_engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
"""
MODELS = """from sqlalchemy import Column, Integer, MetaData, String
from sqlalchemy.orm import declarative_base

Base = declarative_base(metadata=MetaData(naming_convention={{"ix": "ix_%(table_name)s_%(column_0_name)s"}}))


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))
{columns}"""
CREATE = """
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(50)),
        sa.PrimaryKeyConstraint("id"),
    )
"""
REVISION = '''"""{id}"""

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {down!r}


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {down_body}
'''
ADD_EMAIL = 'op.add_column("users", sa.Column("email", sa.String(100)))'
DROP_EMAIL = 'op.drop_column("users", "email")'
EMAIL = "    email = Column(String(100))\n"


class Modeled(Project):
    """A project whose environment runs in the Python of the tests."""

    @classmethod
    def empty(cls, path: Path) -> Modeled:
        """Return a new repository without a commit."""
        made = cls(path)
        path.mkdir()
        made.init()
        return made

    def start(self, url: str = "sqlite:///app.db", env_py: str = ENV_PY, settings: str = "") -> Modeled:
        """Commit `users(id, name)` in the models and in revision `a`."""
        self.write("pyproject.toml", f"[tool.git-alembic]\npython = {json.dumps(PYTHON)}\n{settings}")
        self.write("alembic.ini", INI.format(url=url))
        self.write("migrations/env.py", env_py)
        self.write("app/__init__.py", "")
        self.models()
        self.step("a", None, CREATE.strip(), 'op.drop_table("users")')
        self.commit("start")
        return self

    def models(self, columns: str = "", *, stage: bool = True) -> None:
        """Give `users` more columns."""
        self.write("app/models.py", MODELS.format(columns=columns))
        if stage:
            self.git("add", "app")

    def step(self, id_: str, down: str | None, up: str = "pass", down_body: str = "pass", *, stage: bool = True) -> str:
        """Write a revision that does something, and return its path."""
        text = REVISION.format(id=id_, down=down, up=up, down_body=down_body)
        path = self.write(f"migrations/versions/{id_}_x.py", text)
        if stage:
            self.git("add", path)
        return path

    def found(self, *arguments: str, command: str = "drift") -> list[tuple[str, str]]:
        """Return (severity, rule) of a command's findings. Assert that it could check."""
        answer = self.check(*arguments, command=command)
        assert answer["verdict"] != "cannot-judge", answer["reason"]
        return [(finding["severity"], finding["rule"]) for finding in answer["findings"]]

    def reason(self, *arguments: str, command: str = "drift", env: dict[str, str] | None = None) -> str:
        """Return the reason why a command could not check."""
        answer = self.check(*arguments, command=command, env=env)
        assert answer["verdict"] == "cannot-judge", answer
        reason: str = answer["reason"]
        return reason

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the Python of the tests in the project's folder."""
        command = [PYTHON, *arguments]
        return subprocess.run(command, cwd=self.path, capture_output=True, text=True, check=False)

    def left(self) -> list[str]:
        """Return what a run has left in the repository, except for its cache."""
        home = self.path / ".git" / "git-alembic"
        untracked = self.git("ls-files", "--others").split()
        return sorted([*untracked, *(path.name for path in home.glob("tree-*")), *(p.name for p in home.glob("run-*"))])


def program(path: Path, does: str) -> None:
    """Write a program that replaces an interpreter."""
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    path.chmod(0o700)
