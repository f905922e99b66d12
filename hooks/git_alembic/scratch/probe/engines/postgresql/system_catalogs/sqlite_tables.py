"""The server's own catalogs as tables in SQLite."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.emulation.sqlite_rows import SQLiteRows, quote_name
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog
from git_alembic.scratch.probe.engines.postgresql.system_catalogs import information_schema, pg_catalog

_TABLES = {"pg_catalog": pg_catalog.TABLES, "information_schema": information_schema.TABLES}


def recreate_catalog_table(rows: SQLiteRows, catalog: Catalog, schema: str | None, name: str) -> str | None:
    """Recreate a table of a system catalog. Return None if it is not emulated."""
    place = schema or "pg_catalog"
    source = _TABLES.get(place, {}).get(name)
    if source is None:
        return None
    columns, make_rows = source
    called = f"{place}.{name}"
    rows.replace_table(quote_name(called), columns.split(), make_rows(catalog))
    return called
