"""The conclusions of `git alembic doctor`, as values: the input of its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from git_alembic.database.cause import Cause
from git_alembic.findings.report import EnvironmentState, Verdict


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
