"""Names that the server generates: `t_pkey`, `t_a_b_key`, `t_a_fkey`, unique and within 63 bytes."""

from __future__ import annotations

from typing import AbstractSet, Iterable, Iterator, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Table

LONGEST = 63


def truncate_name(name: str, size: int = LONGEST) -> str:
    """Cut a name to this many bytes, never within a character."""
    return name.encode()[:size].decode(errors="ignore")


def make_object_name(first: str, second: str, label: str) -> str:
    """Join the parts like the server's makeObjectName: the longer part is cut until the name fits."""
    overhead = len(label.encode()) + 1 + (1 if second else 0) if label else (1 if second else 0)
    sizes = [len(first.encode()), len(second.encode())]
    while sum(sizes) + overhead > LONGEST:
        sizes[0 if sizes[0] > sizes[1] else 1] -= 1
    parts = [truncate_name(first, sizes[0])]
    if second:
        parts.append(truncate_name(second, sizes[1]))
    return "_".join([*parts, label] if label else parts)


def choose_name(first: str, second: str, label: str, taken: AbstractSet[str]) -> str:
    """Return the first free name of `…_key`, `…_key1`, `…_key2`."""
    number = 0
    while True:
        name = make_object_name(first, second, label + (str(number) if number else ""))
        if name not in taken:
            return name
        number += 1


def join_columns(columns: Iterable[str]) -> str:
    """Return the columns' part of the name of a constraint or index."""
    text = ""
    for column in columns:
        text = f"{text}_{column}" if text else column
        if len(text.encode()) >= LONGEST:
            break
    return truncate_name(text)


def index_columns(names: Sequence[str]) -> Iterator[str]:
    """Yield the names of columns in an index. Expressions are `expr`, `expr1`."""
    used: set[str] = set()
    for name in names:
        candidate, number = name, 0
        while candidate in used:
            number += 1
            candidate = truncate_name(name, LONGEST - len(str(number))) + str(number)
        used.add(candidate)
        yield candidate


def relation_names(catalog: Catalog, schema: str) -> set[str]:
    """Return the names that a new table, index, sequence or view of a schema cannot have."""
    names = {name.name for kind in (catalog.tables, catalog.views, catalog.sequences, catalog.indexes)
             for name in kind if name.schema == schema}  # fmt: skip
    for table in catalog.tables.values():
        if table.name.schema == schema:
            names.update(index_names(table))
    names.update(name.name for name in catalog.composites if name.schema == schema)
    return names


def index_names(table: Table) -> Iterator[str]:
    """Yield the names of the indexes of keys."""
    if table.primary_key:
        yield table.primary_key.name
    for key in table.uniques:
        yield key.name


def constraint_names(catalog: Catalog, table: Table) -> set[str]:
    """Return the names of a table's own constraints."""
    names = set(index_names(table))
    names.update(foreign_key.name for foreign_key in table.foreign_keys)
    names.update(check.name for check in table.checks)
    names.update(index.name.name for index in catalog.indexes.values() if index.excludes and index.table == table.name)
    return names


def constraint_names_of_schema(catalog: Catalog, schema: str) -> set[str]:
    """Return the names that the server avoids when it generates a constraint's name."""
    names: set[str] = set()
    for table in catalog.tables.values():
        if table.name.schema == schema:
            names.update(constraint_names(catalog, table))
    return names


def type_names(catalog: Catalog, schema: str) -> set[str]:
    """Return the names that a new type of a schema cannot have. Each relation has a type with its name."""
    kinds = (catalog.enums, catalog.domains, catalog.composites, catalog.tables, catalog.views)
    return {name.name for kind in kinds for name in kind if name.schema == schema}
