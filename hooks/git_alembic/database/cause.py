"""A cause that doctor reports, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from git_alembic.findings.finding import Fix

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
Repair = tuple[Fix, ...]  # commands to run one after the other


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
    repairs: tuple[Repair, ...] = ()
    severity: Literal["ok", "warning", "error", "cannot-judge"] = "error"
    environment: str = ""
    database: str = ""
    schema: str | None = None
    version_table: str = ""
    position: int | None = None  # of the database among those of the environment
