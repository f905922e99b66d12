"""Rehearses repairs on scratch databases with the schema and the version rows of the real database.

They have all rows of an SQLite file that isn't large, and no rows of other databases.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from git_alembic.database.database_state import DatabaseState
from git_alembic.database.diagnosis import Effect
from git_alembic.database.revisions_in_git import read_file_version
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.scratch.checkout import WORKING_TREE
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.new_or_cached_run import EnvPyRunner, ProbeStep, RunRequest
from git_alembic.scratch.scratch_result import Failure

_NOT_THE_REVISIONS = ("variable", "module", "dialect", "server", "refused")  # kinds of failures
_LACKS = {"mysql": "rows, views and triggers"}
_MOST_BYTES = 64 << 20  # of an SQLite file; copying a larger one takes too long
_LOCK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """The result of a repair on the scratch database.

    `failure` is the error of a revision. `unavailable` says why there was no rehearsal. Both are "" otherwise.
    `dropped` are keys ("table x", "column x.y") of what the repair dropped, `remade_tables` the dropped tables that
    exist again. `differences` are autogenerate's differences after it, or None if it can't run. `lacks` is what the
    scratch database didn't have, for example "rows".
    """

    failure: str = ""
    unavailable: str = ""
    dropped: tuple[str, ...] = ()
    remade_tables: tuple[str, ...] = ()
    differences: tuple[str, ...] | None = None
    changes_schema: bool = False
    lacks: str = ""

    @property
    def is_successful(self) -> bool:
        return not (self.failure or self.unavailable)


@dataclass(frozen=True)
class Rehearser:
    """Runs the rehearsals of one environment. `runner` is already entered."""

    repository: Repository
    python: Interpreter
    environment: Environment
    runner: EnvPyRunner

    def rehearse(self, database: DatabaseState, position: int, effects: Sequence[Effect]) -> list[RehearsalResult]:
        """Rehearse effects on the database at a position of env.py, each on its own scratch database."""
        if database.statements is None:
            reason = f"its schema cannot be rebuilt: {database.undefined}"
            return [RehearsalResult(unavailable=reason) for _ in effects]
        results: dict[int, RehearsalResult] = {}
        for with_files in (False, True):
            group = [number for number, effect in enumerate(effects) if bool(effect.files) == with_files]
            if group:
                rehearsals = self._run(database, position, [effects[number] for number in group])
                results.update(zip(group, rehearsals, strict=True))
        return [results[number] for number in range(len(effects))]

    def _run(self, database: DatabaseState, position: int, effects: Sequence[Effect]) -> list[RehearsalResult]:
        rows = self._copy_rows(database)
        requests = [RunRequest((_step(database, position, effect, rows),)) for effect in effects]
        code = {
            file.revision.id: read_file_version(self.repository, file) for effect in effects for file in effect.files
        }
        try:
            runs = self.runner.run(self.environment, WORKING_TREE, requests, more_versions=code)
        except CannotCheck as reason:
            return [RehearsalResult(unavailable=str(reason)) for _ in effects]
        lacks = "" if rows else _LACKS.get(database.dialect, "rows")
        return [replace(self._parse(run.answer["run"], position), lacks=lacks) for run in runs]

    def _copy_rows(self, database: DatabaseState) -> str:
        """Copy an SQLite file for code that runs on this machine. Return the path, or ""."""
        if self.python.command or not database.file:
            return ""
        copy = os.path.join(self.runner.make_folder(), "rows.sqlite")
        return copy if copy_rows(database.file, copy) else ""

    def _parse(self, run: Mapping[str, Any], position: int) -> RehearsalResult:
        if run["failure"]:
            failure = Failure(**run["failure"])
            text = explain_failure(failure, self.python)
            if failure.revision is None or failure.kind in _NOT_THE_REVISIONS:
                return RehearsalResult(unavailable=text)
            return RehearsalResult(failure=text)
        databases = run["databases"]
        result = databases[position].get("rehearsal") if position < len(databases) else None
        if result is None:
            return RehearsalResult(
                unavailable="env.py connects to other databases when it is run on a scratch database"
            )
        dropped = [f"table {table}" for table in result["dropped_tables"]]
        dropped += [f"column {column}" for column in result["dropped_columns"]]
        differences = result["differences"]
        return RehearsalResult(
            dropped=tuple(dropped),
            remade_tables=tuple(result["remade_tables"]),
            differences=None if differences is None else tuple(differences),
            changes_schema=result["changes_schema"],
        )


def _step(database: DatabaseState, position: int, effect: Effect, file: str) -> ProbeStep:
    plan = {
        "file": file,
        "statements": list(database.statements or ()),
        "rows": list(effect.rows),
        "schemas": list(database.schemas),
        "downgrades": list(effect.downgrades),
        "heads": list(effect.heads),
    }
    return {"do": "rehearse", "plans": [None] * position + [plan]}


def copy_rows(file: str, copy: str) -> bool:
    """Copy an SQLite file, which is only read. Return False if it is too large or unreadable."""
    try:
        if not file or os.path.getsize(file) > _MOST_BYTES:
            return False
        with (
            closing(sqlite3.connect(f"file:{quote(file)}?mode=ro", uri=True, timeout=_LOCK_SECONDS)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except (OSError, sqlite3.Error):
        return False
    return True
