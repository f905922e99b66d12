"""The conclusions of `git alembic doctor`, as values: causes with their repairs, and the whole diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from git_alembic.findings.finding import Command
from git_alembic.findings.report import EnvironmentState, Verdict
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


@dataclass(frozen=True, slots=True)
class DatabaseSummary:
    """One database in the report. `source` says where its URL comes from."""

    environment: str
    name: str
    url: str
    source: str
    dialect: str
    server: str
    version_table: str
    revisions: tuple[str, ...]
    tables: int
    schema: str | None = None
    label: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class ProjectRuntime:
    """The interpreter that runs an environment, and why.

    `versions` are those of "python", "alembic" and "sqlalchemy".
    """

    environment: str
    path: str
    why: str
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstalledHooks:
    """The hook types that run git-alembic, each with the program that installed it, and the other hook types."""

    installed: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`reasons` are sentences on what couldn't be inspected. With a reason, the verdict is "cannot-judge"."""

    environments: tuple[EnvironmentState, ...] = ()
    databases: tuple[DatabaseSummary, ...] = ()
    causes: tuple[Cause, ...] = ()
    reasons: tuple[str, ...] = ()
    runtimes: tuple[ProjectRuntime, ...] = ()
    hooks: InstalledHooks = field(default_factory=InstalledHooks)
    git: str = ""

    @property
    def reason(self) -> str | None:
        unreachable = [cause.message for cause in self.causes if cause.severity == "cannot-judge"]
        return "; ".join(dict.fromkeys([*self.reasons, *unreachable])) or None

    @property
    def verdict(self) -> Verdict:
        if self.reason is not None:
            return "cannot-judge"
        return "findings" if any(cause.severity == "error" for cause in self.causes) else "clean"

    @property
    def exit_code(self) -> int:
        return {"clean": 0, "findings": 1, "cannot-judge": 2}[self.verdict]
