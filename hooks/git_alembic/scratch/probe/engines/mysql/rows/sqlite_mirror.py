"""The rows of a server's tables in SQLite, with one attached database for each database of the server."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any, Callable, Mapping, Sequence, Tuple

from git_alembic.scratch.probe.engines.emulation.driver import Result
from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import SQLiteRows, quote_name
from git_alembic.scratch.probe.engines.mysql.catalog import Catalog, Column, Key, Table
from git_alembic.scratch.probe.engines.mysql.ddl.stored_expression_text import WORDS
from git_alembic.scratch.probe.engines.mysql.errors import ServerError, constraint_error, no_column
from git_alembic.scratch.probe.engines.mysql.rows import information_schema, sqlite_functions
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_columns import (
    cut,
    declare_column,
    implied_value,
    longest,
    too_long_condition,
)

TableName = Tuple[str, str]


class Mirror(SQLiteRows):
    """`is_exact` is true while all data statements were understood. Only then are keys and NOT NULL enforced."""

    def __init__(self, catalog: Catalog, budget: Budget) -> None:
        super().__init__(budget, detect_types=sqlite3.PARSE_DECLTYPES)
        self.catalog = catalog
        self.is_exact = True
        self.last = 0
        self.tables: dict[int, tuple[str, str, Table]] = {}
        self.attached: set[str] = set()
        self.database: Callable[[], str] = lambda: ""
        sqlite_functions.register(
            self.connection,
            {
                "database": lambda: str(self.database()), "version": lambda: catalog.version,
                "last_insert_id": lambda: self.last, "row_count": lambda: 0, "found_rows": lambda: 0,
                "connection_id": lambda: 1, "user_": lambda: "root@localhost",
            },
        )  # fmt: skip
        self.attach("information_schema")

    def attach(self, name: str) -> None:
        """Attach an SQLite database for a database. This works only outside transactions."""
        if name not in self.attached and not self.connection.in_transaction:
            try:
                self.connection.execute(f"ATTACH ':memory:' AS {quote_name(name)}")
            except sqlite3.Error as error:
                raise NotReplayed(str(error)) from error
            self.attached.add(name)

    def apply_schema_changes(self) -> None:
        """Change the tables like the catalog."""
        for name in self.catalog.databases:
            self.attach(name)
        now = {
            table.number: (database, name, table)
            for database, content in self.catalog.databases.items() for name, table in content.tables.items()
        }  # fmt: skip
        for number, item in list(self.tables.items()):
            if now.get(number) != item:
                self._replace(item, now.get(number))

    def _replace(self, old: tuple[str, str, Table], new: tuple[str, str, Table] | None) -> None:
        before, away = f"{quote_name(old[0])}.{quote_name(old[1])}", f"{quote_name(old[0])}.`moving away`"
        del self.tables[old[2].number]
        if new is None or not self.finds(f"SELECT 1 FROM {before}"):
            self.connection.execute(f"DROP TABLE {before}")
            return
        for index in range(len(old[2].keys)):
            self.connection.execute(
                f"DROP INDEX IF EXISTS {quote_name(old[0])}.{quote_name(f'{old[2].number}:{index}')}"
            )
        self.connection.execute(f"ALTER TABLE {before} RENAME TO `moving away`")
        self._make(*new)
        old_names = {column.number: column.name for column in old[2].columns}
        sources_of = {
            item.name: quote_name(old_names[item.number]) if item.number in old_names else implied_value(item)
            for item in new[2].columns
        }
        pairs = [pair for pair in sources_of.items() if pair[1]]
        targets, sources = ", ".join(quote_name(item) for item, _ in pairs), ", ".join(source for _, source in pairs)
        place = f"{quote_name(new[0])}.{quote_name(new[1])}"
        try:
            self.connection.execute(f"INSERT INTO {place} ({targets}) SELECT {sources} FROM {away}")
        finally:
            self.connection.execute(f"DROP TABLE {away}")

    def check(self, old: Table | None, new: Table) -> None:
        """Raise if the rows of a table forbid a change of the table."""
        mirrored = self.tables.get(old.number) if old else None
        if not mirrored or not self.is_exact:
            return
        place = f"{quote_name(mirrored[0])}.{quote_name(mirrored[1])}"
        before = {column.number: column for column in mirrored[2].columns}
        for column in new.columns:
            if column.number in before:
                self._check_values(place, before[column.number], column)
        for key in new.keys:
            if key.kind in ("UNIQUE", "PRIMARY") and key not in mirrored[2].keys:
                self._check_unique(place, key, new, before)

    def _check_values(self, place: str, old: Column, new: Column) -> None:
        is_null = f"SELECT 1 FROM {place} WHERE {quote_name(old.name)} IS NULL"
        if old.nullable and not new.nullable and not new.auto and self.finds(is_null):
            raise ServerError(1138, "Invalid use of NULL value")
        condition = too_long_condition(replace(new, name=old.name))
        if condition and self.finds(f"SELECT 1 FROM {place} WHERE {condition}"):
            raise ServerError(1265, f"Data truncated for column '{new.name}' at row 1")

    def last_row(self, place: TableName) -> int:
        """Return the row id of the newest row of a table."""
        text = f"SELECT max(rowid) FROM {quote_name(place[0])}.{quote_name(place[1])}"
        return self.connection.execute(text).fetchone()[0] or 0

    def fit(self, place: TableName, since: int, adding: bool, strict: bool) -> None:
        """Cut values that are too long. In strict mode raise instead, unless only spaces are cut."""
        table = self.catalog.databases[place[0]].tables[place[1]]
        target = f"{quote_name(place[0])}.{quote_name(place[1])}"
        for column in table.columns:
            limit = None if column.generated else longest(column)
            if limit is None:
                continue
            query = f"SELECT rowid FROM {target} WHERE rowid > {since} AND {too_long_condition(column)} LIMIT 1"
            too_long_row = self.connection.execute(query).fetchone() if strict else None
            if too_long_row:
                count = f"SELECT count(*) FROM {target} WHERE rowid > {since} AND rowid <= {too_long_row[0]}"
                row = self.connection.execute(count).fetchone()[0] if adding else 1
                raise ServerError(1406, f"Data too long for column '{column.name}' at row {row}")
            measure, most = limit
            text = f"UPDATE {target} SET {cut(column)} WHERE rowid > {since} AND {measure} > {most}"
            self.connection.execute(text)

    def _check_unique(self, place: str, key: Key, table: Table, before: Mapping[int, Column]) -> None:
        numbers = {column.name.lower(): column.number for column in table.columns}
        if any(part.expression or numbers.get(part.column.lower()) not in before for part in key.parts):
            return
        names = [quote_name(before[numbers[part.column.lower()]].name) for part in key.parts]
        not_null = " AND ".join(f"{name} IS NOT NULL" for name in names)
        query = (
            f"SELECT {names[0]} FROM {place} WHERE {not_null} GROUP BY {', '.join(names)} HAVING count(*) > 1 LIMIT 1"
        )
        duplicate = self.connection.execute(query).fetchone()
        if duplicate:
            raise ServerError(1062, f"Duplicate entry '{duplicate[0]}' for key '{key.name}'")

    def ensure_table(self, database: str, name: str) -> None:
        """Create a table of the catalog in SQLite if it is missing there."""
        content = self.catalog.databases.get(database)
        table = content.tables.get(name) if content else None
        if table and table.number not in self.tables:
            self._make(database, name, table)

    def _make(self, database: str, name: str, table: Table) -> None:
        self.attach(database)
        lines = [declare_column(column, self.is_exact) for column in table.columns]
        self.connection.execute(f"CREATE TABLE {quote_name(database)}.{quote_name(name)} ({', '.join(lines)})")
        self.tables[table.number] = (database, name, table)
        for number, key in enumerate(table.keys if self.is_exact else ()):
            if key.kind in ("UNIQUE", "PRIMARY") and not any(part.expression for part in key.parts):
                parts = ", ".join(
                    f"substr({quote_name(part.column)}, 1, {part.length})" if part.length else quote_name(part.column)
                    for part in key.parts
                )
                index = quote_name(f"{table.number}:{number}")
                self.connection.execute(
                    f"CREATE UNIQUE INDEX {quote_name(database)}.{index} ON {quote_name(name)} ({parts})"
                )

    def forget_lost_tables(self) -> None:
        """Forget the tables that SQLite lost in a rollback."""
        for number, (database, name, _) in list(self.tables.items()):
            query = f"SELECT 1 FROM {quote_name(database)}.sqlite_master WHERE type = 'table' AND name = ?"
            if not self.connection.execute(query, (name,)).fetchone():
                del self.tables[number]

    def has_rows(self, table: Table) -> bool:
        mirrored = self.tables.get(table.number)
        if mirrored is None:
            return False
        place = f"{quote_name(mirrored[0])}.{quote_name(mirrored[1])}"
        return self.finds(f"SELECT 1 FROM {place}")

    def truncate(self, table: Table) -> None:
        mirrored = self.tables.get(table.number)
        if mirrored:
            self.connection.execute(f"DELETE FROM {quote_name(mirrored[0])}.{quote_name(mirrored[1])}")

    def describe(self) -> None:
        """Fill INFORMATION_SCHEMA."""
        for name, (columns, rows) in information_schema.TABLES.items():
            definitions = [f"{quote_name(column)} COLLATE NOCASE" for column in columns.split()]
            self.replace_table(f"information_schema.`is_{name}`", definitions, rows(self.catalog))

    def run(self, text: str) -> Result:
        """Run a statement of SQLite."""
        try:
            cursor = self.connection.execute(text)
            rows = self.budget.fetch(cursor) if cursor.description else []
        except sqlite3.IntegrityError as error:
            raise constraint_error(str(error)) from error
        except (sqlite3.Error, OverflowError, ValueError) as error:
            self.budget.check()
            message = str(error)
            missing = message.rsplit(" column: ", maxsplit=1)[-1].rsplit(" column named ", maxsplit=1)[-1]
            if missing != message and self.is_exact and self._is_missing(missing, text):
                raise no_column(missing, "field list") from error
            raise NotReplayed(message) from error
        names = [item[0] for item in cursor.description] if cursor.description else None
        if text.startswith(("INSERT", "REPLACE")) and cursor.lastrowid:
            self.last = cursor.lastrowid
        return Result(names, rows, cursor.rowcount, self.last)

    def _is_missing(self, column: str, text: str) -> bool:
        """True if a column certainly does not exist: no table of the statement has it, and it is a name."""
        name = column.rpartition(".")[2].lower()
        spoken = [table for _, table_name, table in self.tables.values() if table_name.lower() in text.lower()]
        every = {item.name.lower() for table in spoken for item in table.columns}
        return bool(spoken) and name not in every and name.upper() not in WORDS

    def dump(self, most: int) -> dict[str, Any]:
        """Return the rows of tables that have at most `most` rows."""
        rows_of_tables: dict[str, Any] = {}
        for number, (database, name, table) in self.tables.items():
            columns = ", ".join(f"quote({quote_name(column.name)})" for column in table.columns)
            rows = self.rows_of(f"SELECT {columns} FROM {quote_name(database)}.{quote_name(name)}", most)
            if rows:
                rows_of_tables[str(number)] = rows
        return {"rows": rows_of_tables, "exact": self.is_exact}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Restore what `dump` returned."""
        self.is_exact = saved.get("exact", True)
        rows_of: Mapping[str, Sequence[Sequence[str]]] = saved.get("rows", {})
        for database, content in self.catalog.databases.items():
            for name, table in content.tables.items():
                for row in rows_of.get(str(table.number), ()):
                    self.ensure_table(database, name)
                    values = ", ".join(row)
                    self.connection.execute(f"INSERT INTO {quote_name(database)}.{quote_name(name)} VALUES ({values})")
