"""What the project's code did on a scratch database, as values for the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from git_alembic.environments.environment import Environment
from git_alembic.revisions.revision import Revision


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that autogenerate found. `kind` is Alembic's ("add_column"), `text` is the line that it would write.

    `path` and `line` say where the model is defined; "" and 0 if unknown.
    """

    kind: str
    text: str
    table: str = ""
    name: str = ""
    path: str = ""
    line: int = 0

    @property
    def removes(self) -> bool:
        """True if the database has something that the models don't have."""
        return self.kind.startswith("remove_") or self.text.startswith("op.drop_")


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception of the project's code: see `probe/project/exception_description.py`.

    `stage` is "environment" if env.py failed.
    """

    kind: str
    stage: str
    type: str
    message: str
    revision: str | None = None
    path: str | None = None
    line: int | None = None
    name: str | None = None
    unset: tuple[str, ...] = ()  # unset variables that the project's code read


@dataclass(frozen=True, slots=True)
class Roundtrip:
    """A revision that ran up, down and up again. `left` lists what the downgrade did not undo."""

    revision: str
    left: tuple[str, ...] = ()
    is_irreversible: bool = False


@dataclass(frozen=True, slots=True)
class DatabaseResult:
    """The result for one of env.py's databases. The names in the run's steps are the keys of `comparisons`."""

    dialect: str
    tables: int = 0
    comparisons: Mapping[str, tuple[Operation, ...]] = field(default_factory=dict)
    roundtrips: tuple[Roundtrip, ...] = ()


@dataclass(frozen=True, slots=True)
class SkippedStatement:
    """A statement that the scratch database doesn't support and left out."""

    revision: str
    statement: str
    reason: str


Comparisons = tuple[tuple[Operation, ...], ...]  # one tuple of operations per database


@dataclass(frozen=True, slots=True)
class Run:
    """One run of env.py."""

    databases: tuple[DatabaseResult, ...] = ()
    failure: Failure | None = None
    skipped: tuple[SkippedStatement, ...] = ()

    def comparisons(self, name: str) -> Comparisons:
        """Return the comparisons of one name, by database; () if one is missing."""
        comparisons = [database.comparisons.get(name) for database in self.databases]
        return (
            tuple(operations for operations in comparisons if operations is not None) if None not in comparisons else ()
        )


@dataclass(frozen=True)
class ScratchResult:
    """Everything that the scratch rules know about one environment.

    `before` compares the baseline's models with the baseline's database, `models` compares the checked models with that
    database before the new revisions run, and `after` compares them after that. Each has one entry per database, in the
    order of env.py; the first two are () if nothing in `after` needs them. `permanent` has the texts of operations that
    autogenerate also finds on a database made from the checked models. `caveat` says what this run can't show.
    """

    environment: Environment
    new: tuple[Revision, ...] = ()
    run: Run = field(default_factory=Run)
    before: Comparisons = ()
    models: Comparisons = ()
    after: Comparisons = ()
    untracked: tuple[str, ...] = ()
    unstaged: tuple[str, ...] = ()  # revision files of the working tree that aren't in the checked tree
    permanent: frozenset[str] = frozenset()
    caveat: str = ""

    def new_operations(self) -> Iterator[tuple[Operation, bool]]:
        """Yield (operation, is_from_models) for each operation that the baseline doesn't have.

        `is_from_models` is false if only the new revisions made the difference and the unchanged models lack it.
        """
        for number, after in enumerate(self.after):
            models = {operation.text for operation in self.models[number]} if number < len(self.models) else None
            for operation in _subtract(after, self.before[number] if number < len(self.before) else ()):
                yield operation, not operation.removes or models is None or operation.text in models

    def failed_revision(self, *stages: str) -> tuple[Failure, Revision, int] | None:
        """Return (failure, new revision, line) if a new revision failed in one of the stages.

        The line is one of the revision's file, and 0 if another file raised the error.
        """
        failure = self.run.failure
        if failure is None or failure.stage not in stages:
            return None
        revision = next((revision for revision in self.new if revision.id == failure.revision), None)
        if revision is None:
            return None
        return failure, revision, (failure.line or 0) if failure.path == revision.path else 0

    @property
    def has_drift(self) -> bool:
        """True if the models need an operation that no revision has."""
        return any(is_from_models for _, is_from_models in self.new_operations())


def _subtract(operations: Iterable[Operation], expected: Iterable[Operation]) -> Iterator[Operation]:
    remaining = Counter(operation.text for operation in expected)
    for operation in operations:
        if remaining[operation.text]:
            remaining[operation.text] -= 1
        else:
            yield operation


def parse_run(answer: Mapping[str, Any]) -> Run:
    """Return one of the `runs` in the probe's answer as values."""
    failure = answer["failure"]
    return Run(
        tuple(map(_parse_database, answer["databases"])),
        None if failure is None else parse_failure(failure),
        tuple(SkippedStatement(**skipped) for skipped in answer["not_replayed"]),
    )


def parse_failure(answer: Mapping[str, Any]) -> Failure:
    return Failure(**{**answer, "unset": tuple(answer.get("unset", ()))})


def _parse_database(answer: Mapping[str, Any]) -> DatabaseResult:
    comparisons = answer["comparisons"].items()
    return DatabaseResult(
        answer["dialect"],
        answer.get("tables", 0),
        {name: tuple(Operation(**values) for values in operations) for name, operations in comparisons},
        tuple(Roundtrip(trip["revision"], tuple(trip["left"]), trip["irreversible"]) for trip in answer["roundtrips"]),
    )
