"""A cause that doctor reports, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from git_alembic.findings.finding import Fix
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
    """What a repair does to the database, which can be rehearsed on a scratch database.

    `rows` is the version table that the revisions start from, as a stamp leaves it. The `downgrades`, children first,
    are followed by the upgrades to `heads`. `files` are the revisions among them that the working tree lacks.
    """

    rows: tuple[str, ...]
    heads: tuple[str, ...] = ()
    downgrades: tuple[str, ...] = ()
    files: tuple[FileVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class CauseRepair:
    """Commands to run one after the other. Without an `effect`, they don't change the database."""

    fixes: tuple[Fix, ...]
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a database and the history disagree, or the statement that they agree.

    `message` is one sentence and `evidence` the lines that show it. `repairs` are alternatives, the best first; each is
    complete. A warning does not change the exit code. `environment`, `database`, `schema` and `version_table` say
    where; they are empty if the cause concerns everything.
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
    position: int | None = None  # of the database among those of the environment
