"""The tables of information_schema that migrations read, and how both system catalogs come into SQLite."""

from __future__ import annotations

from typing import Callable, Mapping

from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import SQLiteRows, quote_name
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import schemas
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Table, View
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type
from git_alembic.scratch.probe.engines.postgresql.rows import pg_catalog
from git_alembic.scratch.probe.engines.postgresql.rows.pg_catalog import Rows, list_constraints, list_views, no_rows

_WORDS = {"p": "PRIMARY KEY", "u": "UNIQUE", "f": "FOREIGN KEY", "c": "CHECK"}
_COLUMNS = """
    table_catalog table_schema table_name column_name ordinal_position column_default is_nullable data_type udt_name
    udt_schema character_maximum_length is_identity is_generated
"""


def _tables(catalog: Catalog) -> Rows:
    for name in catalog.tables:
        yield "scratch", name.schema, name.name, "BASE TABLE"
    for view in catalog.views.values():
        if not view.materialized:
            yield "scratch", view.name.schema, view.name.name, "VIEW"


def _columns(catalog: Catalog) -> Rows:
    relations: list[Table | View] = [*catalog.tables.values(), *catalog.views.values()]
    for relation in relations:
        for column in relation.columns:
            kind = column.type
            made = kind.name.schema is not None
            data = "ARRAY" if kind.dimensions else "USER-DEFINED" if made else format_type(kind, (), modifiers=False)
            length = int(kind.modifiers[0]) if kind.name.name in ("varchar", "bpchar") and kind.modifiers else None
            yield (
                "scratch", relation.name.schema, relation.name.name, column.name, column.number, column.default,
                "NO" if column.not_null else "YES", data, ("_" if kind.dimensions else "") + kind.name.name,
                kind.name.schema or "pg_catalog", length, "YES" if column.identity else "NO",
                "ALWAYS" if column.generated else "NEVER",
            )  # fmt: skip


def _table_constraints(catalog: Catalog) -> Rows:
    for table, name, kind, _, _ in list_constraints(catalog):
        yield "scratch", table.name.schema, name, table.name.schema, table.name.name, _WORDS[kind]


def _key_column_usage(catalog: Catalog) -> Rows:
    for table, name, kind, columns, _ in list_constraints(catalog):
        for order, column in enumerate(columns if kind != "c" else (), 1):
            yield table.name.schema, name, table.name.schema, table.name.name, column, order


def _constraint_column_usage(catalog: Catalog) -> Rows:
    for table, name, kind, columns, _ in list_constraints(catalog):
        target, names = table.name, columns
        if kind == "f":
            foreign = next(foreign_key for foreign_key in table.foreign_keys if foreign_key.name == name)
            target, names = foreign.table, foreign.referred
        for column in names:
            yield target.schema, target.name, column, table.name.schema, name


def _referential_constraints(catalog: Catalog) -> Rows:
    for table in catalog.tables.values():
        for foreign in table.foreign_keys:
            yield table.name.schema, foreign.name, foreign.on_update or "NO ACTION", foreign.on_delete or "NO ACTION"


def _schemata(catalog: Catalog) -> Rows:
    return (("scratch", name) for name in schemas(catalog))


def _sequences(catalog: Catalog) -> Rows:
    return ((name.schema, name.name) for name in catalog.sequences)


TABLES: Mapping[str, tuple[str, Callable[[Catalog], Rows]]] = {
    "tables": ("table_catalog table_schema table_name table_type", _tables),
    "columns": (_COLUMNS, _columns),
    "table_constraints": (
        "constraint_catalog constraint_schema constraint_name table_schema table_name constraint_type",
        _table_constraints,
    ),
    "key_column_usage": (
        "constraint_schema constraint_name table_schema table_name column_name ordinal_position",
        _key_column_usage,
    ),
    "constraint_column_usage": (
        "table_schema table_name column_name constraint_schema constraint_name",
        _constraint_column_usage,
    ),
    "referential_constraints": (
        "constraint_schema constraint_name update_rule delete_rule",
        _referential_constraints,
    ),
    "schemata": ("catalog_name schema_name", _schemata),
    "sequences": ("sequence_schema sequence_name", _sequences),
    "views": ("table_schema table_name view_definition", list_views),
    "routines": ("routine_schema routine_name", no_rows),
    "triggers": ("trigger_schema trigger_name event_object_table", no_rows),
}
_CATALOGS = {"pg_catalog": pg_catalog.TABLES, "information_schema": TABLES}


def recreate_catalog_table(rows: SQLiteRows, catalog: Catalog, schema: str | None, name: str) -> str | None:
    """Recreate a table of a system catalog. Return None if it is not emulated."""
    place = schema or "pg_catalog"
    source = _CATALOGS.get(place, {}).get(name)
    if source is None:
        return None
    columns, make_rows = source
    called = f"{place}.{name}"
    rows.replace_table(quote_name(called), columns.split(), make_rows(catalog))
    return called
