"""Describes a database as JSON values: its URL, its tables, the rows of its version table, and counts of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import column as named_column
from sqlalchemy import func, inspect, select
from sqlalchemy import table as named_table

from git_alembic.scratch.probe.schema_description import SYSTEM

_MAX_ROWS = 1000


def describe_url(url: Any) -> dict[str, Any]:
    """Return {"text", "driver", "host", "port", "database", "user"} of a URL."""
    host = url.host or url.query.get("host")
    hidden = url.set(password="***") if url.password is not None else url  # noqa: S106 - it isn't a password
    return {
        "text": hidden.render_as_string(hide_password=True),
        "driver": url.drivername,
        "host": host[0] if isinstance(host, tuple) else host,
        "port": url.port,
        "database": url.database,
        "user": url.username,
    }


def file_of(connection: Any) -> str:
    """Return the file of an SQLite database, or "" for any other."""
    if connection.dialect.name != "sqlite":
        return ""
    rows = connection.exec_driver_sql("PRAGMA database_list").fetchall()
    return next((str(row[2]) for row in rows if row[1] == "main"), "")


def model_tables(context: Any) -> list[str]:
    """Return the names of the models' tables as `list_tables` names them."""
    default = default_schema(context.connection)
    pairs = {(_model_schema(context, table, default), str(table.name)) for table in _tables(context)}
    return sorted(name if schema == default else f"{schema}.{name}" for schema, name in pairs)


def _tables(context: Any) -> list[Any]:
    target = context.opts.get("target_metadata")
    models = target if isinstance(target, (list, tuple)) else [target]
    return [table for metadata in models if metadata is not None for table in metadata.tables.values()]


def _model_schema(context: Any, table: Any, default: str | None) -> str | None:
    """Return the schema of a model's table, as the connection translates it."""
    translated = context.connection.get_execution_options().get("schema_translate_map") or {}
    return translated.get(table.schema, table.schema) or default


def version_rows(context: Any) -> dict[str, Any]:
    inspector = inspect(context.connection)
    table, schema = context.version_table, context.version_table_schema
    if table not in inspector.get_table_names(schema=schema):
        return {"exists": False, "columns": [], "rows": []}
    columns = [column["name"] for column in inspector.get_columns(table, schema=schema)]
    rows: list[Any] = []
    if "version_num" in columns:
        query: Any = select(named_column("version_num")).select_from(named_table(table, schema=schema))
        rows = [row[0] for row in context.connection.execute(query).fetchmany(_MAX_ROWS)]
    return {"exists": True, "columns": columns, "rows": [None if row is None else str(row) for row in rows]}


def default_schema(connection: Any) -> str | None:
    """Return the current schema of unqualified names. env.py may have changed it since the first connection."""
    dialect = connection.dialect
    if dialect.name == "sqlite":
        return None
    try:
        schema: str | None = dialect._get_default_schema_name(connection)  # noqa: SLF001 - SQLAlchemy calls it too
    except Exception:  # noqa: BLE001 - a dialect without a default schema
        schema = dialect.default_schema_name
    return schema


def list_tables(context: Any, database: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"schema": of the version table, "schemas": [see below], "tables", "own_tables"}.

    "tables" are the tables in the schemas of the models and the version table. A table outside the default schema has
    its qualified name. "own_tables" are only those in the version table's schema. "schemas" has "" for the default
    schema.
    """
    connection = context.connection
    inspector = inspect(connection)
    default = default_schema(connection)
    version_schema = database["version_table_schema"] or default
    existing = {None, default, *inspector.get_schema_names()}
    tables: dict[str | None, list[str]] = {}
    for schema in sorted(_model_schemas(context, default) | {version_schema}, key=str):
        if schema in existing and schema not in SYSTEM:
            prefix = "" if schema == default else f"{schema}."
            visible = schema == default and not database["version_table_schema"]  # wherever the search path finds them
            names = inspector.get_table_names(schema=None if visible else schema)
            tables[schema] = [prefix + table for table in names]
    version_table = (
        database["version_table"] if version_schema == default else f"{version_schema}.{database['version_table']}"
    )
    return {
        "schema": version_schema,
        "schemas": sorted("" if schema == default else str(schema) for schema in tables),
        "tables": sorted(table for names in tables.values() for table in names if table != version_table),
        "own_tables": sorted(table for table in tables.get(version_schema, []) if table != version_table),
    }


def _model_schemas(context: Any, default: str | None) -> set[str | None]:
    """Return the schemas of the models' tables.

    Without models, return the default one unless the version table has its own.
    """
    schemas = {_model_schema(context, table, default) for table in _tables(context)}
    return schemas or (set() if context.version_table_schema else {default})


def count_values(connection: Any, key: str) -> int | None:
    """Return how many rows "table x" has, or how many values "column x.y" has. None if that can't be counted."""
    kind, _, name = key.partition(" ")
    *above, last = name.split(".")
    parts = [*above, last] if kind == "table" else above
    table = named_table(parts[-1], schema=".".join(parts[:-1]) or None)
    query: Any = select(func.count() if kind == "table" else func.count(named_column(last))).select_from(table)
    try:
        return int(connection.execute(query).scalar())
    except Exception:  # noqa: BLE001 - a timeout, or a missing permission
        return None
