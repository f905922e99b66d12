"""How long `git alembic drift` takes, as ratios: `python benchmarks/drift.py [--runs N] [--cpu] [URL of a server]`.

A project with 300 revisions and the models that they make, on SQLite, on PostgreSQL's catalog in memory, and, with the
URL of a PostgreSQL server, on that: against `check`, and against `alembic upgrade head && alembic check` on a fresh
database. What is compared runs in turns, as in bench.py. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy
from bench import CHECK, HEADS, Row, Run, Way, compare, git, line, measure, revision_id, stage

ALEMBIC = HEADS[0]
DRIFT = (CHECK[0], "drift")
FULL = (*DRIFT, "--full")
REVISIONS = 300
PROJECT_URL = "postgresql+psycopg2://app@db.invalid/app"
EVERY = 10  # revisions to a table: one makes it, the others add a column each
INI = "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\nsqlalchemy.url = {url}\n"
ENV_PY = """import os

from alembic import context
from sqlalchemy import engine_from_config

from app.models import Base

settings = context.config.get_section(context.config.config_ini_section)
if "BENCHMARK_DATABASE" in os.environ:
    settings["sqlalchemy.url"] = os.environ["BENCHMARK_DATABASE"]
with engine_from_config(settings, prefix="sqlalchemy.").connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
MODELS = """from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Integer, Numeric, String
from sqlalchemy import Text, func
from sqlalchemy.orm import declarative_base

Base = declarative_base()
"""
MODEL = """

class Table{number}(Base):
    __tablename__ = "table_{number}"
    id = Column(Integer, primary_key=True)
    created_at = Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    name = Column(String(255), nullable=False)
    is_active = Column(Boolean, nullable=False)
    parent_id = Column(Integer, ForeignKey("table_{parent}.id", name="table_{number}_parent", ondelete="CASCADE"))
"""
CREATE = """op.create_table(
        "table_{number}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["table_{parent}.id"], name="table_{number}_parent", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )"""
TYPES = (
    ("BigInteger", "sa.BigInteger()"), ("String(80)", "sa.String(length=80)"), ("Text", "sa.Text()"),
    ("Numeric(12, 2)", "sa.Numeric(precision=12, scale=2)"), ("Boolean", "sa.Boolean()"),
)  # fmt: skip
REVISION = '''"""change table {number}

Revision ID: {id}
Revises: {down}
Create Date: 2026-01-02 03:04:05.678901

"""
from alembic import op
import sqlalchemy as sa


revision = {id!r}
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {back}
'''


def revision(number: int) -> tuple[str, str]:
    """(path, content) of a revision of an unforked line."""
    table, nth = number - number % EVERY, number % EVERY
    if nth == 0:
        up, back = CREATE.format(number=table, parent=max(0, table - EVERY)), f'op.drop_table("table_{table}")'
    else:
        column = f'sa.Column("column_{nth}", {TYPES[nth % len(TYPES)][1]}, nullable=True)'
        up, back = f'op.add_column("table_{table}", {column})', f'op.drop_column("table_{table}", "column_{nth}")'
        if nth % 3 == 0:
            up += f'\n    op.create_index("table_{table}_{nth}", "table_{table}", ["column_{nth}"], unique=False)'
            back = f'op.drop_index("table_{table}_{nth}", table_name="table_{table}")\n    {back}'
    id_, parent = revision_id(0, number), revision_id(0, number - 1) if number else None
    text = REVISION.format(number=table, id=id_, down=parent or "", parent=parent, up=up, back=back)
    return f"migrations/versions/{id_}_change_table.py", text


def models(revisions: int) -> tuple[str, str]:
    """(path, content) of what so many revisions make."""
    text = MODELS
    for table in range(0, revisions, EVERY):
        text += MODEL.format(number=table, parent=max(0, table - EVERY))
        added = range(1, min(EVERY, revisions - table))
        text += "".join(f"    column_{nth} = Column({TYPES[nth % len(TYPES)][0]})\n" for nth in added)
        indexes = (f'Index("table_{table}_{nth}", "column_{nth}")' for nth in added if nth % 3 == 0)
        text += f"    __table_args__ = ({''.join(f'{one}, ' for one in indexes)})\n"
    return "app/models.py", text


def project(folder: Path, url: str, database: str) -> Path:
    """A repository with one commit, checked out."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for name in ("app", "migrations/versions"):
        (folder / name).mkdir(parents=True)
    settings = f"python = {json.dumps(sys.executable)}\ndrift = {{ database = {json.dumps(database)} }}\n"
    files = [
        ("README.md", "A project.\n"),
        (".gitignore", "__pycache__/\n"),
        ("pyproject.toml", f"[tool.git-alembic]\n{settings}"),
        ("alembic.ini", INI.format(url=url.replace("%", "%%"))),
        ("app/__init__.py", ""),
        ("migrations/env.py", ENV_PY),
        models(REVISIONS),
        *map(revision, range(REVISIONS)),
    ]
    stage(folder, files)
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "more")


class Scratch(NamedTuple):
    """A kind of database: the project's URL, `database` in the settings, and what makes a fresh one for Alembic."""

    name: str
    url: str
    database: str
    real: str
    fresh: Callable[[], None]


def rows(folder: Path, scratch: Scratch, way: Way) -> Iterator[Row]:
    at = project(folder, scratch.url, scratch.database)
    kept, aside = at / ".git" / "git-alembic", folder.with_suffix(".kept")

    def forget() -> None:
        """All but the bytecode, which Python keeps for Alembic too."""
        shutil.rmtree(kept / "scratch", ignore_errors=True)

    def as_after_the_last_commit() -> None:
        forget()
        shutil.copytree(aside, kept, dirs_exist_ok=True)

    alembic = f"{shlex.quote(ALEMBIC)} upgrade head && {shlex.quote(ALEMBIC)} check"
    real = Run(("env", f"BENCHMARK_DATABASE={scratch.real}", "sh", "-c", alembic), at, scratch.fresh)
    name = scratch.name
    yield compare(f"{name}: `--full` : `alembic upgrade head && alembic check`", Run(FULL, at, forget), real, 1.2, way)
    measure(Run(DRIFT, at, forget))
    shutil.copytree(kept, aside, ignore=shutil.ignore_patterns("bytecode"))
    stage(at, [models(REVISIONS + 1), revision(REVISIONS)])
    one = Run(DRIFT, at, as_after_the_last_commit)
    yield compare(f"{name}: one new revision on {REVISIONS} : `--full`", one, Run(FULL, at, forget), 1 / 5, way)
    yield compare(f"{name}: the same : `alembic upgrade head && alembic check`", one, real, 1 / 5, way)
    first = Run(DRIFT, at, forget)
    yield compare(f"{name}: the same, the first run of all : the same", first, real, 1.2, way)
    measure(Run(DRIFT, at))
    check = unrelated(at)
    measure(Run(DRIFT, at))
    what = f"{name}: cached verdict, unrelated commit : `check`"
    yield compare(what, Run(DRIFT, check), Run(CHECK, check), 1.5, way)


def unrelated(at: Path) -> Path:
    """Commit what is staged, and stage what has nothing to do with it."""
    commit(at)
    return stage(at, [("README.md", "A better project.\n")])


@contextmanager
def scratches(folder: Path, url: str | None) -> Iterator[list[Scratch]]:
    file = folder / "fresh.db"
    sqlite = Scratch("SQLite", "sqlite:///app.db", "scratch", f"sqlite:///{file}", lambda: file.unlink(missing_ok=True))
    if url is None:
        yield [sqlite]
        return
    fresh = Fresh(url)
    try:
        yield [
            sqlite,
            Scratch("PostgreSQL", PROJECT_URL, "scratch", fresh.url, fresh),
            Scratch("PostgreSQL server", PROJECT_URL, url, fresh.url, fresh),
        ]
    finally:
        fresh.drop()


class Fresh:
    """Makes an empty database on a PostgreSQL server when it is called, in the place of the one before."""

    def __init__(self, url: str) -> None:
        self._admin = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
        self._name = f"benchmark_{os.getpid()}"
        self.url = self._admin.url.set(database=self._name).render_as_string(hide_password=False)

    def __call__(self) -> None:
        self.drop()
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {self._name}")

    def drop(self) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")


def heading(cpu: bool) -> str:
    clock = "processor time" if cpu else "wall time"
    where = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    columns = (
        "| what : compared with what | git-alembic | the other | ratio | target | held |\n|---|---:|---:|---:|---|---|"
    )
    return f"{time.strftime('%Y-%m-%d')}, {where}, SQLAlchemy {sqlalchemy.__version__}, {clock}\n\n{columns}"


def main(argv: Sequence[str] | None = None) -> int:
    """0 if all targets hold, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", metavar="URL", nargs="?", help="of a PostgreSQL server, where databases may be made")
    parser.add_argument("--runs", type=int, metavar="N", default=7, help="runs of each command (default: 7)")
    parser.add_argument("--cpu", action="store_true", help="processor time, which a busy machine changes less")
    options = parser.parse_args(argv)
    way = Way(options.runs, "cpu" if options.cpu else "wall")
    print(heading(options.cpu))
    held = True
    with (
        tempfile.TemporaryDirectory(prefix="git-alembic-bench-") as folder,
        scratches(Path(folder), options.url) as all_,
    ):
        for scratch in all_:
            for row in rows(Path(folder) / scratch.name.replace(" ", "-"), scratch, way):
                print(line(row), flush=True)
                held = held and row.held is not False
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
