"""Looks at the databases of one environment, gathers what git and scratch databases know, and has it diagnosed."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Sequence
from dataclasses import replace

from git_alembic.cache import Readings
from git_alembic.change import Snapshot
from git_alembic.descents import descent
from git_alembic.diagnosis.case import Case, Match
from git_alembic.diagnosis.cause import Cause
from git_alembic.diagnosis.connections import unreachable
from git_alembic.diagnosis.diagnosis import Diagnosis, Runtime, Seen
from git_alembic.diagnosis.targets import of_target, source
from git_alembic.diagnosis.versions import of_versions
from git_alembic.disk import on_disk
from git_alembic.errors import CannotJudge
from git_alembic.history import History
from git_alembic.matching import match
from git_alembic.report.progress import waiting
from git_alembic.repository import INDEX, Repository
from git_alembic.scratch.interpreter import interpreter
from git_alembic.scratch.real import look
from git_alembic.scratch.rehearsal import Rehearsal
from git_alembic.scratch.wording import sentence
from git_alembic.settings import Settings
from git_alembic.sight import Look, Sight
from git_alembic.trial import Failure

_WRITES = ("RefusedWrite", "read-only transaction", "readonly database")


def environments(repository: Repository, names: Sequence[str]) -> tuple[list[Snapshot], Settings]:
    """(the environments as Alembic would load them from the working tree now, the settings); all without a name."""
    readings = Readings(os.path.join(repository.common_dir, "git-alembic"), repository.read)
    history = History(repository, readings)
    tree, roots = history.whole(INDEX, "staged")
    sides = history.snapshots(tree, roots)
    settings = history.settings(tree.files)
    readings.save()
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
        name = self.environment.name
        seen = self._looked()
        causes, reasons = self._failed(seen)
        reasons += [cause.message for cause in causes]
        reasons += filter(None, (self._foreign(sight) for sight in seen.databases))
        if reasons:
            raise CannotJudge(reasons[0] if reasons[0].startswith(name) else f"{name}: {reasons[0]}")
        return [self._case(sight) for sight in seen.databases]

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
        return [], [f"{self.environment.name}: {_reason(seen.failure) or sentence(seen.failure, self.python)}"]

    def _database(self, seen: Look, sight: Sight, number: int) -> tuple[list[Cause], list[str]]:
        if foreign := self._foreign(sight):
            return [], [foreign]
        case = self._case(sight)
        case = replace(case, match=self._match(case, number), origins=self._origins(case))
        broken = self._broken(case)
        causes = [] if broken else list(of_versions(case))
        return [*causes, *of_target(case, seen, self._namesakes(sight))], broken

    def _case(self, sight: Sight) -> Case:
        case = Case(self.environment, self._side.graph, sight, self._settings.heads)
        return replace(case, descents={id_: descent(self._repository, self._side, id_) for id_ in case.unknown})

    def _foreign(self, sight: Sight) -> str:
        """Why the version table cannot be one, "" where it is."""
        columns = ", ".join(sight.version.columns)
        if not sight.version.exists or "version_num" in sight.version.columns:
            return ""
        return (
            f"{self.environment.name}: the table {sight.version_table} is none of Alembic's: it has the columns "
            f"{columns}, and no version_num; name another with version_table in env.py, or rename it"
        )

    def _broken(self, case: Case) -> list[str]:
        """Why Alembic would not load the history; where a revision of the database is lost, that is the cause."""
        graph = case.graph
        if case.unknown or not (graph.missing or graph.cycles):
            return []
        what = (
            f"'{graph.missing[0][0]}' comes after '{graph.missing[0][1]}', which is not here"
            if graph.missing
            else "it has a loop"
        )
        return [f"{self.environment.name}: the history does not load: {what} (`git alembic check` says more)"]

    def _match(self, case: Case, number: int) -> Match | None:
        nowhere = any(not (found.lost and found.lost[0].places) for found in case.descents.values())
        if not (case.silent or nowhere) or not case.graph.ids or case.sight.schema is None:
            return None
        title = f"{self.environment.name}: looking for the revision that the schema is like"
        with (
            waiting(title, sys.stderr),
            Rehearsal(self._repository, self.python, self._settings.drift) as rehearsal,
        ):
            return match(rehearsal, self.python, self._side, case.sight, number)

    def _origins(self, case: Case) -> dict[str, str]:
        """Who brought what is still to come, and when, for as much as is shown."""
        wanted = dict.fromkeys((*case.pending[:3], *case.pending[-2:], *case.graph.heads[:5]))
        head = self._repository.resolve(["HEAD"])[0]
        found = {}
        for id_ in wanted:
            path = case.graph[id_].path
            if head is None or not self._repository.listing(head, [f":(literal){path}"]):
                found[id_] = "not committed"
            else:
                _, author, date = self._repository.brought(head, path)
                found[id_] = f"by {author} on {date}"
        return found

    def _namesakes(self, sight: Sight) -> tuple[str, ...]:
        """Files that a relative SQLite URL would mean if the command were run from another folder of the project."""
        name = (sight.url.database or "").partition("?")[0]
        if (
            not sight.url.driver.startswith("sqlite")
            or not name
            or os.path.isabs(name)
            or name.startswith((":", "file:"))
        ):
            return ()
        own = os.path.normpath(os.path.join(self._top, self.environment.cwd, name))
        script = self.environment.script_location
        places = ("", self.environment.cwd, posixpath.dirname(self.environment.config or ""), script,
                  posixpath.dirname(script), "instance")  # fmt: skip
        paths = (os.path.normpath(os.path.join(self._top, place, name)) for place in places)
        return tuple(path for path in dict.fromkeys(paths) if path != own and os.path.isfile(path))


def _reason(failure: Failure) -> str:
    """A sentence for a variable that is not set and for code that wanted to write, "" for another failure."""
    if failure.kind == "variable":
        return f"the project's settings want the variable {failure.name}, which is not set"
    if not any(mark in (failure.type, failure.message) or mark in failure.message for mark in _WRITES):
        return ""
    where = f" at {failure.path}:{failure.line}" if failure.path else ""
    what = failure.message.rpartition("meanwhile: ")[2]
    return f"the project's code wants to write{where} while the database is only read, and was not let: {what}"
