"""Describes an Alembic environment for the probe: see `probe/alembic_environment.py`."""

from __future__ import annotations

import posixpath
from typing import Any

from git_alembic.environments.environment import Environment


def describe_environment(environment: Environment, more_versions: str = "") -> dict[str, Any]:
    """Return the environment with paths relative to the tree. `more_versions` is the full path of another folder."""
    config = environment.config
    default = posixpath.join(environment.script_location, "versions")
    has_default = config or environment.versions == (default,)
    return {
        "config": environment.ini,
        "toml": posixpath.join(posixpath.dirname(config), "pyproject.toml") if config else None,
        "section": environment.section,
        "script_location": environment.script_location,
        "versions": list(environment.versions),
        "version_locations": [] if has_default else list(environment.versions),
        "more_versions": more_versions,
        "wrapper": environment.wrapper,
    }
