"""The scratch databases of a process, of every family, as they are before and after each run."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from typing import Any, ContextManager

from git_alembic.scratch.probe.engines.mysql import VERSIONS, Servers
from git_alembic.scratch.probe.engines.postgresql import Catalogs, install
from git_alembic.scratch.probe.engines.sqlite import Files
from git_alembic.scratch.probe.guard.redirect import DRIVERS, disconnect, redirect

_CATALOGS, _SERVERS = "catalogs.json", "servers.json"


class Databases:
    """Takes the place of every database; `load` and `save` say where the state of a run is.

    `parser` is the path of libpg_query, without which there is no scratch for PostgreSQL. With the `kind` "sqlite",
    SQLite files take the places of all families.
    """

    def __init__(self, parser: str | None, kind: str = "scratch") -> None:
        self._parser = parser
        self._folder = ""
        self._files = Files()
        self._catalogs: Catalogs | None = None
        self._servers: Servers | None = None
        families: dict[str, Any] = {"sqlite": self._files.dialect()}
        if kind == "sqlite":
            families = dict.fromkeys(DRIVERS, families["sqlite"])
        else:
            families.update(self._mysql())
            if parser:
                families["postgresql"] = self._postgresql()
        redirect(families)

    def load(self, folder: str) -> None:
        """Have the databases as a folder holds them; connections to others are closed."""
        disconnect()
        self._files.folder = self._folder = folder
        self._catalogs = self._servers = None

    def save(self) -> None:
        """Leave the databases in the folder that they came from; an SQLite file is there already."""
        disconnect()
        for name, held in self._held():
            with open(os.path.join(self._folder, name), "w", encoding="utf-8") as stream:
                stream.write(json.dumps(held.dump()))

    def _held(self) -> list[tuple[str, Catalogs | Servers]]:
        """What was connected to in this run, and the file that it is kept in."""
        every = ((_CATALOGS, self._catalogs), (_SERVERS, self._servers))
        return [(name, one) for name, one in every if one is not None]

    def begin(self, revision: str) -> None:
        """What comes next is done by this revision."""
        for _, one in self._held():
            one.begin(revision)

    def not_replayed(self) -> list[dict[str, Any]]:
        """{"revision", "statement", "reason"} of what the scratch did not understand in this run."""
        return [note for _, one in self._held() for note in one.not_replayed]

    def watching(self, _: Any) -> ContextManager[None]:
        """What makes a database here need not be noted: the database is kept."""
        return nullcontext()

    def statements(self) -> None:
        """Likewise."""

    def _mysql(self) -> dict[str, Any]:
        from git_alembic.scratch.probe.engines.mysql.dialect import MariaDB, MySQL

        def connected(key: str, driver: str) -> Any:
            if self._servers is None:
                self._servers = Servers(self._saved(_SERVERS))
            return self._servers.connected(key, driver)

        dialects = dict(zip(VERSIONS, (MySQL, MariaDB)))
        return {
            family: type(base.__name__, (base,), {"connected": staticmethod(connected)})
            for family, base in dialects.items()
        }

    def _postgresql(self) -> Any:
        from git_alembic.scratch.probe.engines.postgresql.dialect import Scratch

        return type(
            "PostgreSQL", (Scratch,), {"database_named": staticmethod(lambda key: self._opened().database(key))}
        )

    def _opened(self) -> Catalogs:
        if self._catalogs is None:
            self._catalogs = install(self._parser or "", self._saved(_CATALOGS))
        return self._catalogs

    def _saved(self, name: str) -> dict[str, Any]:
        try:
            with open(os.path.join(self._folder, name), encoding="utf-8") as stream:
                saved: dict[str, Any] = json.load(stream)
                return saved
        except FileNotFoundError:
            return {}
