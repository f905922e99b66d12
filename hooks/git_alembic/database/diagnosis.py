"""What `git alembic doctor` concludes, as values: the input of its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from git_alembic.database.cause import Cause
from git_alembic.findings.report import EnvironmentState, Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """One database that was looked at; `source` says where its URL comes from."""

    environment: str
    name: str
    url: str
    source: str
    dialect: str
    server: str
    version_table: str
    revisions: tuple[str, ...]
    tables: int


@dataclass(frozen=True, slots=True)
class Runtime:
    """What runs the code of an environment, and why; `versions` of "python", "alembic", "sqlalchemy"."""

    environment: str
    path: str
    why: str
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hooks:
    """The hook types that run git-alembic, each with what installed it, and those that do not."""

    installed: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`reasons` are sentences on what could not be looked at; they outweigh the causes."""

    environments: tuple[EnvironmentState, ...] = ()
    databases: tuple[Seen, ...] = ()
    causes: tuple[Cause, ...] = ()
    reasons: tuple[str, ...] = ()
    runtimes: tuple[Runtime, ...] = ()
    hooks: Hooks = field(default_factory=Hooks)
    git: str = ""

    @property
    def reason(self) -> str | None:
        unreachable = [one.message for one in self.causes if one.severity == "cannot-judge"]
        return "; ".join(dict.fromkeys([*self.reasons, *unreachable])) or None

    @property
    def verdict(self) -> Verdict:
        if self.reason is not None:
            return "cannot-judge"
        return "findings" if any(one.severity == "error" for one in self.causes) else "clean"

    @property
    def exit_code(self) -> int:
        return {"clean": 0, "findings": 1, "cannot-judge": 2}[self.verdict]
