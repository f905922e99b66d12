"""What a diagnosis says, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from git_alembic.findings.finding import Fix

Name = Literal[
    "up-to-date",
    "behind",
    "unstamped",
    "empty-version-table",
    "unknown-revision",
    "overlapping-revisions",
    "multiple-heads",
    "ahead",
    "wrong-target",
    "unreachable",
]
Way = tuple[Fix, ...]  # commands that are run one after the other


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a database and the history disagree, or that they agree.

    `message` is one sentence, `evidence` lines that show it, `ways` the repairs, the best first, each complete. A
    warning does not change the exit code. `environment` and `database` say where, "" for what concerns all.
    """

    cause: Name
    message: str
    evidence: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    severity: Literal["ok", "warning", "error", "cannot-judge"] = "error"
    environment: str = ""
    database: str = ""
