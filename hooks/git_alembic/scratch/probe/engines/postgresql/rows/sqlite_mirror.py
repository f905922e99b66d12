"""Keeps the rows of a catalog's tables in SQLite. Tables are created when a data statement needs them."""

from __future__ import annotations

import sqlite3
from typing import Any, Mapping, NamedTuple, Sequence, Tuple

from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import SQLiteRows, quote_name
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Column, Name, Table, Type
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Parser, Statement
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import qualify
from git_alembic.scratch.probe.engines.postgresql.rows.information_schema import recreate_catalog_table
from git_alembic.scratch.probe.engines.postgresql.rows.session_variables_and_functions import SessionFunctions
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_errors import failure, violation
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_query_writer import mirror_name
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_statement_writer import StatementWriter

_NULL: Node = {"A_Const": {"isnull": True}}
Row = Tuple[Any, ...]


class StatementResult(NamedTuple):
    """The result of a data statement: rows (None if it returns none), and the number of affected rows."""

    rows: list[Row] | None
    touched: int


class Mirror(SQLiteRows):
    """One SQLite database beside one catalog."""

    def __init__(self, catalog: Catalog, parser: Parser, budget: Budget) -> None:
        super().__init__(budget)
        self.catalog = catalog
        self.parser = parser
        self.tables: dict[int, Table] = {}
        self.session = SessionFunctions(catalog, budget)
        self._filled: dict[tuple[str | None, str], str | None] = {}  # system catalogs that are up to date
        self.session.register(self.connection)

    def forget_system_catalogs(self) -> None:
        """Forget what was derived from the catalog, because the catalog changed."""
        self._filled = {}
        self.session.forget_numbers()

    def apply_schema_changes(self) -> None:
        """Change the existing tables like the catalog's tables."""
        self.forget_system_catalogs()
        if not self.tables:
            return
        now = {table.number: table for table in self.catalog.tables.values()}
        for number, mirrored in list(self.tables.items()):
            if now.get(number) is mirrored:
                continue
            if number in now:
                self._change(mirrored, now[number])
                self.tables[number] = now[number]
            else:
                self.connection.execute(f"DROP TABLE IF EXISTS {quote_name(mirror_name(mirrored.name))}")
                del self.tables[number]

    def _change(self, mirrored: Table, table: Table) -> None:
        if mirrored.name != table.name:
            self._run("ALTER TABLE {} RENAME TO {}", mirror_name(mirrored.name), mirror_name(table.name))
        name = mirror_name(table.name)
        before = {column.number: column for column in mirrored.columns}
        after = {column.number: column for column in table.columns}
        self._drop_keys(mirrored)
        for number in before.keys() - after.keys():
            self._run("ALTER TABLE {} DROP COLUMN {}", name, before[number].name)
        for number, column in after.items():
            if number not in before:
                self._run("ALTER TABLE {} ADD COLUMN {} " + _affinity(column.type), name, column.name)
                self._fill(table, column)
            elif before[number].name != column.name:
                self._run("ALTER TABLE {} RENAME COLUMN {} TO {}", name, before[number].name, column.name)
        self._add_keys(table)

    def _run(self, text: str, *names: str) -> None:
        self.connection.execute(text.format(*(quote_name(name) for name in names)))

    def _fill(self, table: Table, column: Column) -> None:
        """Set existing rows to the default of a new column."""
        node = self._default(table, column)
        if node is _NULL or not self.has_rows(table.name):
            return
        value = self.writer().expression(node)
        text = f"UPDATE {quote_name(mirror_name(table.name))} SET {quote_name(column.name)} = {value}"
        try:
            self.connection.execute(text)
        except sqlite3.Error:
            return

    def _drop_keys(self, table: Table) -> None:
        for number in range(len(table.uniques) + 1):
            self._run("DROP INDEX IF EXISTS {}", f"{table.number}:{number}")

    def _add_keys(self, table: Table) -> None:
        """Enforce keys as far as the existing rows allow it."""
        keys = [key.columns for key in table.uniques]
        keys.append(table.primary_key.columns if table.primary_key else ())
        for number, columns in enumerate(keys):
            listed = ", ".join(quote_name(name) for name in columns)
            text = "CREATE UNIQUE INDEX {} ON {} ({})".format(
                quote_name(f"{table.number}:{number}"), quote_name(mirror_name(table.name)), listed
            )
            if columns:
                try:
                    self.connection.execute(text)
                except sqlite3.IntegrityError:
                    continue

    def ensure_table(self, table: Table) -> str:
        """Create a table in the mirror if necessary. Return its name there."""
        name = mirror_name(table.name)
        if table.number not in self.tables:
            columns = (
                ", ".join(f"{quote_name(column.name)} {_affinity(column.type)}" for column in table.columns) or "_"
            )
            self.connection.execute(f"CREATE TABLE {quote_name(name)} ({columns})")
            self._add_keys(table)
            self.tables[table.number] = table
        return name

    def has_rows(self, name: Name) -> bool:
        """True if the mirror has rows of a table."""
        table = self.catalog.tables.get(name)
        held = self.tables.get(table.number) if table else None
        if held is None:
            return False
        return self.finds(f"SELECT 1 FROM {quote_name(mirror_name(held.name))}")

    def truncate(self, table: Table) -> None:
        if table.number in self.tables:
            self._run("DELETE FROM {}", mirror_name(table.name))

    def run(self, statement: Statement, parameters: Sequence[Any] = ()) -> StatementResult:
        """Run a data statement. Raise `NotReplayed` for what SQLite can't do."""
        writer = self.writer()
        text = writer.statement(statement.kind, statement.fields)
        try:
            for change, kept in writer.before:
                self._keep(change, kept, parameters)
            cursor = self.connection.execute(text, tuple(parameters))
            rows = self.budget.fetch(cursor) if cursor.description else None
        except sqlite3.IntegrityError as error:
            raise violation(self.catalog, statement, str(error)) from error
        except (sqlite3.Error, OverflowError) as error:
            self.budget.check()
            raise failure(self.catalog, statement, str(error)) from error
        if statement.kind != "SelectStmt":
            self.forget_system_catalogs()  # some statements write to pg_enum
        if cursor.rowcount < 0 and statement.kind != "SelectStmt":
            return StatementResult(rows, self.connection.execute("SELECT changes()").fetchone()[0])
        return StatementResult(rows, cursor.rowcount)

    def _keep(self, text: str, name: str, parameters: Sequence[Any]) -> None:
        """Run a change inside a WITH, and store the rows that it returns."""
        cursor = self.connection.execute(text, tuple(parameters))
        rows, names = cursor.fetchall(), [item[0] for item in cursor.description or [("_",)]]
        self._run("DROP TABLE IF EXISTS temp.{}", name)
        columns = ", ".join(quote_name(item) for item in names)
        self.connection.execute(f"CREATE TEMP TABLE {quote_name(name)} ({columns})")
        marks = ", ".join("?" * len(names))
        self.connection.executemany(f"INSERT INTO {quote_name(name)} VALUES ({marks})", rows)

    def writer(self) -> StatementWriter:
        """Return a writer for SQLite."""
        return StatementWriter(self._relation, self._defaults)

    def _relation(self, node: Node) -> str | None:
        """Return the name of a relation in the mirror, created if necessary. Raise if there is none."""
        schema, name = node.get("schemaname"), node["relname"]
        table = find(schema, name, self.catalog.tables, self.catalog)
        if table:
            return self.ensure_table(self.catalog.tables[table])
        view = find(schema, name, self.catalog.views, self.catalog)
        if view:
            return self._view(view)
        if (schema, name) not in self._filled:
            self._filled[schema, name] = recreate_catalog_table(self, self.catalog, schema, name)
        return self._filled[schema, name]

    def _view(self, name: Name) -> str:
        """Create a view from its original text."""
        (statement,) = self.parser.statements(self.catalog.views[name].text)
        query = self.writer().select(statement.fields["query"]["SelectStmt"])
        self._run("DROP VIEW IF EXISTS {}", mirror_name(name))
        self.connection.execute(f"CREATE VIEW {quote_name(mirror_name(name))} AS {query}")
        return mirror_name(name)

    def _defaults(self, node: Node) -> Mapping[str, Node]:
        """Return the columns of a table that accept values, with their defaults."""
        found = find(node.get("schemaname"), node["relname"], self.catalog.tables, self.catalog)
        if found is None:
            return {}
        table = self.catalog.tables[found]
        return {column.name: self._default(table, column) for column in table.columns if not column.generated}

    def _default(self, table: Table, column: Column) -> Node:
        if column.identity:
            owned = (
                sequence.name
                for sequence in self.catalog.sequences.values()
                if sequence.owner == (table.name, column.name)
            )
            name = next(owned, Name(table.name.schema, table.name.name + "_seq"))
            return _counting(qualify(name.schema, name.name))
        return self.parser.expression(column.default) if column.default else _NULL

    def dump(self, most: int) -> dict[str, Any]:
        """Return the rows of tables that have at most `most` rows."""
        kept = {}
        for number, table in self.tables.items():
            rows = self.rows_of(f"SELECT * FROM {quote_name(mirror_name(table.name))}", most)
            if rows and not any(isinstance(value, bytes) for row in rows for value in row):
                kept[str(number)] = rows
        return {"rows": kept, "counters": self.session.counters}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Restore what `dump` returned."""
        self.session.counters.update(saved.get("counters", {}))
        rows_of: Mapping[str, list[list[Any]]] = saved.get("rows", {})
        for table in self.catalog.tables.values():
            for row in rows_of.get(str(table.number), ()):
                name = quote_name(self.ensure_table(table))
                self.connection.execute("INSERT INTO {} VALUES ({})".format(name, ", ".join("?" * len(row))), row)


def _affinity(kind: Type) -> str:
    """Return SQLite's affinity for a type. Numbers in strings become numbers."""
    if kind.dimensions or kind.name.schema is not None:
        return "TEXT"
    if kind.name.name in ("int2", "int4", "int8", "bool", "oid"):
        return "INTEGER"
    return (
        "NUMERIC"
        if kind.name.name in ("numeric", "float4", "float8")
        else "BLOB"
        if kind.name.name == "bytea"
        else "TEXT"
    )


def _counting(sequence: str) -> Node:
    return {
        "FuncCall": {"funcname": [{"String": {"sval": "nextval"}}], "args": [{"A_Const": {"sval": {"sval": sequence}}}]}
    }
