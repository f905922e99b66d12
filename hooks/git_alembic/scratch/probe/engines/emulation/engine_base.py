"""The common part of the scratch engines of emulated servers: databases on demand, a budget, and skipped statements."""

from __future__ import annotations

import json
import os
from abc import abstractmethod
from types import ModuleType
from typing import Any, Callable, Generic, Mapping, TypeVar

from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget, Limits
from git_alembic.scratch.probe.engines.emulation.saved_databases import (
    EmulatedDatabase,
    dump_databases,
    restore_databases,
)
from git_alembic.scratch.probe.engines.scratch_engine_interface import ScratchEngine

Note = Callable[[str, str], None]
_LONGEST_TEXT = 500
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
        """Return all databases as values for JSON."""
        return dump_databases(self._all())

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Continue with what `dump` returned."""
        self._open = restore_databases(saved, self.model, self.create)

    def _all(self) -> dict[str, _Database]:
        if self._open is None:
            self._open = restore_databases(self._read_saved(), self.model, self.create)
        return self._open

    def _read_saved(self) -> Mapping[str, Any]:
        path = os.path.join(self._folder, self.state_file)
        if not self._folder or not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8") as stream:
            saved: Mapping[str, Any] = json.load(stream)
        return saved
