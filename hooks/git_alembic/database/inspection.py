"""Looks at the databases of one environment, gathers what git and scratch databases know, and has it diagnosed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from git_alembic.config.settings import Settings
from git_alembic.database.cannot_judge import broken, foreign, misbehaved
from git_alembic.database.cause import Cause
from git_alembic.database.causes.behind import of_versions
from git_alembic.database.causes.unreachable import unreachable
from git_alembic.database.causes.wrong_target import of_target, source
from git_alembic.database.diagnosis import Diagnosis, Runtime, Seen
from git_alembic.database.facts import Case, Match
from git_alembic.database.lost_ancestors import descent
from git_alembic.database.project_databases import look
from git_alembic.database.repository_facts import namesakes, origins, published_ids
from git_alembic.database.schema_match import match
from git_alembic.database.state import Look, Sight
from git_alembic.errors import CannotJudge
from git_alembic.git import INDEX, Repository
from git_alembic.history.change import Snapshot
from git_alembic.history.snapshots import History
from git_alembic.history.working_tree import on_disk
from git_alembic.revisions.revision_cache import RevisionCache
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.project_python import interpreter
from git_alembic.scratch.runner import ScratchRunner
from git_alembic.terminal.progress import waiting


def environments(repository: Repository, names: Sequence[str]) -> tuple[list[Snapshot], Settings]:
    """(the environments as Alembic would load them from the working tree now, the settings); all without a name."""
    if repository.top is None:
        raise CannotJudge("there is no working tree here, and the project's code has to be run in one")
    cache = RevisionCache(repository.common_dir, repository.read)
    history = History(repository, cache)
    tree, roots = history.whole(INDEX, "staged")
    sides = history.snapshots(tree, roots)
    settings = history.settings(tree.files)
    cache.save()
    known = [side.environment.name for side in sides]
    for name in names:
        if name not in known:
            raise CannotJudge(f"there is no environment {name!r} here, only {', '.join(known)}")
    if not sides:
        raise CannotJudge("no Alembic environment is staged or committed here (`git add` one)")
    chosen = [side for side in sides if not names or side.environment.name in names]
    return [on_disk(repository.top or "", side) for side in chosen], settings


class Examination:
    """One environment, looked at once."""

    def __init__(self, repository: Repository, settings: Settings, side: Snapshot) -> None:
        """Nothing is run before it is asked for."""
        self._repository = repository
        self._settings = settings
        self._side = side
        self.environment = side.environment
        self._top = repository.top or ""
        self.python = interpreter(settings.python, self._top, os.environ, side.environment.cwd)

    def cases(self) -> list[Case]:
        """The databases against the history; CannotJudge where one of them cannot be looked at."""
        return [self._case(sight) for sight in self.sights()]

    def sights(self) -> tuple[Sight, ...]:
        """The databases alone; CannotJudge likewise."""
        name = self.environment.name
        seen = self._looked()
        causes, reasons = self._failed(seen)
        reasons += [cause.message for cause in causes]
        reasons += filter(None, map(foreign, seen.databases))
        if reasons:
            raise CannotJudge(reasons[0] if reasons[0].startswith(name) else f"{name}: {reasons[0]}")
        return seen.databases

    def run(self) -> Diagnosis:
        """The causes of this environment; what could not be looked at is among the reasons."""
        name = self.environment.name
        runtime = Runtime(name, self.python.path, self.python.why)
        try:
            seen = self._looked()
        except CannotJudge as error:
            return Diagnosis(reasons=(str(error),), runtimes=(runtime,))
        causes, reasons = self._failed(seen)
        for number, sight in enumerate(seen.databases):
            found, wrong = self._database(seen, sight, number)
            causes += [replace(cause, environment=name, database=sight.name) for cause in found]
            reasons += wrong
        return Diagnosis(
            databases=tuple(self._seen(sight) for sight in seen.databases),
            causes=tuple(causes),
            reasons=tuple(reasons),
            runtimes=(replace(runtime, versions=seen.versions),),
        )

    def _looked(self) -> Look:
        name = self.environment.name
        if self._side.unreadable:
            file = self._side.unreadable[0]
            raise CannotJudge(f"{file.path}:{file.line}: {file.reason} (`git alembic check` says more)")
        try:
            with waiting(f"{name}: looking at the database", sys.stderr):
                return look(self._repository, self.python, self.environment, self._side.graph.ids)
        except CannotJudge as error:
            raise CannotJudge(f"{name}: {error}") from error

    def _seen(self, sight: Sight) -> Seen:
        rows = tuple("NULL" if row is None else row for row in sight.version.rows)
        place = source(sight, self.environment.config)
        return Seen(
            self.environment.name, sight.name, sight.url.text, place, sight.dialect, sight.server, sight.version_table,
            rows, len(sight.tables),
        )  # fmt: skip

    def _failed(self, seen: Look) -> tuple[list[Cause], list[str]]:
        """(why there was no connection, what else went wrong)."""
        if seen.failure is None:
            return [], []
        cause = unreachable(seen, (self.python.path, "-m", "pip"))
        if cause is not None:
            return [replace(cause, environment=self.environment.name)], []
        return [], [
            f"{self.environment.name}: {misbehaved(seen.failure) or explain_failure(seen.failure, self.python)}"
        ]

    def _database(self, seen: Look, sight: Sight, number: int) -> tuple[list[Cause], list[str]]:
        if reason := foreign(sight):
            return [], [f"{self.environment.name}: {reason}"]
        case = self._case(sight)
        case = replace(
            case,
            match=self._match(case, number),
            origins=origins(self._repository, case),
            published=published_ids(self._repository, self._settings, case),
        )
        doubts = of_target(case, seen, namesakes(self._top, self.environment, sight))
        if reason := broken(case):
            return list(doubts), [f"{self.environment.name}: {reason}"]
        return [*of_versions(case), *doubts], []

    def _case(self, sight: Sight) -> Case:
        case = Case(self.environment, self._side.graph, sight, self._settings.heads)
        return replace(case, descents={id_: descent(self._repository, self._side, id_) for id_ in case.unknown})

    def _match(self, case: Case, number: int) -> Match | None:
        nowhere = any(not (found.lost and found.lost[0].files) for found in case.descents.values())
        if not (case.silent or nowhere) or not case.graph.ids or case.sight.schema is None:
            return None
        title = f"{self.environment.name}: looking for the revision that the schema is like"
        with (
            waiting(title, sys.stderr),
            ScratchRunner(self._repository, self.python, self._settings.drift) as runner,
        ):
            return match(runner, self.python, self._side, case.sight, number)
