"""Compares the schema of a database with the states of a history. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from git_alembic.history.graph import RevisionGraph

Schema = Mapping[str, str]  # see scratch/probe/schema_description.py
_PARTS = ("table ", "column ", "view ")
_KEYS = ("primary key ", "foreign key ", "unique constraint ", "index ")
_NAME = re.compile(r"(?:^|, )(?:name|duplicates_constraint)=[^,]*")


@dataclass(frozen=True, slots=True)
class Distance:
    """The distance of two schemas: in tables, columns and views first, then in details."""

    parts: int
    details: int

    def __lt__(self, other: Distance) -> bool:
        return (self.parts, self.details) < (other.parts, other.details)


def known_tables(schemas: Sequence[Schema]) -> frozenset[str]:
    """Return the tables of all the schemas."""
    return frozenset(key[6:] for schema in schemas for key in schema if key.startswith("table "))


def reduce_schema(schema: Schema, tables: Collection[str], version_table: str) -> dict[str, str]:
    """Return the lines of a schema on these tables, without the version table, enums and sequences."""
    return {
        key: value
        for key, value in schema.items()
        if (table := _table_of(key, tables)) in tables and table != version_table
    }


def _table_of(key: str, tables: Collection[str]) -> str:
    """Return the table of a schema line, or ""."""
    if key.startswith("table "):
        return key[6:]
    if key.startswith("column "):
        return key[7:].rpartition(".")[0]
    name = key.rpartition(" of ")[2]
    return name if " of " in key and name in tables else ""


def distance(schema: Schema, state: Schema) -> Distance:
    parts = sum(key.startswith(_PARTS) for key in schema.keys() ^ state.keys())
    details = sum(not key.startswith(_PARTS) for key in schema.keys() ^ state.keys())
    details += sum(schema[key] != state[key] for key in schema.keys() & state.keys())
    return Distance(parts, details)


def differences(schema: Schema, state: Schema) -> tuple[str, ...]:
    """Return one line per difference. If only one side has a table, omit the parts of the table."""
    extra = [f"the database also has the {key}" for key in _without_parts(schema.keys() - state.keys())]
    lacking = [f"the database is missing the {key}" for key in _without_parts(state.keys() - schema.keys())]
    changed = sorted(
        f"{key} is {schema[key]} and should be {state[key]}"
        for key in schema.keys() & state.keys()
        if schema[key] != state[key]
    )
    return (*lacking, *extra, *changed)


def _without_parts(keys: Collection[str]) -> list[str]:
    """Return the keys in order, without those on a part of a table that has a key itself."""
    tables = [key[6:] for key in keys if key.startswith("table ")]
    return sorted(
        key
        for key in keys
        if not any(key.startswith(f"column {name}.") or key.endswith(f" of {name}") for name in tables)
    )


def spread(low: int, high: int, most: int) -> list[int]:
    """Return up to `most` evenly spread positions from `low` to `high`, including both."""
    if high - low < most:
        return list(range(low, high + 1))
    return sorted({low + round((high - low) * step / (most - 1)) for step in range(most)})


def nearest(schema: Schema, states: Mapping[int, Schema]) -> int:
    """Return the position of the nearest state. Of equally near states, return the last."""
    return min(sorted(states, reverse=True), key=lambda position: _sort_key(distance(schema, states[position])))


def _sort_key(value: Distance) -> tuple[int, int]:
    return value.parts, value.details


def narrow_bounds(best: int, tried: Collection[int], low: int, high: int) -> tuple[int, int]:
    """Return the tried positions next to `best`. The search continues between them."""
    below = max((position for position in tried if position < best), default=low)
    above = min((position for position in tried if position > best), default=high)
    return below, above


def find_stamped(graph: RevisionGraph, applied: Sequence[str]) -> tuple[str, ...]:
    """Return the rows of the version table after these revisions: those that are no ancestor of another."""
    ran = set(applied)
    below = {parent for id_ in applied for parent in graph.needed([id_]) if parent != id_}
    return tuple(sorted(ran - below))


def lacks_keys(schema: Schema, state: Schema) -> bool:
    """True if the database lacks a key, an index or a unique constraint of the state. Names don't count."""
    return bool(_keys(state) - _keys(schema))


def _keys(schema: Schema) -> frozenset[tuple[str, str, str]]:
    """Return (kind, table, definition without names) of the keys and indexes."""
    return frozenset(
        (kind, key.rpartition(" of ")[2], _NAME.sub("", definition))
        for key, definition in schema.items()
        for kind in _KEYS
        if key.startswith(kind)
    )
