"""The scratch databases of a process, of every family, as they are before and after each run."""

from __future__ import annotations

from typing import Any

from git_alembic.scratch.probe.redirect import DRIVERS, disconnect, redirect
from git_alembic.scratch.probe.sqlite import Files


class Databases:
    """Takes the place of every database; `load` and `save` say where the state of a run is.

    `kind` is "scratch", or "sqlite" for SQLite files in the places of all families.
    """

    def __init__(self, kind: str = "scratch") -> None:
        self._files = Files()
        families: dict[str, Any] = {"sqlite": self._files.dialect()}
        if kind == "sqlite":
            families = dict.fromkeys(DRIVERS, families["sqlite"])
        redirect(families)

    def load(self, folder: str) -> None:
        """Have the databases as a folder holds them; connections to others are closed."""
        disconnect()
        self._files.folder = folder

    def save(self) -> None:
        """Leave the databases in the folder that they came from; an SQLite file is there already."""
        disconnect()

    def begin(self, revision: str) -> None:
        """What comes next is done by this revision."""

    def not_replayed(self) -> list[dict[str, Any]]:
        """{"revision", "statement", "reason"} of what the scratch did not understand in this run."""
        return []
