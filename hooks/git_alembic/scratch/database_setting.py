"""The setting `database`: which server has the scratch databases of a run, and how they are named and dropped there."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from git_alembic.errors import CannotCheck
from git_alembic.scratch.interpreter.probe_interface import ProjectProbe

EMBEDDED = "embedded-postgresql"


def uses_server(database: str) -> bool:
    """True if the setting `database` names a real server."""
    return database == EMBEDDED or "://" in database


class ScratchServer:
    """A server with the scratch databases of one run. Their names start with the same prefix."""

    def __init__(self, url: str, is_embedded: bool) -> None:
        """Store the address. An embedded server and its databases end with git-alembic."""
        began = datetime.now(timezone.utc)
        self._url = url
        self._is_embedded = is_embedded
        self.not_dropped: list[str] = []
        self._prefix = f"git_alembic_{began:%Y%m%d%H%M%S}_{os.urandom(3).hex()}"

    def describe(self) -> dict[str, str | bool]:
        """Return the entries of the probe's question."""
        return {"database": self._url, "prefix": self._prefix, "embedded": self._is_embedded}

    def clear(self, probe: ProjectProbe) -> None:
        """Drop this run's databases. `not_dropped` names those that a later run must drop."""
        if self._is_embedded:
            return
        try:
            self.not_dropped = probe.clear_server(self._url, self._prefix)
        except CannotCheck as error:
            self.not_dropped = [f"{self._prefix}_* ({error})"]
