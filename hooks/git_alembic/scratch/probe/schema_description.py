"""Describes the schema of a database as text that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Dict

from sqlalchemy import inspect

SYSTEM = ("information_schema", "mysql", "performance_schema", "sys", "pg_catalog", "pg_toast")
Schema = Dict[str, str]  # "table x", "column x.y", "index i of x", … -> its definition


def describe_schema(connection: Any) -> Schema:
    """Return tables, columns, keys, constraints, indexes, enums and sequences of all schemas except the system's."""
    inspector = inspect(connection)
    default = inspector.default_schema_name
    description: dict[str, str] = {}
    for schema in inspector.get_schema_names():
        if schema not in SYSTEM:
            _add_schema(inspector, None if schema == default else schema, description)
    return description


def _add_schema(inspector: Any, schema: Any, description: dict[str, str]) -> None:
    prefix = f"{schema}." if schema else ""
    for name in inspector.get_table_names(schema=schema):
        _add_table(inspector, name, schema, prefix + name, description)
    for name in inspector.get_view_names(schema=schema):
        description[f"view {prefix}{name}"] = ""
    if hasattr(inspector, "get_enums"):
        for enum in inspector.get_enums(schema=schema):
            description["enum {}{}".format(prefix, enum["name"])] = ", ".join(enum["labels"])
    if inspector.dialect.supports_sequences:
        for name in inspector.get_sequence_names(schema=schema):
            description[f"sequence {prefix}{name}"] = ""


def _add_table(inspector: Any, table: str, schema: Any, name: str, description: dict[str, str]) -> None:
    description[f"table {name}"] = ""
    for column in inspector.get_columns(table, schema=schema):
        attributes = {
            key: column[key]
            for key in ("type", "nullable", "default", "comment", "identity", "computed")
            if column.get(key) is not None
        }
        description["column {}.{}".format(name, column["name"])] = _format(attributes)
    key = inspector.get_pk_constraint(table, schema=schema)
    if key and key["constrained_columns"]:
        description[f"primary key of {name}"] = _format(key)
    for kind, inspect_items in (
        ("foreign key", inspector.get_foreign_keys),
        ("unique constraint", inspector.get_unique_constraints),
        ("check constraint", inspector.get_check_constraints),
        ("index", inspector.get_indexes),
    ):
        for item in inspect_items(table, schema=schema):
            description["{} {} of {}".format(kind, item["name"] or _format(item), name)] = _format(item)


def _format(definition: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={definition[key]}" for key in sorted(definition))


def schema_differences(before: Schema, after: Schema) -> list[str]:
    """Return a sorted line for everything that is left over, missing or changed."""
    remaining = [f"{name} remains" for name in after if name not in before]
    missing = [f"{name} is missing" for name in before if name not in after]
    changed = [
        f"{name} is now {after[name]}; it was {before[name]}"
        for name in before
        if name in after and before[name] != after[name]
    ]
    return sorted([*remaining, *missing, *changed])
