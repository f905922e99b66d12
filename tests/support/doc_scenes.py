"""The projects in which the documents' commands are run: a home folder, a shop with an origin, nothing of the user's.

A scene is a function that prepares the shop. Commits are a day apart and have the same ids wherever they are made.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

HOME = "/home/ada"  # what is shown for the home folder
INI = "[alembic]\nscript_location = migrations\nprepend_sys_path = .\nsqlalchemy.url = sqlite:///shop.db\n"
ENV_PY = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

from shop import Base

config = context.config
with engine_from_config(
    config.get_section("alembic"), prefix="sqlalchemy.", poolclass=pool.NullPool
).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
"""
MAKO = '''\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}

"""

from alembic import op
import sqlalchemy as sa

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''
REVISION = '''\
"""{message}

Revision ID: {id}
Revises: {revises}

"""

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {down}
{more}

def upgrade():
    op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("{table}")
'''
MODELS = """\
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
"""
MODEL = """

class {name}(Base):
    __tablename__ = "{table}"
    id = sa.Column(sa.Integer, primary_key=True)
"""


class Stage:
    """A home folder with a repository `shop`, and the shell in which a reader would type."""

    def __init__(self, home: Path) -> None:
        """The folder must be empty."""
        self.home = home
        self.shop = home / "shop"
        self.shop.mkdir(parents=True)
        self._day = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
        self.git("init", "-q", "-b", "main")

    def run(self, command: str, **variables: str) -> str:
        """What a command prints on a terminal of 80 columns, both streams as they come."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.shop,
            env={**self._environment(), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            encoding="utf-8",
        )
        return re.sub(r"(?m)[ \t]+$", "", done.stdout.replace(str(self.home), HOME))

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.shop, env=self._environment(), check=True, capture_output=True)

    def write(self, path: str, text: str) -> None:
        file = self.shop / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def revision(
        self,
        id_: str,
        down: str | Sequence[str] | None,
        message: str,
        folder: str = "migrations/versions",
        more: str = "",
    ) -> str:
        """Write a revision that creates the table named last in the message; its path."""
        slug = message.replace(" ", "_")
        text = REVISION.format(
            id=id_,
            message=message,
            down=f'"{down}"' if isinstance(down, str) else down,
            revises=down if isinstance(down, str) else ", ".join(down or ()),
            table=message.rsplit(maxsplit=1)[-1],
            more=more,
        )
        path = f"{folder}/{id_}_{slug}.py"
        self.write(path, text)
        return path

    def commit(self, message: str) -> None:
        """Commit everything, without hooks, a day after the last commit."""
        self._day += timedelta(days=1)
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)

    def models(self, *tables: str) -> None:
        classes = (MODEL.format(name=table.capitalize().rstrip("s"), table=table) for table in tables)
        self.write("shop.py", MODELS + "".join(classes))

    def _environment(self) -> dict[str, str]:
        now = self._day.isoformat()
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "COLUMNS": "80",
            "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_PAGER": "cat",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_AUTHOR_DATE": now,
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_COMMITTER_DATE": now,
            "GIT_MERGE_AUTOEDIT": "no",
        }


# --- scenes


def bare_project(stage: Stage) -> None:
    """An Alembic project with one revision on main, and an origin that has it."""
    stage.write("alembic.ini", INI)
    stage.write("migrations/env.py", ENV_PY)
    stage.write("migrations/script.py.mako", MAKO)
    stage.write(".gitignore", "shop.db\n__pycache__/\n")
    stage.revision("4f2a", None, "create customers")
    stage.models("customers")
    stage.commit("Start the shop")
    stage.git("init", "-q", "--bare", "-b", "main", "../origin.git")
    stage.git("remote", "add", "origin", "../origin.git")
    stage.git("push", "-q", "-u", "origin", "main")
    stage.git("remote", "set-head", "origin", "main")


def hooked_project(stage: Stage) -> None:
    """The same, with the plain hooks."""
    bare_project(stage)
    stage.run("git alembic install")


def fork(stage: Stage) -> None:
    """With the hooks: main has 4f2a <- 9c01, published; topic has 4f2a <- e5d3; on main."""
    hooked_project(stage)
    stage.git("switch", "-q", "-c", "topic")
    stage.revision("e5d3", "4f2a", "add invoices")
    stage.models("customers", "invoices")
    stage.commit("Add invoices")
    stage.git("switch", "-q", "main")
    stage.revision("9c01", "4f2a", "add orders")
    stage.commit("Add orders")
    stage.git("push", "-q", "--no-verify")


def on_topic(stage: Stage) -> None:
    """The fork, on topic."""
    fork(stage)
    stage.git("switch", "-q", "topic")


def published(stage: Stage) -> None:
    """With the hooks: 4f2a <- 9c01 <- b7e0 on main, published."""
    hooked_project(stage)
    stage.revision("9c01", "4f2a", "add orders")
    stage.commit("Add orders")
    stage.revision("b7e0", "9c01", "add invoices")
    stage.models("customers", "orders", "invoices")
    stage.commit("Add invoices")
    stage.git("push", "-q", "--no-verify")


def lost(stage: Stage) -> None:
    """The last revision of a published line is deleted, by a commit of its own."""
    published(stage)
    stage.git("rm", "-q", "migrations/versions/b7e0_add_invoices.py")
    stage.commit("Clean up")


def chart(stage: Stage) -> None:
    """Two people at work: origin/main has a revision that is not here; here one is committed, one staged."""
    bare_project(stage)
    stage.git("rm", "-q", "-r", "migrations/versions")
    ids = [f"{number:04}" for number in range(1, 31)]
    for up, low in zip([None, *ids], ids, strict=False):
        more = "" if up else 'branch_labels = "shop"\n'
        stage.revision(low, "90bc" if low == "0013" else up, f"change number {int(low)}", more=more)
    stage.revision("4f2a", ids[9], "try another index")
    stage.revision("90bc", ["4f2a", ids[11]], "merge heads")
    stage.commit("Change this and that")
    stage.git("push", "-q", "--no-verify")
    stage.git("switch", "-q", "-c", "theirs")
    stage.revision("c3d9", ids[-1], "add invoices")
    stage.commit("Add invoices")
    stage.git("push", "-q", "origin", "theirs:main")
    stage.git("switch", "-q", "main")
    stage.git("branch", "-q", "-D", "theirs")
    stage.revision("a81e", ids[-1], "add orders")
    stage.commit("Add orders")
    stage.revision("b26f", "a81e", "index orders by day", more='depends_on = "4f2a"\n')
    stage.git("add", "-A")


def a_year(stage: Stage) -> None:
    """A history with a fork that a merge revision ended, an edit that stayed, and a deletion that was taken back."""
    bare_project(stage)
    stage.revision("9c01", "4f2a", "add orders")
    stage.commit("Add orders")
    stage.revision("e5d3", "4f2a", "add invoices")
    stage.commit("Add invoices")
    stage.revision("77aa", ["9c01", "e5d3"], "merge heads")
    stage.commit("Merge the heads")
    path = stage.shop / stage.revision("b7e0", "77aa", "add returns")
    stage.commit("Add returns")
    path.write_text(path.read_text().replace("primary_key=True", "primary_key=True, index=True"))
    stage.commit("Index the returns")
    stage.git("rm", "-q", "migrations/versions/b7e0_add_returns.py")
    stage.commit("Drop the returns")
    stage.git("checkout", "-q", "HEAD~1", "--", "migrations/versions")
    stage.commit("Bring them back")
    stage.git("push", "-q", "--no-verify")


def nothing(stage: Stage) -> None:
    """A repository without a commit."""


def monorepo(stage: Stage) -> None:
    """Two services, one of them with a fork."""
    for service in ("auth", "billing"):
        stage.write(f"services/{service}/alembic.ini", INI)
        stage.write(f"services/{service}/migrations/env.py", ENV_PY)
        stage.revision("4f2a", None, "create accounts", f"services/{service}/migrations/versions")
    stage.revision("9c01", "4f2a", "add invoices", "services/billing/migrations/versions")
    stage.revision("e5d3", "4f2a", "add refunds", "services/billing/migrations/versions")
    stage.commit("Two services")


def sections(stage: Stage) -> None:
    """One ini file with two sections; on main, and topic has another revision in one of them."""
    names = ("auth", "billing")
    stage.write("alembic.ini", "\n".join(f"[{name}]\nscript_location = db/{name}\n" for name in names))
    for name in names:
        stage.write(f"db/{name}/env.py", ENV_PY)
        stage.revision("4f2a", None, "create accounts", f"db/{name}/versions")
    stage.commit("Two sections")
    stage.git("switch", "-q", "-c", "topic")
    stage.revision("e5d3", "4f2a", "add tokens", "db/auth/versions")
    stage.commit("Add tokens")
    stage.git("switch", "-q", "main")
    stage.revision("9c01", "4f2a", "add sessions", "db/auth/versions")
    stage.commit("Add sessions")


def flask(stage: Stage) -> None:
    """A folder as Flask-Migrate makes it, with the hooks; main and topic fork."""
    stage.write("migrations/alembic.ini", "[alembic]\n# template used to generate migration files\n")
    stage.write("migrations/env.py", "from flask import current_app\n")
    stage.revision("4f2a", None, "create customers")
    stage.commit("Start the shop")
    stage.run("git alembic install")
    stage.git("switch", "-q", "-c", "topic")
    stage.revision("e5d3", "4f2a", "add invoices")
    stage.commit("Add invoices")
    stage.git("switch", "-q", "main")
    stage.revision("9c01", "4f2a", "add orders")
    stage.commit("Add orders")


SCENES: dict[str, Callable[[Stage], None]] = {
    "empty": nothing,
    "project": bare_project,
    "hooked": hooked_project,
    "fork": fork,
    "topic": on_topic,
    "published": published,
    "lost": lost,
    "chart": chart,
    "year": a_year,
    "monorepo": monorepo,
    "sections": sections,
    "flask": flask,
}
