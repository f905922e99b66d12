"""The tables of INFORMATION_SCHEMA. SHOW uses some of their columns."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping

from git_alembic.scratch.probe.engines.mysql.catalog import Catalog, Column, Key, Table, charset_of
from git_alembic.scratch.probe.engines.mysql.parsing import data_types

Rows = Iterator["tuple[Any, ...]"]


def _tables(catalog: Catalog) -> Iterator[tuple[str, str, Table]]:
    for database, content in catalog.databases.items():
        for name, table in content.tables.items():
            if not table.temporary:
                yield database, name, table


def schemata(catalog: Catalog) -> Rows:
    for name, content in catalog.databases.items():
        yield "def", name, charset_of(content.collation), content.collation


def tables(catalog: Catalog) -> Rows:
    for database, name, table in _tables(catalog):
        yield "def", database, name, "BASE TABLE", table.engine, table.collation, table.comment, 0, None
    for database, content in catalog.databases.items():
        for name in content.views:
            yield "def", database, name, "VIEW", None, None, "VIEW", None, None


def column_rows(catalog: Catalog) -> Rows:
    for database, name, table in _tables(catalog):
        for position, column in enumerate(table.columns, 1):
            kind = column.type
            sized = data_types.is_text(kind) and kind.arguments and kind.arguments[0].isdigit()
            size = int(kind.arguments[0]) if sized else None
            charset = charset_of(column.collation) if column.collation else None
            yield (
                "def", database, name, column.name, position, default_text(column, catalog.is_mariadb),
                yes_or_no(column.nullable), kind.name, size, charset, column.collation or None, kind.text,
                key_flag(column, table), extra_text(column), column.comment, column.generated,
            )  # fmt: skip


def statistics(catalog: Catalog) -> Rows:
    for database, name, table in _tables(catalog):
        for key in table.keys:
            for position, part in enumerate(key.parts, 1):
                column = next((item for item in table.columns if item.name == part.column), None)
                yield (
                    "def", database, name, int(key.kind not in ("PRIMARY", "UNIQUE")), database, key.name, position,
                    part.column, "D" if part.descending else "A", 0, part.length or None,
                    yes_or_no(column.nullable) if column and column.nullable else "", method(key), "", key.comment,
                )  # fmt: skip


def method(key: Key) -> str:
    return key.kind if key.kind in ("FULLTEXT", "SPATIAL") else "HASH" if "HASH" in key.tail else "BTREE"


def constraints(catalog: Catalog) -> Rows:
    for database, name, table in _tables(catalog):
        for key in table.keys:
            if key.kind in ("PRIMARY", "UNIQUE"):
                kind = "PRIMARY KEY" if key.kind == "PRIMARY" else "UNIQUE"
                yield "def", database, key.name, database, name, kind
        for foreign_key in table.foreign_keys:
            yield "def", database, foreign_key.name, database, name, "FOREIGN KEY"
        for check in table.checks:
            yield "def", database, check.name, database, name, "CHECK"


def key_columns(catalog: Catalog) -> Rows:
    for database, name, table in _tables(catalog):
        for key in table.keys:
            if key.kind in ("PRIMARY", "UNIQUE"):
                for position, column in enumerate(key.columns, 1):
                    yield "def", database, key.name, "def", database, name, column, position, None, None, None, None
        for foreign_key in table.foreign_keys:
            for position, (own_column, referred) in enumerate(zip(foreign_key.columns, foreign_key.referred), 1):
                yield (
                    "def", database, foreign_key.name, "def", database, name, own_column, position, position,
                    foreign_key.database, foreign_key.table, referred,
                )  # fmt: skip


def referential(catalog: Catalog) -> Rows:
    for database, name, table in _tables(catalog):
        for foreign_key in table.foreign_keys:
            actions = (foreign_key.on_update or "RESTRICT", foreign_key.on_delete or "RESTRICT")
            yield (
                "def",
                database,
                foreign_key.name,
                "def",
                foreign_key.database,
                "PRIMARY",
                "NONE",
                *actions,
                name,
                foreign_key.table,
            )


def checks(catalog: Catalog) -> Rows:
    for database, name, table in _tables(catalog):
        for check in table.checks:
            yield "def", database, check.name, check.text, name


def views(catalog: Catalog) -> Rows:
    for database, content in catalog.databases.items():
        for name, view in content.views.items():
            yield "def", database, name, view.text


def nothing(_: Catalog) -> Rows:
    return iter(())


TABLES: Mapping[str, tuple[str, Callable[[Catalog], Rows]]] = {
    "SCHEMATA": ("CATALOG_NAME SCHEMA_NAME DEFAULT_CHARACTER_SET_NAME DEFAULT_COLLATION_NAME", schemata),
    "TABLES": (
        ("TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE ENGINE TABLE_COLLATION TABLE_COMMENT TABLE_ROWS "
         "AUTO_INCREMENT"),
        tables,
    ),
    "COLUMNS": (
        ("TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION COLUMN_DEFAULT IS_NULLABLE DATA_TYPE "
         "CHARACTER_MAXIMUM_LENGTH CHARACTER_SET_NAME COLLATION_NAME COLUMN_TYPE COLUMN_KEY EXTRA COLUMN_COMMENT "
         "GENERATION_EXPRESSION"),
        column_rows,
    ),
    "STATISTICS": (
        ("TABLE_CATALOG TABLE_SCHEMA TABLE_NAME NON_UNIQUE INDEX_SCHEMA INDEX_NAME SEQ_IN_INDEX COLUMN_NAME COLLATION "
         "CARDINALITY SUB_PART NULLABLE INDEX_TYPE COMMENT INDEX_COMMENT"),
        statistics,
    ),
    "TABLE_CONSTRAINTS": (
        "CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_SCHEMA TABLE_NAME CONSTRAINT_TYPE", constraints,
    ),
    "KEY_COLUMN_USAGE": (
        ("CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME "
         "ORDINAL_POSITION POSITION_IN_UNIQUE_CONSTRAINT REFERENCED_TABLE_SCHEMA REFERENCED_TABLE_NAME "
         "REFERENCED_COLUMN_NAME"),
        key_columns,
    ),
    "REFERENTIAL_CONSTRAINTS": (
        ("CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME UNIQUE_CONSTRAINT_CATALOG UNIQUE_CONSTRAINT_SCHEMA "
         "UNIQUE_CONSTRAINT_NAME MATCH_OPTION UPDATE_RULE DELETE_RULE TABLE_NAME REFERENCED_TABLE_NAME"),
        referential,
    ),
    "CHECK_CONSTRAINTS": ("CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME CHECK_CLAUSE TABLE_NAME", checks),
    "VIEWS": ("TABLE_CATALOG TABLE_SCHEMA TABLE_NAME VIEW_DEFINITION", views),
    "TRIGGERS": ("TRIGGER_SCHEMA TRIGGER_NAME EVENT_OBJECT_SCHEMA EVENT_OBJECT_TABLE", nothing),
    "ROUTINES": ("ROUTINE_SCHEMA ROUTINE_NAME ROUTINE_TYPE", nothing),
    "PARTITIONS": ("TABLE_SCHEMA TABLE_NAME PARTITION_NAME", nothing),
    "EVENTS": ("EVENT_SCHEMA EVENT_NAME", nothing),
    "INNODB_SYS_TABLES": ("NAME", nothing),
}  # fmt: skip


def yes_or_no(value: bool) -> str:
    return "YES" if value else "NO"


def default_text(column: Column, is_mariadb: bool) -> str | None:
    """Return a default. MariaDB quotes it, MySQL does not."""
    if not column.default:
        return "NULL" if is_mariadb and column.nullable and not column.generated else None
    return column.default if is_mariadb else unquote(column.default)


def unquote(text: str) -> str:
    return text[1:-1].replace("''", "'") if text.startswith("'") else text


def key_flag(column: Column, table: Table) -> str:
    """Return PRI, UNI or MUL."""
    for key in table.keys:
        if key.kind == "PRIMARY" and column.name in key.columns:
            return "PRI"
    first = [key for key in table.keys if key.columns[:1] == (column.name,)]
    if any(key.kind == "UNIQUE" and len(key.parts) == 1 for key in first):
        return "UNI"
    return "MUL" if first else ""


def extra_text(column: Column) -> str:
    if column.auto:
        return "auto_increment"
    if column.generated:
        return "STORED GENERATED" if column.stored else "VIRTUAL GENERATED"
    return f"on update {column.on_update}" if column.on_update else ""
