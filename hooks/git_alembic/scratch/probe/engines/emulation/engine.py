"""An emulated server as a scratch engine: databases on demand, one budget, and statements that were not replayed."""

from __future__ import annotations

import json
import os
from abc import abstractmethod
from types import ModuleType
from typing import Any, Callable, Generic, Mapping, Protocol, TypeVar

from git_alembic.scratch.probe.engines.emulation.catalog_json import dataclasses_of, from_json, to_json
from git_alembic.scratch.probe.engines.emulation.work_budget import Budget, Limits
from git_alembic.scratch.probe.engines.scratch_engine import ScratchEngine

Note = Callable[[str, str], None]
_LONGEST_TEXT = 500
_MOST_ROWS = 1000


class SavedRows(Protocol):
    """The rows beside a catalog."""

    def dump(self, most: int) -> dict[str, Any]:
        """Return the rows of tables that have at most `most` rows."""

    def load(self, saved: Mapping[str, Any]) -> None:
        """Restore what `dump` returned."""


class EmulatedDatabase(Protocol):
    """A database or a server: a catalog and its rows."""

    catalog: Any

    @property
    def mirror(self) -> SavedRows:
        """The rows beside the catalog."""


_Database = TypeVar("_Database", bound=EmulatedDatabase)


class EmulatedEngine(ScratchEngine, Generic[_Database]):
    """Keeps databases or servers by key and saves them in `state_file`. `model` defines the values of a catalog."""

    state_file: str
    model: ModuleType

    def __init__(self, limits: Limits) -> None:
        self.budget = Budget(limits)
        self._folder = ""
        self._open: dict[str, _Database] | None = None
        self._revision = ""
        self._skipped: list[dict[str, str]] = []

    @abstractmethod
    def create(self, key: str, catalog: Any) -> _Database:
        """Return a new database or server for a key. Without a catalog it is empty."""

    def open_database(self, key: str) -> _Database:
        """Return the database or server of a key."""
        everything = self._all()
        if key not in everything:
            everything[key] = self.create(key, None)
        return everything[key]

    def catalogs(self) -> Mapping[str, Any]:
        """Return all catalogs by key."""
        return {key: emulated.catalog for key, emulated in self._all().items()}

    def load(self, folder: str) -> None:
        """Also forget the last revision and its budget: a process can run several times."""
        self._folder, self._open, self._skipped = folder, None, []
        self.begin_revision("")

    def save(self) -> None:
        if self._open is not None:
            with open(os.path.join(self._folder, self.state_file), "w", encoding="utf-8") as stream:
                stream.write(json.dumps(self.dump()))

    def begin_revision(self, revision: str) -> None:
        """Also give the revision the whole budget."""
        self._revision = revision
        self.budget.begin()

    def not_replayed(self) -> list[dict[str, str]]:
        return self._skipped

    def note(self, statement: str, reason: str) -> None:
        """Record a statement whose effect is unknown."""
        text = " ".join(statement.split())[:_LONGEST_TEXT]
        self._skipped.append({"revision": self._revision, "statement": text, "reason": reason})

    def dump(self) -> dict[str, Any]:
        """Return everything as JSON, but rows only of small tables."""
        return {
            key: {"catalog": to_json(emulated.catalog), "mirror": emulated.mirror.dump(_MOST_ROWS)}
            for key, emulated in self._all().items()
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Continue with what `dump` returned."""
        self._open = self._restore(saved)

    def _restore(self, saved: Mapping[str, Any]) -> dict[str, _Database]:
        restored, dataclasses = {}, dataclasses_of(self.model)
        for key, state in saved.items():
            restored[key] = self.create(key, from_json(state["catalog"], dataclasses))
            restored[key].mirror.load(state["mirror"])
        return restored

    def _all(self) -> dict[str, _Database]:
        if self._open is None:
            self._open = self._restore(self._read_saved())
        return self._open

    def _read_saved(self) -> Mapping[str, Any]:
        path = os.path.join(self._folder, self.state_file)
        if not self._folder or not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8") as stream:
            saved: Mapping[str, Any] = json.load(stream)
        return saved
