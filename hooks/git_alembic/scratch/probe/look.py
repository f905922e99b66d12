"""What the project's own databases hold, as env.py reaches them; nothing is written.

The question has "top", "instead_of", "cwd", "bytecode" and "environment" (see `main`), and "known": the ids that the
working tree has.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import alembic
import sqlalchemy
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import column, inspect, select
from sqlalchemy import table as named_table

from git_alembic.scratch.probe.environment import NoDatabase, run
from git_alembic.scratch.probe.failure import describe
from git_alembic.scratch.probe.imports import come_from
from git_alembic.scratch.probe.operations import differences
from git_alembic.scratch.probe.origin import Origins, same
from git_alembic.scratch.probe.readonly import ReadOnly
from git_alembic.scratch.probe.schema import SYSTEM, snapshot
from git_alembic.scratch.probe.secrets import Secrets
from git_alembic.scratch.probe.steps import metadata

_MOST_ROWS = 1000


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """{"databases": [see `_Look`], "failure": null or see `failure.describe`, "urls": [of the engines that were made],
    "configured": null or {"kind", "url"}, "attempts", "absent", "interrupted", "refused": see `readonly.ReadOnly`,
    "versions": {name: version}}, with all passwords hidden."""
    guard = ReadOnly()
    come_from(question["top"], question["instead_of"])
    os.chdir(question["cwd"])
    sys.path.append(question["cwd"])
    look = _Look(dict(os.environ), question["top"], question["known"])
    failure = None
    try:
        run(question["environment"], lambda *_: iter(()), look.context)
        if not look.databases:
            failure = describe(NoDatabase("env.py ran no migrations"), question["top"], "environment", None)
    except BaseException as error:  # noqa: BLE001 - env.py may exit, too
        failure = describe(error, question["top"], "environment", None)
    found: dict[str, Any] = {
        "databases": look.databases,
        "failure": failure,
        "urls": [described(url) for url in look.urls],
        "configured": look.configured(),
        "attempts": guard.attempts,
        "absent": guard.missing,
        "interrupted": guard.interrupted(),
        "refused": guard.refused,
        "versions": {
            "python": platform.python_version(),
            "alembic": alembic.__version__,
            "sqlalchemy": sqlalchemy.__version__,
        },
    }
    shown: dict[str, Any] = look.secrets.hidden(found)
    return shown


class _Look:
    """Looks at each database when env.py would run migrations on it.

    `databases`, in order: {"name": what env.py calls it or "", "url": see `described`, "origins": see `origin.Origins`,
    "agrees": whether the configuration means the same database, null where it means none,
    "dialect", "server": its version, "file": of an SQLite database or "", "version_table", "version_table_schema",
    "version": {"exists": bool, "columns": [str], "rows": [text or null]},
    "tables": [those of the database], "models": [those of env.py's metadata],
    where the version table names no known revision: "schema": see `schema`,
    "differences": texts of what autogenerate finds, null where it cannot say}.
    """

    def __init__(self, outside: Mapping[str, str], top: str, known: Sequence[str]) -> None:
        self._top = top
        self._known = known
        self.databases: list[dict[str, Any]] = []
        self.secrets = Secrets()
        self.urls = self.secrets.watch_engines()
        self._outside = outside
        self._origins: Origins | None = None

    def context(self, config: Any, *arguments: Any, **options: Any) -> Any:
        """What env.py knows as `context`: it looks where Alembic would run."""
        self._origins = Origins(config, self._outside)
        self.secrets.learn_url(self._origins.configured["value"] if self._origins.configured else None)
        context = EnvironmentContext(config, *arguments, **options)

        def run_migrations(**named: Any) -> None:
            self._look(context.get_context(), named)

        # Not in a class of its own: what env.py imports is made for this class alone.
        setattr(context, "run_migrations", run_migrations)  # noqa: B010 - no method is assigned to, says mypy
        return context

    def configured(self) -> dict[str, Any] | None:
        found = self._origins.configured if self._origins else None
        return {"kind": found["kind"], "url": found["value"]} if found else None

    def _look(self, context: Any, named: Mapping[str, Any]) -> None:
        connection = context.connection
        url = connection.engine.url
        found: dict[str, Any] = {
            "name": str(named.get("engine_name", "")),
            "url": described(url),
            **self._origin(url),
            "dialect": context.dialect.name,
            "server": ".".join(map(str, getattr(context.dialect, "server_version_info", None) or ())),
            "version_table": context.version_table,
            "version_table_schema": context.version_table_schema,
            "models": _models(context),
            "file": _file(connection),
        }
        # Outside of the transaction that env.py may have begun nothing of ours is left behind.
        found["version"] = _version(context)
        found["tables"] = _tables(connection, found)
        if found["tables"] and not set(found["version"]["rows"]) & set(self._known):
            found["schema"] = snapshot(connection)
            found["differences"] = self._differences(context)
        self.databases.append(found)

    def _differences(self, context: Any) -> list[str] | None:
        try:
            found = differences(context.script, context, metadata(context), self._top)
        except Exception:  # noqa: BLE001 - no models, or a history that does not load: it is only one witness
            return None
        return [str(one["text"]) for one in found]

    def _origin(self, url: Any) -> dict[str, Any]:
        origins = self._origins
        if origins is None:
            return {"origins": [], "agrees": None}
        agrees = same(origins.configured["value"], url) if origins.configured else None
        return {"origins": origins.of(url, _application()), "agrees": agrees}


def described(url: Any) -> dict[str, Any]:
    """{"text", "driver", "host", "port", "database", "user"} of a URL."""
    host = url.host or url.query.get("host")
    hidden = url.set(password="***") if url.password is not None else url  # noqa: S106 - that is none
    return {
        "text": hidden.render_as_string(hide_password=True),
        "driver": url.drivername,
        "host": host[0] if isinstance(host, tuple) else host,
        "port": url.port,
        "database": url.database,
        "user": url.username,
    }


def _application() -> Any:
    """The Flask application, if one is at work."""
    flask = sys.modules.get("flask")
    try:
        return flask.current_app._get_current_object() if flask else None  # noqa: SLF001 - as Flask documents it
    except RuntimeError:
        return None


def _file(connection: Any) -> str:
    """The file of an SQLite database, "" for any other."""
    if connection.dialect.name != "sqlite":
        return ""
    found = connection.exec_driver_sql("PRAGMA database_list").fetchall()
    return next((str(row[2]) for row in found if row[1] == "main"), "")


def _models(context: Any) -> list[str]:
    named = context.opts.get("target_metadata")
    every = named if isinstance(named, (list, tuple)) else [named]
    return sorted({str(table.key) for one in every if one is not None for table in one.tables.values()})


def _version(context: Any) -> dict[str, Any]:
    inspector = inspect(context.connection)
    table, schema = context.version_table, context.version_table_schema
    if table not in inspector.get_table_names(schema=schema):
        return {"exists": False, "columns": [], "rows": []}
    columns = [one["name"] for one in inspector.get_columns(table, schema=schema)]
    rows: list[Any] = []
    if "version_num" in columns:
        asked: Any = select(column("version_num")).select_from(named_table(table, schema=schema))
        rows = [row[0] for row in context.connection.execute(asked).fetchmany(_MOST_ROWS)]
    return {"exists": True, "columns": columns, "rows": [None if one is None else str(one) for one in rows]}


def _tables(connection: Any, found: Mapping[str, Any]) -> list[str]:
    """The tables of the schemas that the models and the version table are in, and of the default one."""
    inspector = inspect(connection)
    default = inspector.default_schema_name
    named = {key.rpartition(".")[0] for key in found["models"]} | {found["version_table_schema"] or ""}
    schemas = [None, *(one for one in inspector.get_schema_names() if one in named and one != default)]
    tables = [
        f"{schema}.{table}" if schema else table
        for schema in schemas
        if schema not in SYSTEM
        for table in inspector.get_table_names(schema=schema)
    ]
    own = ".".join(filter(None, (found["version_table_schema"], found["version_table"])))
    return sorted(one for one in tables if one != own)
