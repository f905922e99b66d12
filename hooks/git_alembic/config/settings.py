"""The values of the `[tool.git-alembic]` table, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from git_alembic.findings.finding import Severity

RULES: dict[str, Severity] = {
    "multiple-heads": "error",
    "divergent-heads": "warning",  # the push command makes it an error
    "deleted-revision": "error",
    "renamed-revision": "warning",
    "changed-revision-id": "error",
    "changed-down-revision": "error",
    "edited-revision": "warning",
    "missing-parent": "error",
    "duplicate-revision": "error",
    "revision-cycle": "error",
    "extra-base": "error",
    "unreadable-revision": "error",
    "stale-docstring": "warning",
    "model-drift": "error",
    "untracked-import": "error",
    "broken-upgrade": "error",
    "broken-downgrade": "error",
    "lossy-downgrade": "warning",
}


class EnvironmentSettings(NamedTuple):
    """An entry of `environments`; it has a config, a script_location, or both. Paths as written."""

    name: str
    config: str | None = None
    section: str = "alembic"
    script_location: str | None = None
    version_locations: tuple[str, ...] = ()


class DriftSettings(NamedTuple):
    """The `drift` table."""

    database: str = "scratch"
    new_only: bool = True
    env: Mapping[str, str] = MappingProxyType({})


class Settings(NamedTuple):
    """The settings of a project; `rules` has only what it set, `severity` also knows the defaults."""

    target: str | None = None
    published: tuple[str, ...] = ()
    heads: int | Literal["one-per-label"] = 1
    python: str | None = None
    fetch: Literal["auto", "never", "always"] = "auto"
    unreadable: Literal["fail", "ask-project"] = "fail"
    environments: tuple[EnvironmentSettings, ...] = ()
    rules: Mapping[str, Severity] = MappingProxyType({})
    drift: DriftSettings = DriftSettings()

    def severity(self, rule: str) -> Severity:
        """Return the severity that the project set for a rule, else the rule's default."""
        return self.rules.get(rule, RULES[rule])
