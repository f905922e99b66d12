"""Completes the paths of an environment, which are relative to the checked tree.

In: {"config" and "toml": path that may not exist or null, "section": str, "script_location": path,
"version_locations": [path] if Alembic needs them, "versions": [path] of all version folders, "more_versions": the full
path of a folder with revisions that the tree lacks, or "", "wrapper": "alembic" or "flask"}.

Out: "config" and "toml" (null if there is no such file), "section", "script_location", "version_locations", "wrapper".
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any


def with_full_paths(environment: Mapping[str, Any], top: str) -> dict[str, Any]:
    """Return the environment in the form for Alembic's own code."""

    def full_path(path: str) -> str:
        return os.path.normpath(os.path.join(top, path))

    def existing(path: str | None) -> str | None:
        return full_path(path) if path is not None and os.path.isfile(full_path(path)) else None

    config, toml, more = environment["config"], environment["toml"], environment["more_versions"]
    versions = list(map(full_path, environment["version_locations"]))
    if more:
        versions = [*filter(os.path.isdir, map(full_path, environment["versions"])), more]
    return {
        "config": existing(config),
        "toml": existing(toml),
        "section": environment["section"],
        "script_location": full_path(environment["script_location"]),
        "version_locations": versions,
        "wrapper": environment["wrapper"],
    }
