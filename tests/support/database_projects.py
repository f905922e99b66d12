"""Projects with real databases, an SQLite file or a PostgreSQL, and every way to connect to them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import alembic
import flask_migrate

from tests.support import forked_programs as forked
from tests.support.project import Project
from tests.support.servers import MariaServer, PostgresServer

# The folder of the project's own commands. PROJECT_PYTHON can name another Python (see noxfile.py).
BINS = [str(Path(python).parent) for python in (os.environ.get("PROJECT_PYTHON", sys.executable), sys.executable)]
MODELS = """\
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table(
    "users", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(30)),
    sa.Column("email", sa.String(50)),
)
sa.Table("posts", metadata, sa.Column("id", sa.Integer, primary_key=True))
"""
PLAIN = """\
import sys

sys.path.insert(0, ".")
from alembic import context
from sqlalchemy import create_engine, pool

from models import metadata

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata{options})
    with context.begin_transaction():
        context.run_migrations()
"""
ASYNCHRONOUS = """\
import asyncio
import sys

sys.path.insert(0, ".")
from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

from models import metadata


def migrate(connection):
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
"""
APPLICATION = """\
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from models import metadata

db = SQLAlchemy(metadata=metadata)


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = {url!r}
    db.init_app(app)
    Migrate(app, db)
    return app
"""
REVISION = '''"""{message}

Revision ID: {id}
Revises: {down}
"""

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {down!r}


def upgrade():
    {up}


def downgrade():
    {back}
'''
USERS = "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(30)"
STATES: dict[str, tuple[str, ...]] = {  # the tables of a database after each revision
    "a1": (f"{USERS})",),
    "b2": (f"{USERS}, email VARCHAR(50))",),
    "c3": (f"{USERS}, email VARCHAR(50))", "CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY)"),
}


class Database(ABC):
    """A database of the test."""

    @abstractmethod
    def url(self, driver: str = "") -> str:
        """Return the URL that the project uses."""

    @abstractmethod
    def clear(self) -> None:
        """Remove everything from it."""

    @abstractmethod
    def sql(self, *statements: str) -> list[str]:
        """Run the statements in a transaction. Return the first column of the last result."""

    @abstractmethod
    def mark(self) -> object:
        """Return a value for `unchanged`."""

    @abstractmethod
    def unchanged(self, mark: object) -> bool:
        """True if nothing was written since."""


class SqliteFile(Database):
    def __init__(self, path: Path) -> None:
        self.path = path

    def url(self, driver: str = "") -> str:
        return f"sqlite{f'+{driver}' if driver else ''}:///{self.path}"

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def sql(self, *statements: str) -> list[str]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            found: list[str] = []
            for statement in statements:
                found = [str(row[0]) for row in connection.execute(statement).fetchall()]
            return found

    def mark(self) -> object:
        """Return the bytes, and the files beside the database."""
        content = hashlib.sha256(self.path.read_bytes()).hexdigest() if self.path.exists() else None
        return content, sorted(path.name for path in self.path.parent.glob(f"{self.path.name}*"))

    def unchanged(self, mark: object) -> bool:
        return self.mark() == mark

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let another process hold the lock. A lock of this process would end when it next closes the file."""
        argv = [sys.executable, "-c", _HOLDER, str(self.path)]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            yield
            holder.kill()


_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


class PostgresDatabase(Database):
    def __init__(self, server: PostgresServer, name: str) -> None:
        self.server = server
        self.name = name
        server.run_sql(f"ALTER DATABASE {name} SET log_statement = 'all'")

    def url(self, driver: str = "psycopg2") -> str:
        return self.server.url(self.name, f"postgresql+{driver or 'psycopg2'}")

    def clear(self) -> None:
        self.server.run_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public", self.name)

    def sql(self, *statements: str) -> list[str]:
        return self.server.run_sql("; ".join(statements), self.name).splitlines()

    def mark(self) -> object:
        """Return the length of the server's log of statements."""
        return (self.server.folder / "log").stat().st_size

    def unchanged(self, mark: object) -> bool:
        assert isinstance(mark, int)
        output = (self.server.folder / "log").read_bytes()[mark:].decode()
        words = re.findall(r"LOG:  (?:statement|execute [^:]*): \W*(\w+)", output)
        return _only_read(words, output)


class MariaDatabase(Database):
    def __init__(self, server: MariaServer, name: str) -> None:
        self.server = server
        self.name = name
        server.run_sql("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON")

    def url(self, driver: str = "") -> str:
        return self.server.url(f"mysql+{driver or 'pymysql'}").replace("/?", f"/{self.name}?")

    def clear(self) -> None:
        self.server.run_sql(f"DROP DATABASE {self.name}; CREATE DATABASE {self.name}")

    def sql(self, *statements: str) -> list[str]:
        found = self.server.run_sql("; ".join((f"USE {self.name}", *statements))).splitlines()
        return [line.partition("\t")[0] for line in found]

    def mark(self) -> object:
        """Return the server's time, and restart its log of statements."""
        return self.server.run_sql("TRUNCATE mysql.general_log; SELECT now(6)").strip()

    def unchanged(self, mark: object) -> bool:
        query = (
            "SELECT argument FROM mysql.general_log WHERE command_type IN ('Query', 'Execute') "
            f"AND event_time >= '{mark}'"
        )
        output = self.server.run_sql(query)
        return _only_read(re.findall(r"^\W*(\w+)", output.replace("\\n", " "), re.MULTILINE), output)


_READING = frozenset(
    ("SELECT", "SHOW", "SET", "BEGIN", "COMMIT", "ROLLBACK", "WITH", "SAVEPOINT", "RELEASE", "DESCRIBE", "RESET")
)


def _only_read(words: Sequence[str], output: str) -> bool:
    """Return whether the logged statements (at least one) only read, from their first words."""
    assert words, "nothing was logged"
    assert not {word.upper() for word in words} - _READING, output
    return True


class DatabaseProject:
    """A project with the history a1 <- b2 <- c3 on main, the models of c3, and a database."""

    def __init__(self, project: Project, database: Database, kind: str, driver: str = "") -> None:
        self.project = project
        self.database = database
        self.environment = {"sections": "alembic.ini:second", "flask": "migrations/alembic.ini"}.get(
            kind, "alembic.ini"
        )
        self._versions = "migrations/versions"
        project.write(".gitignore", "*.db\n*.db-*\n__pycache__/\n")
        if "PROJECT_PYTHON" in os.environ:
            python = json.dumps(os.environ["PROJECT_PYTHON"])
            project.write("pyproject.toml", f"[tool.git-alembic]\npython = {python}\n")
        project.write("models.py", MODELS)
        template = Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako"
        project.write("migrations/script.py.mako", template.read_bytes())
        getattr(self, f"_{kind}")(database.url(driver))
        self.revision("a1", None, 'op.create_table("users", ID, NAME)', 'op.drop_table("users")', "create users")
        self.revision(
            "b2", "a1", 'op.add_column("users", sa.Column("email", sa.String(50)))',
            'op.drop_column("users", "email")', "add email",
        )  # fmt: skip
        self.revision("c3", "b2", 'op.create_table("posts", ID)', 'op.drop_table("posts")', "create posts")
        project.commit("start")

    def _plain(self, url: str) -> None:
        self.project.write("alembic.ini", f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n")
        self.project.write("migrations/env.py", PLAIN.format(options=""))

    def _asynchronous(self, url: str) -> None:
        self._plain(url)
        self.project.write("migrations/env.py", ASYNCHRONOUS)

    def _sections(self, url: str) -> None:
        ini = "[alembic]\nscript_location = first\nsqlalchemy.url = sqlite:///first.db\n"
        self.project.write("alembic.ini", f"{ini}\n[second]\nscript_location = migrations\nsqlalchemy.url = {url}\n")
        self.project.write("first/env.py", PLAIN.format(options="").replace("from models import", "metadata = None #"))
        self.project.revision("f1", folder="first/versions")
        self.project.write("migrations/env.py", PLAIN.format(options=', version_table="versions_of_second"'))
        SqliteFile(self.project.path / "first.db").sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
            "INSERT INTO alembic_version VALUES ('f1')",
        )

    def _flask(self, url: str) -> None:
        templates = Path(flask_migrate.__file__).parent / "templates" / "flask"
        self.project.write("migrations/env.py", (templates / "env.py").read_bytes())
        self.project.write("migrations/alembic.ini", (templates / "alembic.ini.mako").read_bytes())
        self.project.write("migrations/script.py.mako", (templates / "script.py.mako").read_bytes())
        self.project.write("wsgi.py", APPLICATION.format(url=url))

    def revision(self, id_: str, down: str | None, up: str, back: str, message: str = "") -> str:
        """Write a revision. ID and NAME in its code stand for columns."""
        text = REVISION.format(id=id_, down=down, up=up, back=back, message=message or f"make {id_}")
        text = text.replace("ID,", 'sa.Column("id", sa.Integer, primary_key=True),')
        text = re.sub(r"\bID\)", 'sa.Column("id", sa.Integer, primary_key=True))', text)
        return self.project.write(
            f"{self._versions}/{id_}_x.py", text.replace("NAME)", 'sa.Column("name", sa.String(30)))')
        )

    def table(self, id_: str, down: str, table: str) -> str:
        """Write a revision that creates a table."""
        return self.revision(id_, down, f'op.create_table("{table}", ID)', f'op.drop_table("{table}")')

    @property
    def version_table(self) -> str:
        return "versions_of_second" if self.environment == "alembic.ini:second" else "alembic_version"

    def at(self, state: str | None, rows: Sequence[str] | None, *more: str) -> None:
        """Set the database to the state after a revision, with these rows in the version table (None: no table)."""
        self.database.clear()
        statements = [*STATES.get(state or "", ()), *more]
        if rows is not None:
            table = self.version_table
            statements.append(f"CREATE TABLE {table} (version_num VARCHAR(40) NOT NULL PRIMARY KEY)")
            statements += [f"INSERT INTO {table} VALUES ('{row}')" for row in rows]
        if statements:
            self.database.sql(*statements)

    def rows(self) -> list[str]:
        return self.database.sql(f"SELECT version_num FROM {self.version_table} ORDER BY 1")

    def doctor(self, *arguments: str, **variables: str) -> dict[str, Any]:
        """Return doctor's report. Assert that it changed nothing."""
        mark = self.database.mark()
        found = self.project.check(*arguments, command="doctor", env=self.variables(**variables))
        assert self.database.unchanged(mark)
        return found

    def causes(self, found: dict[str, Any]) -> list[str]:
        """Return the causes of the relevant environment, without warnings."""
        mine = [cause for cause in found["causes"] if cause["environment"] == self.environment]
        return [cause["cause"] for cause in mine if cause["severity"] != "warning"]

    def execute(self, fixes: Sequence[dict[str, Any]]) -> None:
        """Run the printed commands unchanged, and answer yes to questions."""
        for fix in fixes:
            asks = fix["command"][:2] == ["git", "alembic"] and fix["command"][2] in ("sync", "fix")
            argv = [*fix["command"], *(["--yes"] if asks else [])]
            done = forked.run(argv, self.project.path / fix["cwd"], {**os.environ, **self.variables()})
            assert done.returncode == 0, f"{argv}\n{done.stdout}{done.stderr}"

    def variables(self, **more: str) -> dict[str, str]:
        return {"PATH": os.pathsep.join([*BINS, os.environ["PATH"]]), **more}
