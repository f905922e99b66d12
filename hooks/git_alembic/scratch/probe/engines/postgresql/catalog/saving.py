"""The catalog as JSON and back: what a run leaves for the next one."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from git_alembic.scratch.probe.engines.postgresql.catalog import model

_KINDS = {
    kind.__name__: kind
    for kind in vars(model).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == model.__name__
}


def to_json(value: Any) -> Any:
    """A value of the model in lists and dictionaries; what equals its default is left out."""
    if is_dataclass(value):
        return [type(value).__name__, {one.name: to_json(getattr(value, one.name)) for one in fields(value)}]
    if isinstance(value, (tuple, frozenset)):
        return ["tuple" if isinstance(value, tuple) else "set", [to_json(one) for one in _ordered(value)]]
    if isinstance(value, dict):
        return ["dict", [[to_json(key), to_json(one)] for key, one in value.items()]]
    return value


def from_json(value: Any) -> Any:
    """What `to_json` was given."""
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "tuple":
        return tuple(from_json(one) for one in content)
    if kind == "set":
        return frozenset(from_json(one) for one in content)
    if kind == "dict":
        return {from_json(key): from_json(one) for key, one in content}
    known: dict[str, Any] = {name: from_json(one) for name, one in content.items()}
    return _KINDS[kind](**known)


def _ordered(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else sorted(value)
