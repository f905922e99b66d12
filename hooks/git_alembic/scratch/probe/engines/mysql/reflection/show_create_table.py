"""SHOW CREATE TABLE, from which the real dialects reflect a table."""

from __future__ import annotations

from typing import Iterator

from git_alembic.scratch.probe.engines.emulation.sqlite_rows import quote_name
from git_alembic.scratch.probe.engines.mysql.catalog.charsets import charset_of, collation_of
from git_alembic.scratch.probe.engines.mysql.catalog.model import Check, Column, ForeignKey, Key, Part, Table
from git_alembic.scratch.probe.engines.mysql.parsing import data_types
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import literal


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
