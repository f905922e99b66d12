"""The values of the `[tool.git-alembic]` table, with their defaults."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "off"]


class EnvironmentSettings(NamedTuple):
    """An entry of `environments` with a config, a script_location, or both. Paths are as written."""

    name: str
    config: str | None = None
    section: str = "alembic"
    script_location: str | None = None
    version_locations: tuple[str, ...] = ()
    external_parents: bool = False
    heads_file: bool | None = None  # None: same as the whole project


class DriftSettings(NamedTuple):
    """The `drift` table."""

    database: str = "scratch"
    new_only: bool = True
    env: Mapping[str, str] = MappingProxyType({})
    setup: str | None = None


class Settings(NamedTuple):
    """The settings of a project. `rules` has only the configured slugs, even if there is no such rule.

    `set_by_git` names the fields that come from the clone's git config.
    """

    target: str | None = None
    published: tuple[str, ...] = ()
    heads: int | Literal["one-per-label"] = 1
    python: str | tuple[str, ...] | None = None  # a program, or the words of a command
    fetch: Literal["auto", "never", "always"] = "auto"
    unreadable: Literal["fail", "ask-project"] = "fail"
    fail_on_warning: bool = False
    warn_conflicts: bool = False
    heads_file: bool = False
    environments: tuple[EnvironmentSettings, ...] = ()
    release_branches: tuple[str, ...] = ()
    rules: Mapping[str, Severity] = MappingProxyType({})
    drift: DriftSettings = DriftSettings()
    set_by_git: frozenset[str] = frozenset()

    @property
    def has_heads_files(self) -> bool:
        """True if any environment can have a file with the heads."""
        return self.heads_file or any(entry.heads_file for entry in self.environments)
