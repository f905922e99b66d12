"""Example projects for the console blocks of the pages: a home folder and a repository `shop` with an origin.

A scene is a function that prepares the shop. Commits are a day apart, and have the same ids on every machine.
The user's own settings don't apply.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests.support.installations import installed_from

HOME = "/home/ada"  # replaces the path of the home folder in the output
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


class ExampleProject:
    """A home folder with a repository `shop`, and a shell to run commands in."""

    def __init__(self, home: Path) -> None:
        """Set up the home folder. `home` must not exist, or be empty."""
        self.home = home
        self.shop = home / "shop"
        self.shop.mkdir(parents=True)
        self._index = installed_from(home / ".index")
        del self._index["PATH"]
        self._git_config = os.devnull
        self._day = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
        self.git("init", "-q", "-b", "main")

    def run(self, command: str, **variables: str) -> str:
        """Run a command on a terminal of 80 columns. Return both streams in the order of the output."""
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
        """Write a revision that creates a table with the last word of the message as its name. Return its path."""
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
        """Commit everything without hooks, a day after the last commit."""
        self._day += timedelta(days=1)
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)

    def models(self, *tables: str) -> None:
        classes = (MODEL.format(name=table.capitalize().rstrip("s"), table=table) for table in tables)
        self.write("shop.py", MODELS + "".join(classes))

    def install_from_git(self, address: str) -> None:
        """From now on, git-alembic is installed from a commit that this address has."""
        source = self.home / ".git-alembic"
        self.git("init", "-q", str(source))
        self.git("-C", str(source), "commit", "-q", "--allow-empty", "-m", "git-alembic")
        commit = next((source / ".git" / "refs" / "heads").iterdir()).read_text().strip()
        self._git_config = str(self.home / ".gitconfig")
        Path(self._git_config).write_text(f'[url "file://{source}"]\n\tinsteadOf = {address}\n')
        found = {"url": address, "vcs_info": {"vcs": "git", "commit_id": commit}}
        self._index["PYTHONPATH"] = installed_from(self.home / ".installed", found)["PYTHONPATH"]

    def _environment(self) -> dict[str, str]:
        now = self._day.isoformat()
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "COLUMNS": "80",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self._index,
            "GIT_CONFIG_GLOBAL": self._git_config,
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


def bare_project(project: ExampleProject) -> None:
    """An Alembic project with one revision on main, and an origin that has it."""
    project.write("alembic.ini", INI)
    project.write("migrations/env.py", ENV_PY)
    project.write("migrations/script.py.mako", MAKO)
    project.write(".gitignore", "shop.db\n__pycache__/\n")
    project.revision("4f2a", None, "create customers")
    project.models("customers")
    project.commit("Start the shop")
    project.git("init", "-q", "--bare", "-b", "main", "../origin.git")
    project.git("remote", "add", "origin", "../origin.git")
    project.git("push", "-q", "-u", "origin", "main")
    project.git("remote", "set-head", "origin", "main")


def from_git(project: ExampleProject) -> None:
    """The bare project. git-alembic is installed from git."""
    bare_project(project)
    project.install_from_git("https://git.example.org/git-alembic")


def hooked_project(project: ExampleProject) -> None:
    """The bare project with the plain hooks."""
    bare_project(project)
    project.run("git alembic install")


def fork(project: ExampleProject) -> None:
    """With hooks: main has 4f2a <- 9c01, published, and is checked out. topic has 4f2a <- e5d3."""
    hooked_project(project)
    project.git("switch", "-q", "-c", "topic")
    project.revision("e5d3", "4f2a", "add invoices")
    project.models("customers", "invoices")
    project.commit("Add invoices")
    project.git("switch", "-q", "main")
    project.revision("9c01", "4f2a", "add orders")
    project.commit("Add orders")
    project.git("push", "-q", "--no-verify")


def on_topic(project: ExampleProject) -> None:
    """The fork, with topic checked out."""
    fork(project)
    project.git("switch", "-q", "topic")


def published(project: ExampleProject) -> None:
    """With hooks: 4f2a <- 9c01 <- b7e0 on main, published."""
    hooked_project(project)
    project.revision("9c01", "4f2a", "add orders")
    project.commit("Add orders")
    project.revision("b7e0", "9c01", "add invoices")
    project.models("customers", "orders", "invoices")
    project.commit("Add invoices")
    project.git("push", "-q", "--no-verify")


def lost(project: ExampleProject) -> None:
    """The published project, after a commit that deletes the last revision."""
    published(project)
    project.git("rm", "-q", "migrations/versions/b7e0_add_invoices.py")
    project.commit("Clean up")


def chart(project: ExampleProject) -> None:
    """origin/main has a revision that isn't here. Another one is committed here, and one is staged."""
    bare_project(project)
    project.git("rm", "-q", "-r", "migrations/versions")
    ids = [f"{number:04}" for number in range(1, 31)]
    for up, low in zip([None, *ids], ids, strict=False):
        more = "" if up else 'branch_labels = "shop"\n'
        project.revision(low, "90bc" if low == "0013" else up, f"change number {int(low)}", more=more)
    project.revision("4f2a", ids[9], "try another index")
    project.revision("90bc", ["4f2a", ids[11]], "merge heads")
    project.commit("Change this and that")
    project.git("push", "-q", "--no-verify")
    project.git("switch", "-q", "-c", "theirs")
    project.revision("c3d9", ids[-1], "add invoices")
    project.commit("Add invoices")
    project.git("push", "-q", "origin", "theirs:main")
    project.git("switch", "-q", "main")
    project.git("branch", "-q", "-D", "theirs")
    project.revision("a81e", ids[-1], "add orders")
    project.commit("Add orders")
    project.revision("b26f", "a81e", "index orders by day", more='depends_on = "4f2a"\n')
    project.git("add", "-A")


def a_year(project: ExampleProject) -> None:
    """A history with a fork that a merge revision ended, an edit that stayed, and a deletion that was reverted."""
    bare_project(project)
    project.revision("9c01", "4f2a", "add orders")
    project.commit("Add orders")
    project.revision("e5d3", "4f2a", "add invoices")
    project.commit("Add invoices")
    project.revision("77aa", ["9c01", "e5d3"], "merge heads")
    project.commit("Merge the heads")
    path = project.shop / project.revision("b7e0", "77aa", "add returns")
    project.commit("Add returns")
    path.write_text(path.read_text().replace("primary_key=True", "primary_key=True, index=True"))
    project.commit("Index the returns")
    project.git("rm", "-q", "migrations/versions/b7e0_add_returns.py")
    project.commit("Drop the returns")
    project.git("checkout", "-q", "HEAD~1", "--", "migrations/versions")
    project.commit("Bring them back")
    project.git("push", "-q", "--no-verify")


def branches(project: ExampleProject) -> None:
    """Three branches of origin: `returns` forks with `invoices`, and `discounts` is stacked on that."""
    bare_project(project)
    for name, start, id_, down in (
        ("invoices", "main", "9c01", "4f2a"),
        ("discounts", "invoices", "b7e0", "9c01"),
        ("returns", "main", "e5d3", "4f2a"),
    ):
        project.git("switch", "-q", "-c", name, start)
        project.revision(id_, down, f"add {name}")
        project.commit(f"Add {name}")
        project.git("push", "-q", "origin", name)
    project.git("switch", "-q", "main")


def nothing(project: ExampleProject) -> None:
    """A repository without a commit."""


def monorepo(project: ExampleProject) -> None:
    """Two services, one of which forks."""
    for service in ("auth", "billing"):
        project.write(f"services/{service}/alembic.ini", INI)
        project.write(f"services/{service}/migrations/env.py", ENV_PY)
        project.revision("4f2a", None, "create accounts", f"services/{service}/migrations/versions")
    project.revision("9c01", "4f2a", "add invoices", "services/billing/migrations/versions")
    project.revision("e5d3", "4f2a", "add refunds", "services/billing/migrations/versions")
    project.commit("Two services")


def sections(project: ExampleProject) -> None:
    """One ini file with two sections. Both topic and main add a revision to one of them."""
    names = ("auth", "billing")
    project.write("alembic.ini", "\n".join(f"[{name}]\nscript_location = db/{name}\n" for name in names))
    for name in names:
        project.write(f"db/{name}/env.py", ENV_PY)
        project.revision("4f2a", None, "create accounts", f"db/{name}/versions")
    project.commit("Two sections")
    project.git("switch", "-q", "-c", "topic")
    project.revision("e5d3", "4f2a", "add tokens", "db/auth/versions")
    project.commit("Add tokens")
    project.git("switch", "-q", "main")
    project.revision("9c01", "4f2a", "add sessions", "db/auth/versions")
    project.commit("Add sessions")


def flask(project: ExampleProject) -> None:
    """A Flask-Migrate folder with hooks. main and topic fork."""
    project.write("migrations/alembic.ini", "[alembic]\n# template used to generate migration files\n")
    project.write("migrations/env.py", "from flask import current_app\n")
    project.revision("4f2a", None, "create customers")
    project.commit("Start the shop")
    project.run("git alembic install")
    project.git("switch", "-q", "-c", "topic")
    project.revision("e5d3", "4f2a", "add invoices")
    project.commit("Add invoices")
    project.git("switch", "-q", "main")
    project.revision("9c01", "4f2a", "add orders")
    project.commit("Add orders")


def heads_file(project: ExampleProject) -> None:
    """With hooks and a file with the heads: origin/main and topic fork, and topic is checked out."""
    hooked_project(project)
    project.write("pyproject.toml", "[tool.git-alembic]\nheads-file = true\n")
    project.write("migrations/heads.txt", "4f2a\n")
    project.commit("Keep the heads in a file")
    project.git("switch", "-q", "-c", "topic")
    for branch, id_, message in (("topic", "e5d3", "add invoices"), ("main", "9c01", "add orders")):
        project.git("switch", "-q", branch)
        project.revision(id_, "4f2a", message)
        project.write("migrations/heads.txt", f"{id_}\n")
        project.commit(message.capitalize())
    project.git("push", "-q", "--no-verify")
    project.git("switch", "-q", "topic")


SCENES: dict[str, Callable[[ExampleProject], None]] = {
    "empty": nothing,
    "project": bare_project,
    "from-git": from_git,
    "hooked": hooked_project,
    "fork": fork,
    "topic": on_topic,
    "published": published,
    "lost": lost,
    "chart": chart,
    "year": a_year,
    "branches": branches,
    "monorepo": monorepo,
    "sections": sections,
    "flask": flask,
    "heads-file": heads_file,
}
