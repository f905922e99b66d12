"""Finds PostgreSQL's parser, libpg_query: the shared library in the package postgast, which the probe loads."""

from __future__ import annotations

import os

PARSER = "postgast>=0.2"  # the extra `drift`, in pyproject.toml and .pre-commit-hooks.yaml
_NAMES = ("libpg_query.so", "libpg_query.dylib", "pg_query.dll", "libpg_query.dll")


def find_parser() -> str | None:
    """Return the library's path without importing postgast, or None if there is none."""
    from importlib.util import find_spec

    spec = find_spec("postgast")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    paths = (os.path.join(folder, name) for folder in folders for name in _NAMES)
    return next(filter(os.path.exists, paths), None)
