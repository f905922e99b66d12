"""One environment's code tried on a scratch database: what was asked, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from git_alembic.environments.discovery import Environment
from git_alembic.revisions.revision import Revision


@dataclass(frozen=True, slots=True)
class Operation:
    """What autogenerate would do: `kind` is Alembic's ("add_column"), `text` the line that it would write.

    `path` and `line` say where the model is written; "" and 0 where that is not known.
    """

    kind: str
    text: str
    table: str = ""
    name: str = ""
    path: str = ""
    line: int = 0

    @property
    def removes(self) -> bool:
        """Whether the database has something that the models have not."""
        return self.kind.startswith("remove_") or self.text.startswith("op.drop_")


@dataclass(frozen=True, slots=True)
class Failure:
    """What the project's code raised: see `probe/project/failure.py`. `stage` is "environment" where env.py failed."""

    kind: str
    stage: str
    type: str
    message: str
    revision: str | None = None
    path: str | None = None
    line: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Roundtrip:
    """A revision that was run up, down and up again; `left` says what the way back did not undo."""

    revision: str
    left: tuple[str, ...] = ()
    irreversible: bool = False


@dataclass(frozen=True, slots=True)
class Database:
    """What was found on one of the databases that env.py came to; `comparisons` by the names that were asked for."""

    dialect: str
    tables: int = 0
    comparisons: Mapping[str, tuple[Operation, ...]] = field(default_factory=dict)
    roundtrips: tuple[Roundtrip, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A statement that the scratch did not understand, and that was left out."""

    revision: str
    statement: str
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of env.py."""

    databases: tuple[Database, ...] = ()
    failure: Failure | None = None
    not_replayed: tuple[Skipped, ...] = ()

    def compared(self, name: str) -> Comparisons:
        """The comparisons of one name, by database; () where one was not made."""
        every = [database.comparisons.get(name) for database in self.databases]
        return tuple(one for one in every if one is not None) if None not in every else ()


Comparisons = tuple[tuple[Operation, ...], ...]


@dataclass(frozen=True)
class Trial:
    """What the rules of the scratch may know about one environment.

    `before` is how the baseline's own models compare with its database, `models` how the judged models compare with it
    before the new revisions have run, `after` how they compare afterwards; by database, in the order of env.py. The
    first two are () where nothing in `after` asks for them. `how` says what the scratch started from: the baseline's
    models, or a replay of the whole history.
    """

    environment: Environment
    new: tuple[Revision, ...] = ()
    run: Run = field(default_factory=Run)
    before: Comparisons = ()
    models: Comparisons = ()
    after: Comparisons = ()
    untracked: tuple[str, ...] = ()
    unstaged: tuple[str, ...] = ()  # revision files of the working tree that are not in the judged tree
    how: Literal["models", "replay"] = "models"

    def drift(self) -> Iterator[tuple[Operation, bool]]:
        """(operation, whether a model asks for it) of what the judged tree brings beyond what the baseline had already.

        What only the new revisions made, and no changed model knows, is not asked for by a model.
        """
        for number, after in enumerate(self.after):
            models = {one.text for one in self.models[number]} if number < len(self.models) else None
            for operation in _without(after, self.before[number] if number < len(self.before) else ()):
                yield operation, not operation.removes or models is None or operation.text in models

    @property
    def drifted(self) -> bool:
        """Whether a model asks for something that no revision does."""
        return any(asked for _, asked in self.drift())


def _without(operations: Iterable[Operation], known: Iterable[Operation]) -> Iterator[Operation]:
    left = Counter(one.text for one in known)
    for operation in operations:
        if left[operation.text]:
            left[operation.text] -= 1
        else:
            yield operation


def run_of(answer: Mapping[str, Any]) -> Run:
    """One of the `runs` of the probe's answer, as values."""
    failure = answer["failure"]
    return Run(
        tuple(_database(one) for one in answer["databases"]),
        None if failure is None else Failure(**failure),
        tuple(Skipped(**one) for one in answer["not_replayed"]),
    )


def _database(answer: Mapping[str, Any]) -> Database:
    comparisons = answer["comparisons"].items()
    return Database(
        answer["dialect"],
        answer.get("tables", 0),
        {name: tuple(Operation(**one) for one in operations) for name, operations in comparisons},
        tuple(Roundtrip(one["revision"], tuple(one["left"]), one["irreversible"]) for one in answer["roundtrips"]),
    )
