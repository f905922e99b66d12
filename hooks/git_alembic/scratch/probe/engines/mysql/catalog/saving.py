"""The catalog as JSON and back: what a run leaves for the next one."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

from git_alembic.scratch.probe.engines.mysql.catalog import model
from git_alembic.scratch.probe.engines.postgresql.catalog.saving import to_json

_KINDS = {name: kind for name, kind in vars(model).items() if isinstance(kind, type) and is_dataclass(kind)}

__all__ = ["from_json", "to_json"]


def from_json(value: Any) -> Any:
    """What `to_json` was given."""
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "tuple":
        return tuple(from_json(one) for one in content)
    if kind == "dict":
        return {from_json(key): from_json(one) for key, one in content}
    known: dict[str, Any] = {name: from_json(one) for name, one in content.items()}
    return _KINDS[kind](**known)
