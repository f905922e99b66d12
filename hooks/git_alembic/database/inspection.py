"""Reads the history of the working tree, inspects the databases of one environment, and finds the causes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from git_alembic.config.settings import Settings
from git_alembic.database.causes import unreachable, wrong_target
from git_alembic.database.database_state import DatabaseState, InspectionResult
from git_alembic.database.diagnosis import Cause, DatabaseSummary, Diagnosis, Effect, ProjectRuntime
from git_alembic.database.doctor import Doctor, describe_foreign_version_table, gather_facts
from git_alembic.database.facts_for_causes import DatabaseFacts
from git_alembic.database.rehearsals.rehearser import RehearsalResult, Rehearser
from git_alembic.database.requests_to_probe import Questions, inspect_databases
from git_alembic.environments.environment import Environment
from git_alembic.environments.no_environment_message import describe_missing_environment
from git_alembic.environments.package_manager_run_prefix import with_runner
from git_alembic.errors import CannotCheck
from git_alembic.git import INDEX, Repository
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.history.snapshot_reader import open_reader, read_staged_environments
from git_alembic.lost_revisions.revision_query import list_python_files
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision, Unreadable
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.interpreter.project_python import interpreter
from git_alembic.scratch.new_or_cached_run import EnvPyRunner
from git_alembic.scratch.scratch_result import Failure
from git_alembic.terminal.progress import waiting

_WRITES = ("RefusedWrite", "read-only transaction", "READ ONLY transaction", "readonly database")


def load_environments(repository: Repository, names: Sequence[str]) -> tuple[list[Snapshot], Settings]:
    """Return (the environments as Alembic would load them from the working tree, the settings). No names: all."""
    if repository.top is None:
        raise CannotCheck("there is no working tree here, and the project's code needs one to run")
    reader = open_reader(repository)
    tree, snapshots = read_staged_environments(reader, names)
    settings = reader.trees.settings.of_tree(tree.files)
    if not snapshots:
        raise CannotCheck(describe_missing_environment(tree.files, reader.trees.file_reader(tree.files)))
    chosen = [snapshot for snapshot in snapshots if not names or snapshot.environment.name in names]
    here = (working_tree_snapshot(repository.top or "", snapshot) for snapshot in chosen)
    return [
        snapshot._replace(environment=with_runner(repository, INDEX, snapshot.environment)) for snapshot in here
    ], settings


def working_tree_snapshot(top: str, snapshot: Snapshot) -> Snapshot:
    """Return the same environment with the files of the working tree."""
    readings = list(_readings(top, snapshot.environment))
    graph = RevisionGraph(reading for reading in readings if isinstance(reading, Revision))
    unreadable = tuple(sorted(reading for reading in readings if isinstance(reading, Unreadable)))
    return snapshot._replace(name="the working tree", graph=graph, unreadable=unreadable)


def _readings(top: str, environment: Environment) -> Iterator[Revision | Unreadable]:
    paths = {path for folder in environment.versions for path in list_python_files(top, folder)}
    return (_reading(top, path) for path in sorted(path for path in paths if environment.holds(path)))


def _reading(top: str, path: str) -> Revision | Unreadable:
    try:
        with open(os.path.join(top, path), "rb") as stream:
            return read_revision(path, "", stream.read())
    except OSError as error:
        return Unreadable(path, "", f"it cannot be read: {error.strerror}")


def _distinct_version_tables(databases: Sequence[DatabaseState]) -> dict[int, DatabaseState]:
    """Return the databases by position. A version table that env.py visits again is left out."""
    positions: dict[tuple[str, str | None, str], int] = {}
    for number, database in enumerate(databases):
        positions.setdefault((database.url.text, database.schema_name, database.version_table), number)
    return {number: databases[number] for number in positions.values()}


class Inspection:
    """The databases of one environment. Each method runs only what it needs."""

    def __init__(self, repository: Repository, settings: Settings, snapshot: Snapshot) -> None:
        self._repository = repository
        self._settings = settings
        self._snapshot = snapshot
        self.environment = snapshot.environment
        self._top = repository.top or ""
        self._last: tuple[DatabaseState, ...] = ()
        self.python = interpreter(settings.python, self._top, os.environ, snapshot.environment.cwd)

    def facts(self) -> list[DatabaseFacts]:
        """Return the facts on each database for `sync`. Raise CannotCheck if one can't be inspected."""
        return [self._facts(database) for database in self.databases()]

    def databases(self) -> tuple[DatabaseState, ...]:
        """Return the state of each database. Raise CannotCheck if one can't be inspected."""
        name = self.environment.name
        inspected = self._inspect()
        causes, reasons = self._explain_failure(inspected)
        reasons += [cause.message for cause in causes]
        reasons += filter(None, map(describe_foreign_version_table, inspected.databases))
        if reasons:
            raise CannotCheck(reasons[0] if reasons[0].startswith(name) else f"{name}: {reasons[0]}")
        self._last = inspected.databases
        return inspected.databases

    def rehearse(self, effects: Mapping[int, Effect]) -> dict[int, RehearsalResult]:
        """Rehearse moves on scratch databases. Return the results by position of the database."""
        with EnvPyRunner(self._repository, self.python, self._settings.drift) as runner:
            rehearser = Rehearser(self._repository, self.python, self.environment, runner)
            return {
                position: rehearser.rehearse(self._last[position], position, [effect])[0]
                for position, effect in effects.items()
            }

    def ask_again(self, questions: Questions) -> tuple[DatabaseState, ...]:
        """Return the databases with the answers, or () if they can't be inspected any longer."""
        try:
            return self._inspect(questions).databases
        except CannotCheck:
            return ()

    def diagnose(self) -> Diagnosis:
        """Return the causes of this environment. The reasons say what couldn't be inspected."""
        name = self.environment.name
        runtime = ProjectRuntime(name, self.python.path, self.python.why)
        try:
            inspected = self._inspect()
        except CannotCheck as error:
            return Diagnosis(reasons=(str(error),), runtimes=(runtime,))
        causes, reasons = self._explain_failure(inspected)
        distinct = _distinct_version_tables(inspected.databases)
        with EnvPyRunner(self._repository, self.python, self._settings.drift) as runner:
            doctor = Doctor(self._repository, self._settings, self._snapshot, self.python, runner, self._inspect)
            for number, database in distinct.items():
                causes_of_one, problems = doctor.diagnose(inspected, database, number)
                causes += [self._place(cause, database, number) for cause in causes_of_one]
                reasons += problems
        return Diagnosis(
            databases=tuple(self._summarize(database, number) for number, database in distinct.items()),
            causes=tuple(causes),
            reasons=tuple(reasons),
            runtimes=(replace(runtime, versions=inspected.versions),),
        )

    def _inspect(self, questions: Questions = Questions()) -> InspectionResult:  # noqa: B008 - a frozen value
        name = self.environment.name
        if self._snapshot.unreadable:
            file = self._snapshot.unreadable[0]
            raise CannotCheck(f"{file.path}:{file.line}: {file.reason} (see `git alembic check`)")
        try:
            with waiting(f"{name}: looking at the database", sys.stderr):
                graph = self._snapshot.graph
                return inspect_databases(self._repository, self.python, self.environment, graph, questions)
        except CannotCheck as error:
            raise CannotCheck(f"{name}: {error}") from error

    def _place(self, cause: Cause, database: DatabaseState, number: int) -> Cause:
        return replace(
            cause,
            environment=self.environment.name,
            database=database.name,
            schema=database.schema_name,
            version_table=database.version_table,
            position=number,
        )

    def _summarize(self, database: DatabaseState, number: int) -> DatabaseSummary:
        return DatabaseSummary(
            environment=self.environment.name,
            name=database.name,
            url=database.url.text,
            source=wrong_target.describe_source(database, self.environment.ini),
            dialect=database.dialect,
            server=database.server,
            version_table=database.version_table,
            revisions=tuple("NULL" if row is None else row for row in database.version.rows),
            tables=len(database.tables),
            schema=database.schema_name,
            label=database.label,
            position=number,
        )

    def _explain_failure(self, inspected: InspectionResult) -> tuple[list[Cause], list[str]]:
        """Return (why there was no connection, what else went wrong)."""
        if inspected.failure is None:
            return [], []
        cause = unreachable.find(inspected, (*self.python.words, "-m", "pip"))
        if cause is not None:
            return [replace(cause, environment=self.environment.name)], []
        reason = describe_project_failure(inspected.failure) or explain_failure(inspected.failure, self.python)
        return [], [f"{self.environment.name}: {reason}"]

    def _facts(self, database: DatabaseState) -> DatabaseFacts:
        return gather_facts(self._repository, self._settings, self._snapshot, database)


def describe_project_failure(failure: Failure) -> str:
    """Explain that a variable isn't set, Flask finds no application, or the project's code tried to write."""
    if failure.kind == "variable":
        return f"the project's settings need the environment variable {failure.name}, which is not set"
    if failure.kind == "application" and failure.name:
        return f"the Flask application was not found: {failure.message} Set FLASK_APP, for example to {failure.name}"
    if not any(mark in f"{failure.type} {failure.message}" for mark in _WRITES):
        return ""
    where = f" at {failure.path}:{failure.line}" if failure.path else ""
    problem = failure.message.rpartition("meanwhile: ")[2]
    return f"the project's code tried to write to the database{where}, and git-alembic blocked it: {problem}"
