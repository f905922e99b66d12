"""What rows must be: the mirror's rows, against the catalog's constraints."""

from __future__ import annotations

import sqlite3
from typing import Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.model import ForeignKey, Name, Table
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import spell
from git_alembic.scratch.probe.engines.postgresql.errors import NotNullViolation, NotReplayed, ServerError
from git_alembic.scratch.probe.engines.postgresql.parsing.quoting import plain_literal
from git_alembic.scratch.probe.engines.postgresql.rows.mirror import Mirror
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_expressions import quoted
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_statements import mirrored


class Integrity:
    """Answers what statements about the schema ask of the rows, and looks after rows when they change."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        self.catalog = mirror.catalog

    def has_rows(self, name: Name) -> bool:
        """Whether the mirror has rows of a table."""
        return self.mirror.has_rows(name)

    def has_nulls(self, name: Name, column: str) -> bool:
        """Whether any row has a null there."""
        return self._finds(name, f"{quoted(column)} IS NULL")

    def repeats(self, name: Name, columns: Sequence[str]) -> bool:
        """Whether any two rows are alike in columns."""
        listed = ", ".join(quoted(column) for column in columns)
        known = " AND ".join(f"{quoted(column)} IS NOT NULL" for column in columns)
        return self._finds(name, f"{known} GROUP BY {listed} HAVING count(*) > 1")

    def breaks(self, name: Name, check: str) -> bool:
        """Whether a check does not hold for any row, as far as SQLite can tell."""
        try:
            return self._finds(name, f"NOT ({self.mirror.writer().expression(self.mirror.parser.expression(check))})")
        except NotReplayed:
            return False

    def dangles(self, name: Name, key: ForeignKey) -> bool:
        """Whether any row refers to none."""
        return self._finds(name, self._dangling(name, key))

    def _dangling(self, name: Name, key: ForeignKey) -> str:
        other = quoted(self.mirror.ensure(self.catalog.tables[key.table]))
        pairs = zip(key.columns, key.referred)
        same = [f"o.{quoted(there)} = {quoted(mirrored(name))}.{quoted(here)}" for here, there in pairs]
        known = [f"{quoted(column)} IS NOT NULL" for column in key.columns]
        return " AND ".join([*known, f"NOT EXISTS (SELECT 1 FROM {other} AS o WHERE {' AND '.join(same)})"])

    def _finds(self, name: Name, condition: str) -> bool:
        if not self.has_rows(name):
            return False
        text = f"SELECT 1 FROM {quoted(mirrored(name))} WHERE {condition} LIMIT 1"
        try:
            return self.mirror.connection.execute(text).fetchone() is not None
        except sqlite3.Error:
            return False

    def after(self, table: Table, statement: str) -> None:
        """Look after the rows once a statement has changed some of a table; raise as the server does."""
        if any(kind == "trigger" and name == table.name for (kind, *_), name in self.catalog.attached.items()):
            return  # who knows what a trigger would have done
        if statement != "DeleteStmt":
            self._check_values(table)
            self._check_nulls(table)
            self._check_references(table)
        if statement == "DeleteStmt":
            self._let_go(table)

    def _check_values(self, table: Table) -> None:
        """Booleans that came as words become what they are; what is no value of its type raises."""
        name = quoted(mirrored(table.name))
        for column in table.columns:
            kind, called = column.type, quoted(column.name)
            own = kind.name.name if kind.name.schema is None and not kind.dimensions else ""
            if own == "bool":
                text = f"UPDATE {name} SET {called} = pg_cast({called}, 'bool') WHERE typeof({called}) = 'text'"
                self.mirror.connection.execute(text)
            elif own in ("int2", "int4", "int8"):
                self._refuse(name, f"typeof({called}) = 'text'", called, f"syntax for type {spell(kind)}")
            elif kind.name in self.catalog.enums and not kind.dimensions:
                labels = ", ".join(plain_literal(label) for label in self.catalog.enums[kind.name].labels)
                self._refuse(name, f"{called} NOT IN ({labels})", called, f"value for enum {kind.name.name}")

    def _refuse(self, name: str, condition: str, called: str, what: str) -> None:
        found = self.mirror.connection.execute(f"SELECT {called} FROM {name} WHERE {condition} LIMIT 1").fetchone()
        if found:
            raise ServerError(f'invalid input {what}: "{found[0]}"', "22P02")

    def _check_nulls(self, table: Table) -> None:
        for column in table.columns:
            if column.not_null and not column.generated and self.has_nulls(table.name, column.name):
                text = 'null value in column "{}" of relation "{}" violates not-null constraint'
                raise NotNullViolation(text.format(column.name, table.name.name))

    def _check_references(self, table: Table) -> None:
        for key in table.foreign_keys:
            if not key.deferred and not key.not_valid and self.dangles(table.name, key):
                text = 'insert or update on table "{}" violates foreign key constraint "{}"'
                raise ServerError(text.format(table.name.name, key.name), "23503")

    def _let_go(self, table: Table) -> None:
        """Rows that referred to rows that are gone: as their foreign key says."""
        for other in self.catalog.tables.values():
            for key in other.foreign_keys:
                if key.table == table.name and not key.deferred and self.dangles(other.name, key):
                    self._follow(table, other, key)

    def _follow(self, table: Table, other: Table, key: ForeignKey) -> None:
        name, gone = quoted(mirrored(other.name)), self._dangling(other.name, key)
        if key.on_delete == "CASCADE":
            self.mirror.connection.execute(f"DELETE FROM {name} WHERE {gone}")
            self._let_go(other)
        elif key.on_delete.startswith("SET"):
            nulls = ", ".join(f"{quoted(column)} = NULL" for column in key.columns)
            self.mirror.connection.execute(f"UPDATE {name} SET {nulls} WHERE {gone}")
        else:
            text = 'update or delete on table "{}" violates foreign key constraint "{}" on table "{}"'
            raise ServerError(text.format(table.name.name, key.name, other.name.name), "23503")
