"""Inspects the project's own databases as env.py reaches them, without writing.

The question has "top", "working_tree", "subfolder", "cwd", "bytecode", "scratch" and "environment" (see `main`);
"known" and "heads": the ids of the working tree; "compare": [positions of databases to compare with the models]; and
"count": {position of a database: [keys of `schema_description` whose rows or values are counted]}.
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

from git_alembic.scratch.probe.guard.password_masking import Secrets
from git_alembic.scratch.probe.guard.read_only_guard import REFUSAL, ReadOnlyGuard
from git_alembic.scratch.probe.migration_steps import difference_texts
from git_alembic.scratch.probe.project.env_py import NoDatabase, run_env_py
from git_alembic.scratch.probe.project.exception_description import describe_failure
from git_alembic.scratch.probe.project.imports_from_checked_tree import import_from_tree
from git_alembic.scratch.probe.project.uncommitted_transactions import OpenTransaction, Transactions
from git_alembic.scratch.probe.project_databases.hosts_of_database_connection import (
    connected_hosts,
    remember_given_hosts,
)
from git_alembic.scratch.probe.project_databases.schema_as_ddl import schema_statements
from git_alembic.scratch.probe.project_databases.tables_and_version_rows import (
    count_values,
    describe_url,
    file_of,
    list_tables,
    model_tables,
    version_rows,
)
from git_alembic.scratch.probe.project_databases.url_origin import UrlOrigins, is_same_database
from git_alembic.scratch.probe.schema_description import describe_schema


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"databases": [see `_Inspection`], "failure": null or see `describe_failure`, "urls": [of all engines],
    "configured": null or {"kind", "url", "is_placeholder"}, "attempts", "absent", "interrupted", "refused": see
    `guard.read_only_guard.ReadOnlyGuard` ("absent" is its `missing`), "versions": {name: version}}, with all passwords
    hidden."""
    guard = ReadOnlyGuard((question["top"], question["working_tree"]), question["scratch"])
    import_from_tree(question)
    os.chdir(question["cwd"])
    sys.path.append(question["cwd"])
    inspection = _Inspection(dict(os.environ), question)
    failure = None
    try:
        run_env_py(question["environment"], lambda *_: iter(()), inspection.context)
        if not inspection.databases:
            failure = describe_failure(NoDatabase("env.py ran no migrations"), question["top"], "environment", None)
    except BaseException as error:  # noqa: BLE001 - env.py may exit, too
        failure = describe_failure(error, question["top"], "environment", None)
    if failure and guard.attached and "not authorized" in failure["message"]:
        failure.update(type="RefusedWrite", message=f"{REFUSAL}: {guard.attached}")
    inspection.finish()
    result: dict[str, Any] = {
        "databases": inspection.databases,
        "failure": failure,
        "urls": [describe_url(url) for url in inspection.urls],
        "configured": inspection.describe_configured_url(),
        "attempts": guard.attempts,
        "absent": guard.missing,
        "interrupted": guard.list_interrupted_files(),
        "refused": guard.refused,
        "versions": {
            "python": platform.python_version(),
            "alembic": alembic.__version__,
            "sqlalchemy": sqlalchemy.__version__,
        },
    }
    without_passwords: dict[str, Any] = inspection.secrets.hide_in_json(result)
    return without_passwords


class _Inspection:
    """Looks at each database when env.py would run migrations on it.

    `databases`, in order: {"name": what env.py calls it or "", "url": see `describe_url`, "origins": see `UrlOrigins`,
    "agrees": whether the configuration names the same database, null if it names none,
    "dialect", "server": its version, "file": of an SQLite database or "", "version_table", "version_table_schema",
    "version": {"exists": bool, "columns": [str], "rows": [text or null]},
    "schema", "schemas", "tables", "own_tables": see `list_tables`, "models": [those of env.py's metadata],
    "hosts": see `connected_hosts`, "uncommitted": null, or {"path", "line"} of where env.py begins a transaction before
    `context.configure` and never commits it,
    "counts": {key: see `count_values`},
    unless it is at the heads: "statements": see `schema_statements`, or null, and why in "undefined",
    and if the version table names no known revision, or "compare" has its position: "contents": see
    `schema_description`, "differences": texts of what autogenerate finds, null if autogenerate fails}.
    """

    def __init__(self, outside: Mapping[str, str], question: Mapping[str, Any]) -> None:
        top = self._top = question["top"]
        self._heads = question["heads"]
        self._known = question["known"]
        self._count = question["count"]
        self._compare = question["compare"]
        self.databases: list[dict[str, Any]] = []
        self.secrets = Secrets()
        self.urls = self.secrets.watch_engines()
        self._outside = outside
        self._origins: UrlOrigins | None = None
        remember_given_hosts()
        self._transactions = Transactions(top)
        self._open: list[OpenTransaction | None] = []  # one per database

    def context(self, config: Any, *arguments: Any, **options: Any) -> Any:
        """Return env.py's `context`, which inspects the database when Alembic would run."""
        self._origins = UrlOrigins(config, self._outside)
        self.secrets.learn_url(self._origins.configured["value"] if self._origins.configured else None)
        context = EnvironmentContext(config, *arguments, **options)

        def run_migrations(**options_of_run: Any) -> None:
            self._inspect(context.get_context(), options_of_run)

        # Not a class of its own, because the objects that env.py imports are made for this class.
        setattr(context, "run_migrations", run_migrations)  # noqa: B010 - no method is assigned to, says mypy
        return context

    def finish(self) -> None:
        """Record which transactions are still open after the end of env.py."""
        for database, transaction in zip(self.databases, self._open):
            is_lost = transaction is not None and not transaction.is_committed
            database["uncommitted"] = transaction.place if transaction is not None and is_lost else None
        for database in self.databases:
            # One of several version tables in a database (for example of tenants) concerns only its own schema.
            url = database["url"]["text"]
            schemas = {other["schema"] for other in self.databases if other["url"]["text"] == url}
            database["shares_database"] = len(schemas) > 1
            if len(schemas) > 1 and database["version_table_schema"]:
                database["tables"] = database["own_tables"]

    def describe_configured_url(self) -> dict[str, Any] | None:
        configured = self._origins.configured if self._origins else None
        if not configured:
            return None
        return {"kind": configured["kind"], "url": configured["value"], "is_placeholder": configured["is_placeholder"]}

    def _inspect(self, context: Any, options: Mapping[str, Any]) -> None:
        connection = context.connection
        url = connection.engine.url
        database: dict[str, Any] = {
            "name": str(options.get("engine_name", "")),
            "url": describe_url(url),
            **self._origin(url),
            "dialect": context.dialect.name,
            "server": ".".join(map(str, getattr(context.dialect, "server_version_info", None) or ())),
            "version_table": context.version_table,
            "version_table_schema": context.version_table_schema,
            "models": model_tables(context),
            "file": file_of(connection),
            "hosts": connected_hosts(connection),
        }
        # Outside env.py's own transaction, so that we leave nothing behind.
        database["version"] = version_rows(context)
        database.update(list_tables(context, database))
        if set(database["version"]["rows"]) != set(self._heads):
            database["statements"], database["undefined"] = self._statements(connection, database["schemas"])
            if database["tables"] and self._is_to_be_compared(database):
                database["contents"] = describe_schema(connection)
                database["differences"] = difference_texts(context.script, context, self._top)
        database["counts"] = {
            key: count_values(connection, key) for key in self._count.get(str(len(self.databases)), ())
        }
        self._open.append(self._transactions.opened_before(context))
        self.databases.append(database)

    def _is_to_be_compared(self, database: Mapping[str, Any]) -> bool:
        """True if no row names a known revision, or if the question requests it."""
        return len(self.databases) in self._compare or not set(database["version"]["rows"]) & set(self._known)

    def _statements(self, connection: Any, schemas: Sequence[str]) -> tuple[list[str] | None, str]:
        try:
            return schema_statements(connection, [schema or None for schema in schemas]), ""
        except Exception as error:  # noqa: BLE001 - something that SQLAlchemy can't reflect
            return None, " ".join(str(error).split())[:300]

    def _origin(self, url: Any) -> dict[str, Any]:
        origins = self._origins
        if origins is None:
            return {"origins": [], "agrees": None}
        agrees = is_same_database(origins.configured["value"], url) if origins.configured else None
        return {"origins": origins.find(url, _application()), "agrees": agrees}


def _application() -> Any:
    """Return the Flask application if one is active."""
    flask = sys.modules.get("flask")
    try:
        return flask.current_app._get_current_object() if flask else None  # noqa: SLF001 - Flask documents it
    except RuntimeError:
        return None
