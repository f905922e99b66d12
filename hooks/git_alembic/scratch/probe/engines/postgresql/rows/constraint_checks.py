"""Checks the mirror's rows against the catalog's constraints, and the enum labels of data statements."""

from __future__ import annotations

import sqlite3
from typing import AbstractSet, Any, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, ForeignKey, Name, Table, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type, length_of, too_long_error
from git_alembic.scratch.probe.engines.postgresql.errors import NotNullViolation, ServerError, unsafe_label_error
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Statement, walk
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import plain_literal
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_mirror import Mirror
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_query_writer import mirror_name


class ConstraintChecks:
    """Answers questions of schema statements about the rows, and checks rows after changes."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        self.catalog = mirror.catalog

    def has_rows(self, name: Name) -> bool:
        """True if the mirror has rows of a table."""
        return self.mirror.has_rows(name)

    def has_nulls(self, name: Name, column: str, since: int = 0) -> bool:
        """True if any row has a null in the column."""
        return self._has_row(name, f"{quote_name(column)} IS NULL", since)

    def has_duplicates(self, name: Name, columns: Sequence[str]) -> bool:
        """True if any two rows are equal in these columns."""
        names = ", ".join(quote_name(column) for column in columns)
        not_null = " AND ".join(f"{quote_name(column)} IS NOT NULL" for column in columns)
        return self._has_row(name, f"{not_null} GROUP BY {names} HAVING count(*) > 1")

    def violates_check(self, name: Name, check: str) -> bool:
        """True if a check fails for a row, as far as SQLite can tell."""
        try:
            return self._has_row(name, f"NOT ({self.mirror.writer().expression(self.mirror.parser.expression(check))})")
        except NotReplayed:
            return False

    def violates_foreign_key(self, name: Name, key: ForeignKey, since: int = 0) -> bool:
        """True if any row refers to a missing row."""
        return self._has_row(name, self._dangling(name, key), since)

    def _dangling(self, name: Name, key: ForeignKey) -> str:
        other = quote_name(self.mirror.ensure_table(self.catalog.tables[key.table]))
        pairs = zip(key.columns, key.referred)
        same = [f"o.{quote_name(there)} = {quote_name(mirror_name(name))}.{quote_name(here)}" for here, there in pairs]
        not_null = [f"{quote_name(column)} IS NOT NULL" for column in key.columns]
        return " AND ".join([*not_null, f"NOT EXISTS (SELECT 1 FROM {other} AS o WHERE {' AND '.join(same)})"])

    def _has_row(self, name: Name, condition: str, since: int = 0) -> bool:
        if not self.has_rows(name):
            return False
        try:
            return self.mirror.finds(
                f"SELECT 1 FROM {quote_name(mirror_name(name))} WHERE rowid > {since} AND {condition}"
            )
        except sqlite3.Error:
            return False

    def last_row(self, name: Name) -> int:
        """Return the row id of the newest row, or 0."""
        if not self.has_rows(name):
            return 0
        row_id: int = self.mirror.connection.execute(
            f"SELECT max(rowid) FROM {quote_name(mirror_name(name))}"
        ).fetchone()[0]
        return row_id

    def check_changes(self, table: Table, statement: str, since: int = 0) -> None:
        """Check the rows newer than `since` after a statement changed a table. Raise like the server."""
        if any(kind == "trigger" and name == table.name for (kind, *_), name in self.catalog.attached.items()):
            return  # a trigger may have changed the rows
        if statement != "DeleteStmt":
            self._check_values(table, since)
            self._check_nulls(table, since)
            self._check_references(table, since)
        if statement == "DeleteStmt":
            self._apply_deletes(table)

    def _check_values(self, table: Table, since: int) -> None:
        """Convert words to booleans, and raise for values that their type does not allow."""
        name, newer = quote_name(mirror_name(table.name)), f"rowid > {since} AND"
        for column in table.columns:
            kind, called = column.type, quote_name(column.name)
            if not column.generated:
                self._fit(name, called, kind, since)
            type_name = kind.name.name if kind.name.schema is None and not kind.dimensions else ""
            if type_name == "bool":
                words = f"{newer} typeof({called}) = 'text'"
                self.mirror.connection.execute(f"UPDATE {name} SET {called} = pg_cast({called}, 'bool') WHERE {words}")
            elif type_name in ("int2", "int4", "int8"):
                self._refuse(name, f"{newer} typeof({called}) = 'text'", called, f"syntax for type {format_type(kind)}")
            elif kind.name in self.catalog.enums and not kind.dimensions:
                labels = ", ".join(plain_literal(label) for label in self.catalog.enums[kind.name].labels)
                self._refuse(name, f"{newer} {called} NOT IN ({labels})", called, f"value for enum {kind.name.name}")

    def has_longer_value(self, name: Name, column: str, kind: Type) -> bool:
        """True if a value is too long for a type, without its trailing spaces."""
        length = length_of(kind, self.catalog)
        return length is not None and self._has_row(name, _too_long(quote_name(column), length))

    def is_value_too_long(self, expression: str, kind: Type) -> bool:
        """True if an expression without columns is too long for a type, as far as SQLite can tell."""
        length = length_of(kind, self.catalog)
        if length is None:
            return False
        try:
            value = self.mirror.writer().expression(self.mirror.parser.expression(expression))
            return self.mirror.finds(f"SELECT 1 FROM (SELECT {value} AS v) WHERE {_too_long('v', length)}")
        except (NotReplayed, sqlite3.Error):
            self.mirror.budget.check()
            return False

    def shorten(self, name: Name, column: str, kind: Type, using: Node) -> None:
        """Set a column to an expression so that its values fit a type with a length, as far as SQLite can."""
        length = length_of(kind, self.catalog)
        if length is None or not self.has_rows(name):
            return
        table, called = quote_name(mirror_name(name)), quote_name(column)
        try:
            value = self.mirror.writer().expression(using)
            self.mirror.connection.execute(f"UPDATE {table} SET {called} = {value}")
        except (NotReplayed, sqlite3.Error):
            self.mirror.budget.check()
        self.mirror.connection.execute(f"UPDATE {table} SET {called} = substr({called}, 1, {length})")

    def _fit(self, name: str, called: str, kind: Type, since: int) -> None:
        """Raise for values that are too long, and cut spaces beyond the length."""
        length = length_of(kind, self.catalog)
        if length is None:
            return
        newer = f"FROM {name} WHERE rowid > {since}"
        if self.mirror.finds(f"SELECT 1 {newer} AND {_too_long(called, length)}"):
            raise too_long_error(kind, self.catalog)
        cut = f"SET {called} = substr({called}, 1, {length})"
        self.mirror.connection.execute(f"UPDATE {name} {cut} WHERE rowid > {since} AND length({called}) > {length}")

    def _refuse(self, name: str, condition: str, called: str, what: str) -> None:
        query = f"SELECT {called} FROM {name} WHERE {condition} LIMIT 1"
        row = self.mirror.connection.execute(query).fetchone()
        if row:
            raise ServerError(f'invalid input {what}: "{row[0]}"', "22P02")

    def _check_nulls(self, table: Table, since: int) -> None:
        for column in table.columns:
            if column.not_null and not column.generated and self.has_nulls(table.name, column.name, since):
                text = 'null value in column "{}" of relation "{}" violates not-null constraint'
                raise NotNullViolation(text.format(column.name, table.name.name))

    def _check_references(self, table: Table, since: int) -> None:
        for key in table.foreign_keys:
            if not key.deferred and not key.not_valid and self.violates_foreign_key(table.name, key, since):
                text = 'insert or update on table "{}" violates foreign key constraint "{}"'
                raise ServerError(text.format(table.name.name, key.name), "23503")

    def _apply_deletes(self, table: Table) -> None:
        """Apply the actions of foreign keys to rows whose target was deleted."""
        for other in self.catalog.tables.values():
            for key in other.foreign_keys:
                if key.table == table.name and not key.deferred and self.violates_foreign_key(other.name, key):
                    self._apply_delete(table, other, key)

    def _apply_delete(self, table: Table, other: Table, key: ForeignKey) -> None:
        name, dangling = quote_name(mirror_name(other.name)), self._dangling(other.name, key)
        if key.on_delete == "CASCADE":
            self.mirror.connection.execute(f"DELETE FROM {name} WHERE {dangling}")
            self._apply_deletes(other)
        elif key.on_delete.startswith("SET"):
            nulls = ", ".join(f"{quote_name(column)} = NULL" for column in key.columns)
            self.mirror.connection.execute(f"UPDATE {name} SET {nulls} WHERE {dangling}")
        else:
            text = 'update or delete on table "{}" violates foreign key constraint "{}" on table "{}"'
            raise ServerError(text.format(table.name.name, key.name, other.name.name), "23503")


def check_labels(
    catalog: Catalog, new_labels: AbstractSet[tuple[Name, str]], statement: Statement, values: Sequence[Any]
) -> None:
    """Raise if a data statement uses a label that its own transaction added."""
    if not new_labels:
        return
    used = {fields.get("sval", {}).get("sval") for kind, fields in walk(statement.fields) if kind == "A_Const"}
    used.update(value for value in values if isinstance(value, str))
    relations = [fields for kind, fields in walk(statement.fields) if kind == "RangeVar"]
    relations += [statement.fields["relation"]] if "relation" in statement.fields else []
    names = (find(node.get("schemaname"), node["relname"], catalog.tables, catalog) for node in relations)
    kinds = {column.type.name for name in names if name for column in catalog.tables[name].columns}
    for name, label in new_labels:
        if label in used and name in kinds:
            raise unsafe_label_error(label, name.name)


def _too_long(called: str, length: int) -> str:
    return f"length({called}) > {length} AND rtrim(substr({called}, {length + 1}), ' ') <> ''"
