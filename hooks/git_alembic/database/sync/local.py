"""Which databases are on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping

from git_alembic.database.state import DatabaseState

_LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - nothing is bound


def is_local(database: DatabaseState, environ: Mapping[str, str]) -> bool:
    """True if the URL names this machine: a file, a socket, a loopback address."""
    if database.url.driver.startswith("sqlite"):
        return True
    host = database.url.host or (environ.get("PGHOST", "") if database.dialect == "postgresql" else "")
    if not host:
        return database.dialect in ("postgresql", "mysql", "mariadb") and "PGSERVICE" not in environ
    return all(_is_local_host(name) for name in host.split(","))


def _is_local_host(name: str) -> bool:
    without_port = name.strip("[]").rpartition(":")[0]
    return without_port in _LOOPBACK or name in _LOOPBACK or os.path.isabs(name) or name.startswith("127.")
