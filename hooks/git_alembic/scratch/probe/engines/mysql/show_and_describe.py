"""SHOW and DESCRIBE: names of columns, and rows. The real dialects read a table from SHOW CREATE TABLE."""

from __future__ import annotations

from typing import Any, Callable, Iterator, List, Sequence, Tuple

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.mysql.catalog import (
    Check,
    Column,
    ForeignKey,
    Key,
    Part,
    Table,
    charset_of,
    collation_of,
)
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import SYSTEM, StatementContext
from git_alembic.scratch.probe.engines.mysql.errors import no_table
from git_alembic.scratch.probe.engines.mysql.parsing import data_types
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import table_name
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, literal
from git_alembic.scratch.probe.engines.mysql.rows import information_schema

Shown = Tuple[List[str], Sequence[Tuple[Any, ...]]]
ViewColumns = Callable[[str, str], "list[str]"]
_EMPTY = {
    "WARNINGS": "Level Code Message", "ERRORS": "Level Code Message", "TRIGGERS": "Trigger Event Table Statement",
    "COLLATION": "Collation Charset Id Default Compiled Sortlen", "CHARACTER SET": "Charset Description",
    "PROCEDURE STATUS": "Db Name Type", "FUNCTION STATUS": "Db Name Type", "STATUS": "Variable_name Value",
    "ENGINES": "Engine Support Comment", "GRANTS": "Grants", "PROCESSLIST": "Id User Host db Command Time State Info",
    "PLUGINS": "Name Status Type Library License", "EVENTS": "Db Name",
}  # fmt: skip


def answer_show(context: StatementContext, reader: Reader, view_columns: ViewColumns) -> Shown:
    """Answer SHOW. LIKE and WHERE stay in the reader."""
    reader.take_any("GLOBAL", "SESSION", "EXTENDED")
    full = reader.take("FULL")
    if reader.take("TABLES"):
        return _tables(context, reader, full)
    if reader.take_any("COLUMNS", "FIELDS"):
        return _columns(context, *_target(reader), full, view_columns)
    if reader.take_any("INDEX", "INDEXES", "KEYS"):
        return _indexes(context, *_target(reader))
    return _other(context, reader)


def _other(context: StatementContext, reader: Reader) -> Shown:
    if reader.take("CREATE"):
        return _create(context, reader)
    if reader.take_any("DATABASES", "SCHEMAS"):
        return ["Database"], [(name,) for name in sorted([*context.catalog.databases, *SYSTEM])]
    if reader.take("TABLE", "STATUS"):
        return _status(context, reader)
    if reader.take("VARIABLES"):
        return ["Variable_name", "Value"], sorted((name, str(item)) for name, item in context.session.variables.items())
    for words, names in _EMPTY.items():
        if reader.take(*words.split()):
            return names.split(), []
    raise NotReplayed("SHOW")


def _target(reader: Reader) -> tuple[str, str]:
    if not reader.take_any("FROM", "IN"):
        raise reader.error()
    database, name = table_name(reader)
    if reader.take_any("FROM", "IN"):
        database = reader.name()
    return database, name


def _create(context: StatementContext, reader: Reader) -> Shown:
    if reader.take_any("DATABASE", "SCHEMA"):
        name = context.resolve_database(reader.name())
        return ["Database", "Create Database"], [(name, f"CREATE DATABASE {quote_name(name)}")]
    if not reader.take_any("TABLE", "VIEW"):
        raise NotReplayed("SHOW CREATE")
    database, name = table_name(reader)
    place = context.resolve_database(database)
    content = context.catalog.databases[place]
    if name in content.views:
        text = f"CREATE ALGORITHM=UNDEFINED VIEW {quote_name(name)} AS {content.views[name].text}"
        return ["View", "Create View", "character_set_client", "collation_connection"], [(name, text, "", "")]
    if name not in content.tables:
        raise no_table(place, name)
    return ["Table", "Create Table"], [(name, create_table_text(content.tables[name], name, place, context.is_mariadb))]


def _tables(context: StatementContext, reader: Reader, full: bool) -> Shown:
    place = context.resolve_database(reader.name() if reader.take_any("FROM", "IN") else "")
    content = context.catalog.databases[place]
    tables = [(name, "BASE TABLE") for name, item in content.tables.items() if not item.temporary]
    rows = sorted([*tables, *((name, "VIEW") for name in content.views)])
    if full:
        return [f"Tables_in_{place}", "Table_type"], rows
    return [f"Tables_in_{place}"], [row[:1] for row in rows]


def describe(context: StatementContext, reader: Reader, view_columns: ViewColumns) -> Shown:
    """Answer DESCRIBE."""
    names, rows = _columns(context, *table_name(reader), False, view_columns)
    return names, rows if reader.is_at_end else [row for row in rows if row[0] == reader.next().value]


def _columns(context: StatementContext, database: str, name: str, full: bool, view_columns: ViewColumns) -> Shown:
    place = context.resolve_database(database)
    names = ["Field", "Type", "Null", "Key", "Default", "Extra"]
    if name in context.catalog.databases[place].views:
        columns = view_columns(place, name)
        return names, [(column, "varchar(255)", "YES", "", None, "") for column in columns]
    table = context.table(place, name)
    rows = [
        (item.name, item.type.text, information_schema.yes_or_no(item.nullable),
         information_schema.key_flag(item, table), information_schema.unquote(item.default) or None,
         information_schema.extra_text(item))
        for item in table.columns
    ]  # fmt: skip
    if not full:
        return names, rows
    collations = [item.collation or None for item in table.columns]
    wide = [(*row[:2], collation, *row[2:], "", item.comment)
            for row, collation, item in zip(rows, collations, table.columns)]  # fmt: skip
    return ["Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges", "Comment"], wide


def _indexes(context: StatementContext, database: str, name: str) -> Shown:
    place = context.resolve_database(database)
    context.table(place, name)
    names = ["Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name", "Collation", "Cardinality", "Sub_part",
             "Packed", "Null", "Index_type", "Comment", "Index_comment"]  # fmt: skip
    rows = [
        (row[2], row[3], row[5], row[6], row[7], row[8], row[9], row[10], None, *row[11:])
        for row in information_schema.statistics(context.catalog) if row[1:3] == (place, name)
    ]  # fmt: skip
    return names, rows


def _status(context: StatementContext, reader: Reader) -> Shown:
    place = context.resolve_database(reader.name() if reader.take_any("FROM", "IN") else "")
    rows = [(name, table.engine, table.collation, table.comment)
            for name, table in sorted(context.catalog.databases[place].tables.items())]  # fmt: skip
    return ["Name", "Engine", "Collation", "Comment"], rows


def create_table_text(table: Table, name: str, database: str, is_mariadb: bool) -> str:
    """Return the statement that creates a table."""
    lines = [column_line(column, table, is_mariadb) for column in table.columns]
    lines.extend(key_line(key) for key in table.keys)
    foreign = sorted(table.foreign_keys, key=lambda item: item.name)
    lines.extend(_foreign_line(item, database) for item in foreign)
    lines.extend(_check_line(check, is_mariadb) for check in table.checks)
    body = ",\n".join(f"  {line}" for line in lines)
    return f"CREATE TABLE {quote_name(name)} (\n{body}\n) {' '.join(_options(table, is_mariadb))}"


def column_line(column: Column, table: Table, is_mariadb: bool) -> str:
    return " ".join([quote_name(column.name), column.type.text, *_attributes(column, table, is_mariadb)])


def _attributes(column: Column, table: Table, is_mariadb: bool) -> Iterator[str]:
    yield from _collation(column, table, is_mariadb)
    if column.generated:
        yield f"GENERATED ALWAYS AS ({column.generated}) {'STORED' if column.stored else 'VIRTUAL'}"
    if not column.nullable and not (is_mariadb and column.generated):
        yield "NOT NULL"
    elif column.type.name == "timestamp" and not column.generated:
        yield "NULL"
    if not column.generated:
        yield from _default(column, is_mariadb)
    if column.on_update:
        yield "ON UPDATE " + column.on_update
    if column.auto:
        yield "AUTO_INCREMENT"
    if column.comment:
        yield "COMMENT " + literal(column.comment)
    if column.check:
        yield f"CHECK ({column.check})"


def _collation(column: Column, table: Table, is_mariadb: bool) -> Iterator[str]:
    if not column.collation:
        return
    explicit = column.explicit and not is_mariadb
    if column.collation != table.collation or explicit:
        charset = charset_of(column.collation)
        yield f"CHARACTER SET {charset}"
        if is_mariadb or explicit or column.collation != collation_of(charset, is_mariadb):
            yield f"COLLATE {column.collation}"


def _default(column: Column, is_mariadb: bool) -> Iterator[str]:
    if column.default:
        yield "DEFAULT " + column.default
    elif column.nullable and not column.auto and (is_mariadb or column.type.name not in data_types.BLOBS):
        yield "DEFAULT NULL"


def part(item: Part) -> str:
    text = f"({item.expression})" if item.expression else quote_name(item.column)
    return text + (f"({item.length})" if item.length else "") + " DESC" * item.descending


def key_line(key: Key) -> str:
    parts = ",".join(part(item) for item in key.parts)
    words = ["PRIMARY KEY"] if key.kind == "PRIMARY" else [*filter(None, (key.kind, "KEY")), quote_name(key.name)]
    comment = f" COMMENT {literal(key.comment)}" if key.comment else ""
    return f"{' '.join(words)} ({parts}){key.tail}{comment}"


def _foreign_line(foreign_key: ForeignKey, database: str) -> str:
    table = (
        quote_name(foreign_key.table)
        if foreign_key.database == database
        else f"{quote_name(foreign_key.database)}.{quote_name(foreign_key.table)}"
    )
    columns, referred = (
        ", ".join(quote_name(name) for name in names) for names in (foreign_key.columns, foreign_key.referred)
    )
    text = f"CONSTRAINT {quote_name(foreign_key.name)} FOREIGN KEY ({columns}) REFERENCES {table} ({referred})"
    text += f" ON DELETE {foreign_key.on_delete}" if foreign_key.on_delete else ""
    return text + (f" ON UPDATE {foreign_key.on_update}" if foreign_key.on_update else "")


def _check_line(check: Check, is_mariadb: bool) -> str:
    tail = "" if check.enforced or is_mariadb else " /*!80016 NOT ENFORCED */"
    return f"CONSTRAINT {quote_name(check.name)} CHECK ({check.text}){tail}"


def _options(table: Table, is_mariadb: bool) -> Iterator[str]:
    charset = charset_of(table.collation)
    yield f"ENGINE={table.engine}"
    yield f"DEFAULT CHARSET={charset}"
    if is_mariadb or charset == "utf8mb4" or table.collation != collation_of(charset, is_mariadb):
        yield f"COLLATE={table.collation}"
    for name, value in table.options:
        yield f"{name}={value}"
    if table.comment:
        yield f"COMMENT={literal(table.comment)}"
