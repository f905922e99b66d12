"""The emulated databases as JSON between two steps: their catalogs, and the rows of small tables."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any, Callable, Mapping, Protocol, TypeVar

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


def dump_databases(databases: Mapping[str, EmulatedDatabase]) -> dict[str, Any]:
    """Return the databases as values for JSON. Only small tables keep their rows."""
    return {
        key: {"catalog": _to_json(database.catalog), "mirror": database.mirror.dump(_MOST_ROWS)}
        for key, database in databases.items()
    }


def restore_databases(
    saved: Mapping[str, Any], model: ModuleType, create: Callable[[str, Any], _Database]
) -> dict[str, _Database]:
    """Return what `dump_databases` received. `model` has the classes of the catalogs, `create` makes a database."""
    restored, dataclasses = {}, _dataclasses_of(model)
    for key, state in saved.items():
        restored[key] = create(key, _from_json(state["catalog"], dataclasses))
        restored[key].mirror.load(state["mirror"])
    return restored


def _dataclasses_of(model: ModuleType) -> Mapping[str, Any]:
    """Return the dataclasses that a module defines, by name."""
    classes = (kind for kind in vars(model).values() if isinstance(kind, type) and kind.__module__ == model.__name__)
    return {kind.__name__: kind for kind in classes if is_dataclass(kind)}


def _to_json(value: Any) -> Any:
    """Return dataclasses, tuples, sets and dictionaries as lists that start with their kind."""
    if is_dataclass(value):
        return [type(value).__name__, {field.name: _to_json(getattr(value, field.name)) for field in fields(value)}]
    if isinstance(value, (tuple, frozenset)):
        items = list(value) if isinstance(value, tuple) else sorted(value)
        return ["tuple" if isinstance(value, tuple) else "set", [_to_json(item) for item in items]]
    if isinstance(value, dict):
        return ["dict", [[_to_json(key), _to_json(item)] for key, item in value.items()]]
    return value


def _from_json(value: Any, dataclasses: Mapping[str, Any]) -> Any:
    """Return the value that `_to_json` received."""
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "tuple":
        return tuple(_from_json(item, dataclasses) for item in content)
    if kind == "set":
        return frozenset(_from_json(item, dataclasses) for item in content)
    if kind == "dict":
        return {_from_json(key, dataclasses): _from_json(item, dataclasses) for key, item in content}
    return dataclasses[kind](**{name: _from_json(item, dataclasses) for name, item in content.items()})
