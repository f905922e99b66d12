"""What one database holds, as values of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import column, inspect, select
from sqlalchemy import table as named_table

from git_alembic.scratch.probe.schema import SYSTEM

_MOST_ROWS = 1000


def described(url: Any) -> dict[str, Any]:
    """{"text", "driver", "host", "port", "database", "user"} of a URL."""
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
    """The file of an SQLite database, "" for any other."""
    if connection.dialect.name != "sqlite":
        return ""
    found = connection.exec_driver_sql("PRAGMA database_list").fetchall()
    return next((str(row[2]) for row in found if row[1] == "main"), "")


def models(context: Any) -> list[str]:
    named = context.opts.get("target_metadata")
    every = named if isinstance(named, (list, tuple)) else [named]
    return sorted({str(table.key) for one in every if one is not None for table in one.tables.values()})


def version(context: Any) -> dict[str, Any]:
    inspector = inspect(context.connection)
    table, schema = context.version_table, context.version_table_schema
    if table not in inspector.get_table_names(schema=schema):
        return {"exists": False, "columns": [], "rows": []}
    columns = [one["name"] for one in inspector.get_columns(table, schema=schema)]
    rows: list[Any] = []
    if "version_num" in columns:
        asked: Any = select(column("version_num")).select_from(named_table(table, schema=schema))
        rows = [row[0] for row in context.connection.execute(asked).fetchmany(_MOST_ROWS)]
    return {"exists": True, "columns": columns, "rows": [None if one is None else str(one) for one in rows]}


def tables(connection: Any, found: Mapping[str, Any]) -> list[str]:
    """The tables of the schemas that the models and the version table are in, and of the default one."""
    inspector = inspect(connection)
    default = inspector.default_schema_name
    named = {key.rpartition(".")[0] for key in found["models"]} | {found["version_table_schema"] or ""}
    schemas = [None, *(one for one in inspector.get_schema_names() if one in named and one != default)]
    tables = [
        f"{schema}.{table}" if schema else table
        for schema in schemas
        if schema not in SYSTEM
        for table in inspector.get_table_names(schema=schema)
    ]
    own = ".".join(filter(None, (found["version_table_schema"], found["version_table"])))
    return sorted(one for one in tables if one != own)
