"""Finds objects and columns by name or OID. OIDs are stable while the catalog does not change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Column, Name, Table, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import builtin_type, format_type
from git_alembic.scratch.probe.engines.postgresql.errors import (
    ServerError,
    UndefinedColumn,
    UndefinedTable,
)

SYSTEM = ("pg_catalog", "information_schema")
# Built-in numbers, which are the same on every server.
RELATIONS = {
    "pg_class": 1259, "pg_type": 1247, "pg_attribute": 1249, "pg_proc": 1255, "pg_attrdef": 2604,
    "pg_constraint": 2606, "pg_index": 2610, "pg_namespace": 2615, "pg_trigger": 2620, "pg_extension": 3079,
}  # fmt: skip
TYPES = {
    "bool": 16, "bytea": 17, "name": 19, "int8": 20, "int2": 21, "int4": 23, "text": 25, "oid": 26, "json": 114,
    "float4": 700, "float8": 701, "inet": 869, "bpchar": 1042, "varchar": 1043, "date": 1082, "time": 1083,
    "timestamp": 1114, "timestamptz": 1184, "interval": 1186, "timetz": 1266, "numeric": 1700, "uuid": 2950,
    "jsonb": 3802,
}  # fmt: skip
_SCHEMA = 2200


def find(schema: str | None, name: str, kind: Mapping[Name, Any], catalog: Catalog) -> Name | None:
    """Return the full name of an object of a kind, with or without a schema, or None."""
    places = (schema,) if schema else catalog.search_path
    return next((Name(place, name) for place in places if Name(place, name) in kind), None)


def missing(schema: str | None, name: str, word: str = "relation") -> ServerError:
    written = f"{schema}.{name}" if schema else name
    return UndefinedTable(f'{word} "{written}" does not exist')


def types_of(columns: Sequence[Column]) -> dict[str, Type]:
    return {column.name: column.type for column in columns}


def column_of(table: Table, name: str) -> Column:
    """Return a column of a table. Raise the error of ALTER TABLE if it is missing."""
    for column in table.columns:
        if column.name == name:
            return column
    raise UndefinedColumn(f'column "{name}" of relation "{table.name.name}" does not exist')


def replace_column(table: Table, changed: Column) -> Table:
    """Return the table with another column at that number."""
    columns = tuple(changed if column.number == changed.number else column for column in table.columns)
    return replace(table, columns=columns)


def schemas(catalog: Catalog) -> list[str]:
    return [*catalog.schemas, "pg_catalog", "information_schema"]


def schema_number(catalog: Catalog, schema: str | None) -> int:
    return _SCHEMA + schemas(catalog).index(schema or "pg_catalog")


def numbers(catalog: Catalog) -> dict[Name, int]:
    """Return the number of every object. Tables have their own numbers."""
    by_name = {table.name: table.number for table in catalog.tables.values()}
    kinds: Sequence[Mapping[Name, Any]] = (
        catalog.indexes,
        catalog.views,
        catalog.sequences,
        catalog.enums,
        catalog.domains,
        catalog.composites,
    )
    for kind in kinds:
        for name in kind:
            by_name[name] = 100_000 + len(by_name)
    return by_name


def type_number(item: Type, numbers_of_types: Mapping[Name, int]) -> int:
    """Return the number of a type, or 0 for arrays and unknown types."""
    if item.dimensions:
        return 0
    return TYPES.get(item.name.name, 0) if item.name.schema is None else numbers_of_types.get(item.name, 0)


def number_of(catalog: Catalog, kind: str, text: Any, numbers_of_objects: Mapping[Name, int]) -> int:
    """Return the number of a regclass, regtype or regnamespace. Raise LookupError if there is none."""
    if isinstance(text, int) or str(text).isdigit():
        return int(text)
    schema, _, name = str(text).replace('"', "").rpartition(".")
    if kind == "regnamespace":
        return schema_number(catalog, name)
    for place in (schema,) if schema else catalog.search_path:
        if Name(place, name) in numbers_of_objects:
            return numbers_of_objects[Name(place, name)]
    return (RELATIONS if kind == "regclass" else TYPES)[name]


def type_text(catalog: Catalog, number: Any, numbers_of_types: Mapping[Name, int]) -> str | None:
    """Return what format_type returns for a number."""
    builtin = next((name for name, item in TYPES.items() if item == number), None)
    if builtin:
        return format_type(builtin_type(builtin))
    name = next((name for name, item in numbers_of_types.items() if item == number), None)
    return format_type(Type(name), catalog.search_path) if name else None
