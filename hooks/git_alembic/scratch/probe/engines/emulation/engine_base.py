"""The common parts of the scratch engines and dialects of emulated servers.

An engine has databases on demand, one budget, and statements that were not replayed. Its catalogs are saved as JSON.
"""

from __future__ import annotations

import json
import os
from abc import abstractmethod
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any, Callable, Generic, Mapping, Protocol, TypeVar

from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget, Limits
from git_alembic.scratch.probe.engines.scratch_engine_interface import EngineDialect, ScratchEngine

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


_LEVELS = ("SERIALIZABLE", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "AUTOCOMMIT")


class EmulatedDialect(EngineDialect):
    """A mixin for the real dialect, which compiles statements and reads results."""

    supports_statement_cache = True
    supports_server_side_cursors = False
    supports_native_decimal = True

    def get_isolation_level_values(self, *_: Any) -> Any:
        return _LEVELS

    def is_disconnect(self, *_: Any) -> bool:
        return False

    def do_ping(self, *_: Any) -> bool:
        return True


def dataclasses_of(model: ModuleType) -> Mapping[str, Any]:
    """Return the dataclasses that a module defines, by name."""
    classes = (kind for kind in vars(model).values() if isinstance(kind, type) and kind.__module__ == model.__name__)
    return {kind.__name__: kind for kind in classes if is_dataclass(kind)}


def to_json(value: Any) -> Any:
    """Return dataclasses, tuples, sets and dictionaries as lists that start with their kind."""
    if is_dataclass(value):
        return [type(value).__name__, {field.name: to_json(getattr(value, field.name)) for field in fields(value)}]
    if isinstance(value, (tuple, frozenset)):
        items = list(value) if isinstance(value, tuple) else sorted(value)
        return ["tuple" if isinstance(value, tuple) else "set", [to_json(item) for item in items]]
    if isinstance(value, dict):
        return ["dict", [[to_json(key), to_json(item)] for key, item in value.items()]]
    return value


def from_json(value: Any, dataclasses: Mapping[str, Any]) -> Any:
    """Return the value that `to_json` received."""
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "tuple":
        return tuple(from_json(item, dataclasses) for item in content)
    if kind == "set":
        return frozenset(from_json(item, dataclasses) for item in content)
    if kind == "dict":
        return {from_json(key, dataclasses): from_json(item, dataclasses) for key, item in content}
    return dataclasses[kind](**{name: from_json(item, dataclasses) for name, item in content.items()})
