"""The numbered copies of databases that `sync` keeps below git's folder."""

from __future__ import annotations

import os
import re

from git_alembic.database.inspection_result import DatabaseState
from git_alembic.git import Repository

_MOST_COPIES = 20


def next_copy(repository: Repository, name: str) -> str:
    """Return the path of a new copy, with a number before the name. Remove the oldest copies."""
    home = os.path.join(repository.common_dir, "git-alembic", "before-sync")
    os.makedirs(home, mode=0o700, exist_ok=True)
    numbered = sorted((int(file.partition("-")[0]), file) for file in os.listdir(home) if file[:4].isdigit())
    for _, file in numbered[: -_MOST_COPIES + 1]:
        os.remove(os.path.join(home, file))
    number = numbered[-1][0] + 1 if numbered else 1
    return os.path.join(home, f"{number:04}-{name}")


def dump_name(database: DatabaseState) -> str:
    """Return the name of a file with the dropped rows of a database on a server."""
    name = os.path.basename(database.file or database.url.database or "database")
    return re.sub(r"[^\w.-]", "_", f"{name}-{database.schema_name}" if database.has_named_schema else name) + ".sql"
