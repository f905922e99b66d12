"""Where PostgreSQL's parser is: the shared library that postgast brings, for the child to load."""

import importlib.util
import os

from git_alembic.errors import CannotJudge

_NAMES = ("libpg_query.so", "libpg_query.dylib", "pg_query.dll")


def path() -> str:
    """The library's path; nothing of postgast is imported."""
    spec = importlib.util.find_spec("postgast")
    for folder in (spec and spec.submodule_search_locations) or ():
        for name in _NAMES:
            candidate = os.path.join(folder, name)
            if os.path.exists(candidate):
                return candidate
    raise CannotJudge("PostgreSQL's parser is missing: reinstall git-alembic with its dependency postgast.")
