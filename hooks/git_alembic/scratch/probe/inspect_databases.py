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

from git_alembic.scratch.probe.autogenerate import differences
from git_alembic.scratch.probe.database_contents import described, file_of, models, tables, version
from git_alembic.scratch.probe.guard.read_only import ReadOnlyGuard
from git_alembic.scratch.probe.guard.secrets import Secrets
from git_alembic.scratch.probe.project.env_py import NoDatabase, run
from git_alembic.scratch.probe.project.failure import describe
from git_alembic.scratch.probe.project.imports import come_from
from git_alembic.scratch.probe.project.url_origin import Origins, same
from git_alembic.scratch.probe.schema import snapshot
from git_alembic.scratch.probe.steps import metadata


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """{"databases": [see `_Look`], "failure": null or see `failure.describe`, "urls": [of the engines that were made],
    "configured": null or {"kind", "url"}, "attempts", "absent", "interrupted", "refused": see `readonly.ReadOnlyGuard`,
    "versions": {name: version}}, with all passwords hidden."""
    guard = ReadOnlyGuard()
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
            "models": models(context),
            "file": file_of(connection),
        }
        # Outside of the transaction that env.py may have begun nothing of ours is left behind.
        found["version"] = version(context)
        found["tables"] = tables(connection, found)
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


def _application() -> Any:
    """The Flask application, if one is at work."""
    flask = sys.modules.get("flask")
    try:
        return flask.current_app._get_current_object() if flask else None  # noqa: SLF001 - as Flask documents it
    except RuntimeError:
        return None
