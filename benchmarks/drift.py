"""Measures `git alembic drift` as ratios: `python benchmarks/drift.py [--runs N] [--cpu] [URL of a server]`.

A project has 300 revisions and the models that they make, on SQLite, on PostgreSQL's catalog in memory, and, with the
URL of a PostgreSQL server, on that server. It is compared with `check`, and with `alembic upgrade head && alembic
check` on a new database. Compared commands run in turns, as in bench.py. Prints a Markdown table.
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
from measuring import CHECK, HEADS, Row, Run, Way, compare, line, measure
from repositories import HEADER, git, revision_id, stage

ALEMBIC = HEADS[0]
DRIFT = (CHECK[0], "drift")
FULL = (*DRIFT, "--full")
IMPORTS = (sys.executable, "-c", "import alembic.command, alembic.autogenerate, app.models")
REVISIONS = 300
HEAVY = 1.5  # the import time of public projects' code: see docs/drift-measurements.md
PROJECT_URL = "postgresql+psycopg2://app@db.invalid/app"
INI = "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\nsqlalchemy.url = {url}\n"
IMPORTED = """import time

until = time.process_time() + {seconds}
while time.process_time() < until:
    pass
"""
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
# What a revision does, on average: counted in the `upgrade` functions of all 4,766 revisions of 31 public projects on
# 2026-11-24 (open-event-server, notifications-api, onyx, fides, warehouse, skyportal, prefect, tracecat, indico, rucio,
# dispatch, dstack, neutron, quay, ckan, aiida-core, octavia, keep, ironic, manila, c2cgeoportal, pgadmin4, polar, CTFd,
# augur, mealie, glance, redash, cloudify-manager, quetz, securedrop). A table has 6.9 columns when it is made. Left out
# are bulk_insert, rename_table and create_primary_key (0.07). What SQLite cannot do otherwise is in a batch, as in the
# projects that run on SQLite.
RATES = {
    "create_table": 0.42,
    "add_column": 0.80,
    "create_index": 0.81,
    "alter_column": 0.33,
    "create_foreign_key": 0.19,
    "create_unique_constraint": 0.05,
    "create_check_constraint": 0.04,
    "drop_constraint": 0.15,
    "drop_index": 0.09,
    "drop_column": 0.18,
    "drop_table": 0.06,
    "execute": 0.57,
    "bind": 0.19,  # rows read and written by the connection itself, most of it in loops
}
TYPES = ("BigInteger()", "String(length=80)", "Text()", "Numeric(precision=12, scale=2)", "Boolean()", "JSON()")
COLUMNS = (
    'Column("id", sa.Integer(), primary_key=True)',
    'Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)',
    'Column("modified_at", sa.DateTime(timezone=True), nullable=True)',
    'Column("is_active", sa.Boolean(), nullable=False)',
    'Column("parent_id", sa.Integer(), nullable=True)',
    'Column("owner_id", sa.Integer(), nullable=True)',
)
REVISION = (
    HEADER.replace("{message}", "change {what}")
    + """

def upgrade() -> None:
    {up}


def downgrade() -> None:
    raise NotImplementedError("take the database of yesterday")
"""
)
ROWS = """rows = op.get_bind()
    for row in rows.execute(sa.text("SELECT id FROM {0}")).fetchall():
        rows.execute(sa.text("UPDATE {0} SET is_active = :new WHERE id = :id"), {{"new": True, "id": row[0]}})"""


CHANGED = 'op.execute("UPDATE {0} SET is_active = false WHERE owner_id = {1}")'


class Table:
    """A table of the models, as Python code."""

    def __init__(self, name: str, parent: str) -> None:
        self.name = name
        self.lengths = 120  # of the column "name", which some revisions change
        self.columns: dict[str, str] = {}  # added columns, with their types
        self.constraints = {
            f"{name}_parent": f'ForeignKeyConstraint(["parent_id"], ["{parent}.id"], name="{name}_parent", '
            'ondelete="CASCADE")'
        }
        self.indexes: dict[str, str] = {}  # indexes with their columns

    def written(self) -> list[str]:
        """Return the arguments of `op.create_table` and `Table`, without indexes."""
        added = [f'Column("{name}", sa.{type_}, nullable=True)' for name, type_ in self.columns.items()]
        name = f'Column("name", sa.String(length={self.lengths}), nullable=False)'
        return [f"sa.{one}" for one in (*COLUMNS, name, *added, *self.constraints.values())]


class Schema:
    """The tables after some revisions. Each method makes a change and returns a revision's code for it."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self._made = 0

    def change(self, kind: str, number: int) -> str | None:
        """Return the code of a change of this kind in the revision with this number, or None if it doesn't apply."""
        if kind == "create_table" or not self.tables:
            return self._create_table()
        table = self.tables[number * 7 % len(self.tables)]
        change: Callable[[Table, int], str | None] = getattr(self, f"_{kind}")
        return change(table, number)

    def _create_table(self) -> str:
        name = f"table_{self._made}"
        self._made += 1
        table = Table(name, self.tables[self._made % min(len(self.tables), 9)].name if self.tables else name)
        self.tables.append(table)
        inside = ",\n        ".join(table.written())
        return f'op.create_table("{name}",\n        {inside},\n    )'

    def _drop_table(self, _: Table, number: int) -> str | None:
        if len(self.tables) < 12:  # the first tables are parents of others
            return None
        table = self.tables.pop(10 + number % (len(self.tables) - 10))
        return f'op.drop_table("{table.name}")'

    def _add_column(self, table: Table, number: int) -> str:
        name, type_ = f"column_{number}", TYPES[number % len(TYPES)]
        while name in table.columns:
            name += "_"
        table.columns[name] = type_
        return f'op.add_column("{table.name}", sa.Column("{name}", sa.{type_}, nullable=True))'

    def _drop_column(self, table: Table, _: int) -> str | None:
        name = next((one for one in table.columns if one not in table.indexes.values()), None)
        if name is None:
            return None
        del table.columns[name]
        return self._batch(table, f'drop_column("{name}")')

    def _alter_column(self, table: Table, _: int) -> str:
        old, table.lengths = table.lengths, table.lengths + 1
        types = f"existing_type=sa.String(length={old}), type_=sa.String(length={table.lengths})"
        return self._batch(table, f'alter_column("name", {types}, existing_nullable=False)')

    def _create_index(self, table: Table, number: int) -> str:
        plain = [one for one, type_ in table.columns.items() if type_ != "JSON()"]
        column = [*plain, "name", "created_at"][number % (len(plain) + 2)]
        name = f"{table.name}_{number}"
        while name in table.indexes:
            name += "_"
        table.indexes[name] = column
        return f'op.create_index("{name}", "{table.name}", ["{column}"], unique=False)'

    def _drop_index(self, table: Table, _: int) -> str | None:
        if not table.indexes:
            return None
        name, _column = table.indexes.popitem()
        return f'op.drop_index("{name}", table_name="{table.name}")'

    def _create_foreign_key(self, table: Table, number: int) -> str | None:
        name, other = f"{table.name}_owner", self.tables[number % min(len(self.tables), 9)].name
        if name in table.constraints:
            return None
        table.constraints[name] = f'ForeignKeyConstraint(["owner_id"], ["{other}.id"], name="{name}")'
        return self._batch(table, f'create_foreign_key("{name}", "{other}", ["owner_id"], ["id"])')

    def _create_unique_constraint(self, table: Table, _: int) -> str | None:
        name = f"{table.name}_unique"
        if name in table.constraints:
            return None
        table.constraints[name] = f'UniqueConstraint("name", "id", "owner_id", name="{name}")'
        return self._batch(table, f'create_unique_constraint("{name}", ["name", "id", "owner_id"])')

    def _create_check_constraint(self, table: Table, number: int) -> str:
        name = f"{table.name}_check_{number}"
        table.constraints[name] = f'CheckConstraint("owner_id <> {number}", name="{name}")'
        return self._batch(table, f'create_check_constraint("{name}", "owner_id <> {number}")')

    def _drop_constraint(self, table: Table, _: int) -> str | None:
        name = f"{table.name}_owner"
        if table.constraints.pop(name, None) is None:
            return None
        return self._batch(table, f'drop_constraint("{name}", type_="foreignkey")')

    def _execute(self, table: Table, number: int) -> str:
        return CHANGED.format(table.name, number)

    def _bind(self, table: Table, _: int) -> str:
        return ROWS.format(table.name)

    def _batch(self, table: Table, change: str) -> str:
        return f'with op.batch_alter_table("{table.name}") as batch:\n        batch.{change}'


class History(NamedTuple):
    """(path, content) of each revision of an unforked line, and of the models after each."""

    revisions: list[tuple[str, str]]
    models: list[tuple[str, str]]


def history(revisions: int) -> History:
    found, schema = History([], []), Schema()
    owed = dict.fromkeys(RATES, 0.0)
    for number in range(revisions):
        changes = []
        for kind, rate in RATES.items():
            owed[kind] += rate
            while owed[kind] >= 1:
                change = schema.change(kind, number + len(changes))
                if change is None:  # later, when something can be dropped
                    break
                owed[kind] -= 1
                changes.append(change)
        id_, parent = revision_id(0, number), revision_id(0, number - 1) if number else None
        up = "\n    ".join(changes) or "pass"
        text = REVISION.format(what=number, id=id_, down=parent or "", parent=parent, up=up)
        found.revisions.append((f"migrations/versions/{id_}_change.py", text))
        found.models.append(("app/models.py", models(schema)))
    return found


def models(schema: Schema) -> str:
    text = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n"
    for table in schema.tables:
        indexes = [f'sa.Index("{name}", "{column}")' for name, column in table.indexes.items()]
        inside = ",\n        ".join([*table.written(), *indexes])
        name = table.name.title().replace("_", "")
        text += f'\n\nclass {name}(Base):\n    __table__ = sa.Table(\n        "{table.name}", Base.metadata,\n'
        text += f"        {inside},\n    )\n"
    return text


def project(folder: Path, scratch: Scratch, made: History) -> Path:
    """Make a repository with one commit, checked out, with all of the history except its last revision."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for name in ("app", "migrations/versions"):
        (folder / name).mkdir(parents=True)
    settings = f"python = {json.dumps(sys.executable)}\ndrift = {{ database = {json.dumps(scratch.database)} }}\n"
    files = [
        ("README.md", "A project.\n"),
        (".gitignore", "__pycache__/\n"),
        ("pyproject.toml", f"[tool.git-alembic]\n{settings}"),
        ("alembic.ini", INI.format(url=scratch.url.replace("%", "%%"))),
        ("app/__init__.py", IMPORTED.format(seconds=scratch.seconds)),
        ("migrations/env.py", ENV_PY),
        made.models[-2],
        *made.revisions[:-1],
    ]
    stage(folder, files)
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "more")


class Scratch(NamedTuple):
    """A kind of database: the project's URL, `database` in the settings, and a function that makes a new one."""

    name: str
    url: str
    database: str
    real: str
    fresh: Callable[[], None]
    seconds: float = 0  # the import time of the project's own code


def rows(folder: Path, scratch: Scratch, way: Way) -> Iterator[Row]:
    made = history(REVISIONS + 1)
    at = project(folder, scratch, made)
    kept, aside = at / ".git" / "git-alembic", folder.with_suffix(".kept")

    def forget() -> None:
        """Remove everything except the bytecode, which Python also keeps for Alembic."""
        shutil.rmtree(kept / "scratch", ignore_errors=True)

    def as_after_the_last_commit() -> None:
        forget()
        shutil.copytree(aside, kept, dirs_exist_ok=True)

    alembic = f"{shlex.quote(ALEMBIC)} upgrade head && {shlex.quote(ALEMBIC)} check"
    real = Run(("env", f"BENCHMARK_DATABASE={scratch.real}", "sh", "-c", alembic), at, scratch.fresh)
    name, target = scratch.name, 1 / 2 if scratch.seconds else 1 / 5
    yield compare(f"{name}: `--full` : `alembic upgrade head && alembic check`", Run(FULL, at, forget), real, 1.2, way)
    measure(Run(DRIFT, at, forget))
    shutil.copytree(kept, aside, ignore=shutil.ignore_patterns("bytecode"))
    stage(at, [made.models[-1], made.revisions[-1]])
    one = Run(DRIFT, at, as_after_the_last_commit)
    yield compare(f"{name}: one new revision on {REVISIONS} : `--full`", one, Run(FULL, at, forget), target, way)
    yield compare(f"{name}: the same : `alembic upgrade head && alembic check`", one, real, target, way)
    first = Run(DRIFT, at, forget)
    yield compare(f"{name}: the same, the very first run : the same", first, real, 1.2, way)
    least = f"{name}: starting Python and importing Alembic and the models, nothing else : `--full`"
    yield compare(least, Run(IMPORTS, at), Run(FULL, at, forget), None, way)
    measure(Run(DRIFT, at))
    check = unrelated(at)
    measure(Run(DRIFT, at))
    what = f"{name}: cached verdict, unrelated commit : `check`"
    yield compare(what, Run(DRIFT, check), Run(CHECK, check), 1.5, way)


def unrelated(at: Path) -> Path:
    """Commit the staged changes, and stage an unrelated change."""
    commit(at)
    return stage(at, [("README.md", "A better project.\n")])


@contextmanager
def scratches(folder: Path, url: str | None) -> Iterator[list[Scratch]]:
    file = folder / "fresh.db"
    sqlite = Scratch("SQLite", "sqlite:///app.db", "scratch", f"sqlite:///{file}", lambda: file.unlink(missing_ok=True))
    heavy = sqlite._replace(name=f"SQLite, {HEAVY} s of imports", seconds=HEAVY)
    if url is None:
        yield [sqlite, heavy]
        return
    fresh = Fresh(url)
    try:
        yield [
            sqlite,
            heavy,
            Scratch("PostgreSQL", PROJECT_URL, "scratch", fresh.url, fresh),
            Scratch("PostgreSQL server", PROJECT_URL, url, fresh.url, fresh),
        ]
    finally:
        fresh.drop()


class Fresh:
    """Makes an empty database on a PostgreSQL server, and drops the previous one."""

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
        "| what : compared with what | git-alembic | the other | ratio | target | met |\n|---|---:|---:|---:|---|---|"
    )
    return f"{time.strftime('%Y-%m-%d')}, {where}, SQLAlchemy {sqlalchemy.__version__}, {clock}\n\n{columns}"


def main(argv: Sequence[str] | None = None) -> int:
    """Return 0 if all targets hold, else 1."""
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
