"""A cause that doctor reports, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from git_alembic.findings.finding import Command
from git_alembic.lost_revisions.search import FileVersion

CauseName = Literal[
    "up-to-date",
    "behind",
    "unstamped",
    "empty-version-table",
    "unknown-revision",
    "overlapping-revisions",
    "multiple-heads",
    "uncommitted-transaction",
    "ahead",
    "wrong-target",
    "unreachable",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a repair does to the database. It can be rehearsed on a scratch database.

    `rows` is the version table before the revisions run, as a stamp leaves it. The `downgrades` run first, children
    first, and then the upgrades to `heads`. `files` are those revisions that the working tree lacks.
    """

    rows: tuple[str, ...]
    heads: tuple[str, ...] = ()
    downgrades: tuple[str, ...] = ()
    files: tuple[FileVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class CauseRepair:
    """One way to repair a cause: a title that follows "To repair:", and the commands in order.

    Without an `effect`, they don't change the database.
    """

    title: str
    commands: tuple[Command, ...]
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a database and the history disagree, or the statement that they agree.

    `message` is one sentence, and `evidence` are the lines that show it. `repairs` are complete alternatives, the best
    first. A warning does not change the exit code. `environment`, `database`, `schema` and `version_table` give the
    place; they are empty if the cause concerns everything.
    """

    cause: CauseName
    message: str
    evidence: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    repairs: tuple[CauseRepair, ...] = ()
    severity: Literal["ok", "warning", "error", "cannot-judge"] = "error"
    environment: str = ""
    database: str = ""
    schema: str | None = None
    version_table: str = ""
    position: int | None = None  # index of the database in its environment
