"""Describes one database and its contents as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import column as named_column
from sqlalchemy import inspect, select
from sqlalchemy import table as named_table

from git_alembic.scratch.probe.schema import SYSTEM

_MAX_ROWS = 1000


def describe_url(url: Any) -> dict[str, Any]:
    """Return {"text", "driver", "host", "port", "database", "user"} of a URL."""
    host = url.host or url.query.get("host")
    hidden = url.set(password="***") if url.password is not None else url  # noqa: S106 - that is none
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
    found = connection.exec_driver_sql("PRAGMA database_list").fetchall()
    return next((str(row[2]) for row in found if row[1] == "main"), "")


def model_tables(context: Any) -> list[str]:
    named = context.opts.get("target_metadata")
    listed = named if isinstance(named, (list, tuple)) else [named]
    return sorted({str(table.key) for metadata in listed if metadata is not None for table in metadata.tables.values()})


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


def list_tables(connection: Any, found: Mapping[str, Any]) -> list[str]:
    """Return the tables of the default schema and of the schemas of the models and the version table."""
    inspector = inspect(connection)
    default = inspector.default_schema_name
    named = {key.rpartition(".")[0] for key in found["models"]} | {found["version_table_schema"] or ""}
    schemas = [None, *(name for name in inspector.get_schema_names() if name in named and name != default)]
    tables = [
        f"{schema}.{table}" if schema else table
        for schema in schemas
        if schema not in SYSTEM
        for table in inspector.get_table_names(schema=schema)
    ]
    own = ".".join(filter(None, (found["version_table_schema"], found["version_table"])))
    return sorted(table for table in tables if table != own)
