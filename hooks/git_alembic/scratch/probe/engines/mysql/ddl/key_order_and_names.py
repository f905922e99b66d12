"""Keys in the server's order, with generated names, and without superseded keys."""

from __future__ import annotations

from typing import Callable, Sequence

from git_alembic.scratch.probe.engines.mysql.catalog import Column, Key, Part, width
from git_alembic.scratch.probe.engines.mysql.errors import NO_KEY_COLUMN, ServerError
from git_alembic.scratch.probe.engines.mysql.parsing import data_types
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import KeySpec

_LONGEST = 3072
Find = Callable[[str], "Column | None"]


def arrange_keys(specs: Sequence[KeySpec], find: Find, is_mariadb: bool) -> tuple[Key, ...]:
    """Return the keys of a table. Raise if the server rejects them."""
    needed = [item for number, item in enumerate(specs) if not _is_superseded(number, specs)]
    keys: list[Key] = []
    for spec in needed:
        name = spec.name or _new_name(spec, keys)
        if any(name.lower() == item.name.lower() for item in keys):
            if spec.kind == "PRIMARY":
                raise ServerError(1068, "Multiple primary key defined")
            raise ServerError(1061, f"Duplicate key name '{name}'")
        parts, tail = _check_parts(spec, find, is_mariadb)
        keys.append(Key(name, parts, spec.kind, spec.generated, spec.comment, tail))
    return tuple(sorted(keys, key=lambda key: _rank(key, find)))


def _is_superseded(number: int, specs: Sequence[KeySpec]) -> bool:
    """True if another key begins with the columns of a foreign key's own key."""
    spec = specs[number]
    if not spec.generated:
        return False
    columns = _columns(spec)
    for place, other in enumerate(specs):
        if place == number or other.kind in ("FULLTEXT", "SPATIAL") or _columns(other)[: len(columns)] != columns:
            continue
        if not other.generated or len(other.parts) > len(columns) or place > number:
            return True
    return False


def _columns(key: KeySpec) -> list[str]:
    return [part.column.lower() for part in key.parts]


def _new_name(spec: KeySpec, keys: Sequence[Key]) -> str:
    """Return the first column's name, perhaps with `_2`, `_3`, …"""
    base = spec.parts[0].column or "functional_index"
    taken = {key.name.lower() for key in keys}
    if base.lower() not in taken and base.upper() != "PRIMARY":
        return base
    number = 2
    while f"{base}_{number}".lower() in taken:
        number += 1
    return f"{base}_{number}"


def _check_parts(spec: KeySpec, find: Find, is_mariadb: bool) -> tuple[tuple[Part, ...], str]:
    parts, tail, size = [], spec.tail, 0
    for part in spec.parts:
        if part.expression:
            parts.append(part)
            continue
        column = find(part.column)
        if column is None:
            raise ServerError(NO_KEY_COLUMN, f"Key column '{part.column}' doesn't exist in table")
        length, long = _length(spec, part, column, is_mariadb)
        tail = " USING HASH" if long else tail
        size += _size(column, length)
        parts.append(Part(column.name, length, part.descending))
    if size > _LONGEST and spec.kind not in ("FULLTEXT", "SPATIAL") and not (is_mariadb and spec.kind == "UNIQUE"):
        raise ServerError(1071, f"Specified key was too long; max key length is {_LONGEST} bytes")
    return tuple(parts), tail


def _length(spec: KeySpec, part: Part, column: Column, is_mariadb: bool) -> tuple[int, bool]:
    """Return how much of a column is in the key (0: all), and whether the key is a hash."""
    if spec.kind in ("FULLTEXT", "SPATIAL"):
        return 0, False
    is_blob = column.type.name in data_types.BLOBS
    if part.length:
        whole = data_types.is_text(column.type) and column.type.arguments == (str(part.length),)
        return (0 if whole else part.length), False
    if is_blob and (not is_mariadb or spec.kind == "PRIMARY"):
        raise ServerError(1170, f"BLOB/TEXT column '{column.name}' used in key specification without a key length")
    if not is_mariadb or spec.kind == "PRIMARY" or not (is_blob or _size(column, 0) > _LONGEST):
        return 0, False
    if spec.kind == "UNIQUE":
        return 0, True
    return _LONGEST // (width(column.collation) if column.collation else 1), False


def _size(column: Column, length: int) -> int:
    """Return the bytes of a column in a key."""
    each = width(column.collation) if column.collation else 1
    if length:
        return length * each
    if column.type.name in ("char", "varchar", "binary", "varbinary"):
        return int(column.type.arguments[0]) * each
    return 8


def _rank(key: Key, find: Find) -> int:
    if key.kind == "PRIMARY":
        return 0
    if key.kind == "UNIQUE":
        columns = [find(part.column) for part in key.parts]
        has_null = any(column is None or column.nullable for column in columns)
        return 3 if "HASH" in key.tail else 2 if has_null else 1
    return 5 if key.kind == "FULLTEXT" else 4


def find_covering_key(keys: Sequence[Key], columns: Sequence[str]) -> Key | None:
    """Return a key that begins with these columns, which a foreign key needs."""
    needed = [name.lower() for name in columns]
    for key in keys:
        if key.kind in ("FULLTEXT", "SPATIAL") or any(part.length for part in key.parts[: len(needed)]):
            continue
        key_columns = [part.column.lower() for part in key.parts]
        if key_columns[: len(needed)] == needed:
            return key
    return None


def as_spec(key: Key) -> KeySpec:
    return KeySpec(key.kind, key.name, key.parts, key.comment, key.tail, key.generated)
