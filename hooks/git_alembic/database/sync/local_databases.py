"""Finds out which databases are on this machine, from their live connections."""

from __future__ import annotations

import os

from git_alembic.database.inspection_result import DatabaseState

_LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - no socket is bound


def is_local(database: DatabaseState) -> bool:
    """True if every host of the connection is this machine. False if it has no host."""
    return bool(database.hosts) and not describe_other_hosts(database)


def describe_other_hosts(database: DatabaseState) -> str:
    """Return the hosts of the connection that aren't this machine, or ""."""
    return ", ".join(host for host in database.hosts or () if not _is_local_host(host))


def _is_local_host(name: str) -> bool:
    """True for a file, a socket and a loopback address."""
    bracketed = name.startswith("[") and "]" in name
    host = name[1:].partition("]")[0] if bracketed else name.partition(":")[0] if name.count(":") == 1 else name
    return host in _LOOPBACK or os.path.isabs(host) or host.startswith(("@", "127.", "::ffff:127."))
