"""Which databases are on this machine, by what their live connections say."""

from __future__ import annotations

import os

from git_alembic.database.state import DatabaseState

_LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - nothing is bound


def is_local(database: DatabaseState) -> bool:
    """True if every host that the connection names is this machine; False if it names none."""
    return bool(database.hosts) and not describe_other_hosts(database)


def describe_other_hosts(database: DatabaseState) -> str:
    """The hosts of the connection that aren't this machine, "" if there is none."""
    return ", ".join(host for host in database.hosts or () if not _is_local_host(host))


def _is_local_host(name: str) -> bool:
    """A file, a socket, a loopback address."""
    bracketed = name.startswith("[") and "]" in name
    host = name[1:].partition("]")[0] if bracketed else name.partition(":")[0] if name.count(":") == 1 else name
    return host in _LOOPBACK or os.path.isabs(host) or host.startswith(("@", "127.", "::ffff:127."))
