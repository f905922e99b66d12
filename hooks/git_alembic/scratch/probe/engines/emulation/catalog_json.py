"""Converts a catalog to JSON and back, so that the next run can continue with it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any, Mapping


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
