"""Moves the project's own databases: downgrades revisions that the working tree lacks, then upgrades to its heads.

The question has "top", "working_tree", "cwd", "bytecode" and "environment" (see `main`), "files": {path of an SQLite
file: the copy to open instead}, and "databases", one for each that env.py reaches, in order: {"current": [the rows of
its version table], "downgrades": [id, children first], "heads": [id], "drops": [tables that the plan names], "keep":
[tables whose rows are first written to the new file "dump"]}.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from alembic.runtime.migration import MigrationStep
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from git_alembic.scratch.probe.guard.connections.sqlite_connections import connect_arguments, file_of
from git_alembic.scratch.probe.guard.password_masking import Secrets
from git_alembic.scratch.probe.guard.read_only_guard import TIMEOUT_OPTIONS
from git_alembic.scratch.probe.project.env_py import run_env_py
from git_alembic.scratch.probe.project.exception_description import describe_failure
from git_alembic.scratch.probe.project.imports_from_checked_tree import import_from_tree
from git_alembic.scratch.probe.project_databases.drop_guard_and_row_backup import DropGuard, write_rows

_LOCK_TIMEOUT = "SELECT set_config('lock_timeout', '15s', false) WHERE current_setting('lock_timeout') = '0'"


class HasMoved(Exception):
    """The database isn't at the revisions that the plan found."""


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"failure": null or see `describe_failure`, "begun": [{"revision", "down": bool}], the latest last}."""
    import_from_tree(question)
    os.chdir(question["cwd"])
    sys.path.append(question["cwd"])
    secrets = Secrets()
    secrets.watch_engines()
    _redirect(question["files"])
    event.listen(Engine, "do_connect", _connecting)
    event.listen(Pool, "connect", _limit_lock_wait)
    moves = _Moves(question["databases"])
    failure = None
    try:
        run_env_py(question["environment"], moves)
    except BaseException as error:  # noqa: BLE001 - env.py may exit, too
        failure = describe_failure(
            error, question["top"], moves.stage, moves.begun[-1]["revision"] if moves.begun else None
        )
    without_passwords: dict[str, Any] = secrets.hide_in_json({"failure": failure, "begun": moves.begun})
    return without_passwords


class _Moves:
    """Alembic calls it once for each database. `stage` is the current step."""

    def __init__(self, databases: list[dict[str, Any]]) -> None:
        self.begun: list[dict[str, Any]] = []
        self.stage = "environment"
        self._databases = iter(databases)
        self._guard: DropGuard | None = None
        event.listen(Engine, "before_cursor_execute", self._check)

    def _check(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        if self._guard is not None and self.stage != "environment":
            self._guard.check(statement)

    def __call__(self, script: Any, context: Any) -> Iterator[Any]:
        planned = next(self._databases, None)
        current = sorted(context.get_current_heads())
        if planned is None or current != sorted(planned["current"]):
            raise HasMoved(
                "the database is now at {}; it was at a different revision when the plan was made".format(
                    ", ".join(current) or "nothing"
                )
            )
        if planned["keep"]:
            write_rows(context.connection, planned["keep"], planned["dump"])
        self._guard = DropGuard(context.connection, planned["drops"])
        for id_ in planned["downgrades"]:
            step = MigrationStep.downgrade_from_script(script.revision_map, script.get_revision(id_))
            self.stage = "downgrade"
            self.begun.append({"revision": id_, "down": True})
            yield step
        self.stage = "environment"
        heads = tuple(planned["heads"])
        for step in script._upgrade_revs(heads, context.get_current_heads()):  # noqa: SLF001 - as alembic.command does
            self.stage = "upgrade"
            self.begun.append({"revision": step.revision.revision, "down": False})
            yield step
        self.stage = "environment"


def _connecting(dialect: Any, record: Any, _: Any, options: dict[str, Any]) -> None:
    record.info["dialect"] = dialect.name
    for name, value in TIMEOUT_OPTIONS.get(dialect.driver, {}).items():
        if "connect" in name or name == "timeout":
            options.setdefault(name, value)


def _limit_lock_wait(connection: Any, record: Any) -> None:
    """Wait for the locks of other sessions, but not forever. A limit of the server stays."""
    if record.info.get("dialect") == "postgresql":
        cursor = connection.cursor()
        cursor.execute(_LOCK_TIMEOUT)
        cursor.close()
        connection.commit()


def _redirect(files: Mapping[str, str]) -> None:
    """Open the copies instead of the files."""
    original = sqlite3.connect
    copies = {os.path.realpath(path): copy for path, copy in files.items()}

    def connect(database: Any, *arguments: Any, **options: Any) -> Any:
        by_name = connect_arguments(arguments, options)
        path = file_of(os.fsdecode(database), uri=bool(by_name.get("uri", False)))
        copy = copies.get(os.path.realpath(path)) if path else None
        if copy is None:
            return original(database, **by_name)
        return original(f"file:{quote(copy)}", **{**by_name, "uri": True})

    replaced: Any = connect
    sqlite3.connect = sqlite3.dbapi2.connect = replaced
