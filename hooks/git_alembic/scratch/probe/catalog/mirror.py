"""The rows of a catalog's tables, in SQLite: made as data statements ask for them, changed as the tables change."""

from __future__ import annotations

import sqlite3
from typing import Any, Mapping, NamedTuple, Sequence, Tuple

from git_alembic.scratch.probe.catalog import functions, oids, system
from git_alembic.scratch.probe.catalog.errors import NotReplayed, ServerError
from git_alembic.scratch.probe.catalog.lite import Lite, mirrored, quoted
from git_alembic.scratch.probe.catalog.model import Catalog, Column, Name, Table
from git_alembic.scratch.probe.catalog.parser import Node, Parser, Statement
from git_alembic.scratch.probe.catalog.spelling import qualified
from git_alembic.scratch.probe.catalog.work import find

_NULL: Node = {"A_Const": {"isnull": True}}
Row = Tuple[Any, ...]


class Answer(NamedTuple):
    """What a data statement gives: rows (None if it gives none), and how many it touched."""

    rows: list[Row] | None
    touched: int


class Mirror:
    """One SQLite database beside one catalog."""

    def __init__(self, catalog: Catalog, parser: Parser) -> None:
        self.catalog = catalog
        self.parser = parser
        self.tables: dict[int, Table] = {}
        self.counters: dict[str, int] = {}
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        values = {
            "CURRENT_SCHEMA": self._schema, "current_schema": self._schema, "current_database": lambda: "scratch",
            "version": lambda: "PostgreSQL 15.0",
            "CURRENT_CATALOG": lambda: "scratch", "current_user": lambda: "scratch",
        }  # fmt: skip
        functions.register(self.connection, self._nextval, self._lookup, values)
        self.connection.create_function(
            "pg_oid", 2, lambda kind, text: text and oids.number_of(self.catalog, kind, text)
        )
        self.connection.create_function("format_type", 2, lambda one, _: oids.type_text(self.catalog, one))
        self.connection.create_function("pg_get_constraintdef", -1, lambda *of: system.definition(self.catalog, of[0]))
        self.connection.create_function("setval", -1, self._setval)

    def _number(self, kind: str, text: Any) -> int | None:
        return None if text is None else oids.number_of(self.catalog, kind, text)

    def _schema(self) -> str:
        return next((one for one in self.catalog.search_path if one in self.catalog.schemas), "")

    def _nextval(self, name: str) -> int:
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.counters[name]

    def _setval(self, name: str, value: int, *_: Any) -> int:
        self.counters[name if "." in name else "public." + name] = value or 0
        return value

    def _lookup(self, kind: str, text: str) -> str | None:
        catalog = self.catalog
        schema, _, name = text.replace('"', "").rpartition(".")
        places: Sequence[Mapping[Name, Any]] = (
            (catalog.tables, catalog.views, catalog.indexes, catalog.sequences)
            if kind == "to_regclass" else (catalog.enums, catalog.domains, catalog.composites, catalog.tables)
        )  # fmt: skip
        return text if any(find(schema or None, name, place, catalog) for place in places) else None

    # The tables

    def follow(self) -> None:
        """Change the tables that are there as the catalog's have changed."""
        if not self.tables:
            return
        now = {table.number: table for table in self.catalog.tables.values()}
        for number, held in list(self.tables.items()):
            if now.get(number) is held:
                continue
            if number in now:
                self._change(held, now[number])
                self.tables[number] = now[number]
            else:
                self.connection.execute(f"DROP TABLE IF EXISTS {quoted(mirrored(held.name))}")
                del self.tables[number]

    def _change(self, held: Table, table: Table) -> None:
        if held.name != table.name:
            self._run("ALTER TABLE {} RENAME TO {}", mirrored(held.name), mirrored(table.name))
        name = mirrored(table.name)
        before = {column.number: column for column in held.columns}
        after = {column.number: column for column in table.columns}
        self._drop_keys(held)
        for number in before.keys() - after.keys():
            self._run("ALTER TABLE {} DROP COLUMN {}", name, before[number].name)
        for number, column in after.items():
            if number not in before:
                self._run("ALTER TABLE {} ADD COLUMN {}", name, column.name)
                self._fill(table, column)
            elif before[number].name != column.name:
                self._run("ALTER TABLE {} RENAME COLUMN {} TO {}", name, before[number].name, column.name)
        self._add_keys(table)

    def _run(self, text: str, *names: str) -> None:
        self.connection.execute(text.format(*(quoted(name) for name in names)))

    def _fill(self, table: Table, column: Column) -> None:
        """Rows that are there get the default of a new column."""
        node = self._default(table, column)
        if node is _NULL or not self.has_rows(table.name):
            return
        value = self.writer().expression(node)
        text = f"UPDATE {quoted(mirrored(table.name))} SET {quoted(column.name)} = {value}"
        try:
            self.connection.execute(text)
        except sqlite3.Error:
            return

    def _drop_keys(self, table: Table) -> None:
        for number in range(len(table.uniques) + 1):
            self._run("DROP INDEX IF EXISTS {}", f"{table.number}:{number}")

    def _add_keys(self, table: Table) -> None:
        """Keys are enforced, as far as the rows that are there allow."""
        keys = [key.columns for key in table.uniques]
        keys.append(table.primary_key.columns if table.primary_key else ())
        for number, columns in enumerate(keys):
            listed = ", ".join(quoted(name) for name in columns)
            text = "CREATE UNIQUE INDEX {} ON {} ({})".format(
                quoted(f"{table.number}:{number}"), quoted(mirrored(table.name)), listed
            )
            if columns:
                try:
                    self.connection.execute(text)
                except sqlite3.IntegrityError:
                    continue

    def ensure(self, table: Table) -> str:
        """Have a table in the mirror; its name there."""
        name = mirrored(table.name)
        if table.number not in self.tables:
            columns = ", ".join(quoted(column.name) for column in table.columns) or '"_"'
            self.connection.execute(f"CREATE TABLE {quoted(name)} ({columns})")
            self._add_keys(table)
            self.tables[table.number] = table
        return name

    def has_rows(self, name: Name) -> bool:
        """Whether the mirror has rows of a table."""
        table = self.catalog.tables.get(name)
        held = self.tables.get(table.number) if table else None
        if held is None:
            return False
        return self.connection.execute(f"SELECT 1 FROM {quoted(mirrored(held.name))} LIMIT 1").fetchone() is not None

    def truncate(self, table: Table) -> None:
        if table.number in self.tables:
            self._run("DELETE FROM {}", mirrored(table.name))

    # Statements

    def run(self, statement: Statement, parameters: Sequence[Any] = ()) -> Answer:
        """Run a data statement; raises `NotReplayed` for what is beyond SQLite."""
        text = self.writer().statement(statement.kind, statement.fields)
        try:
            cursor = self.connection.execute(text, tuple(parameters))
            rows = cursor.fetchall() if cursor.description else None
        except sqlite3.IntegrityError as error:
            raise self._violation(statement, str(error)) from error
        except (sqlite3.Error, OverflowError) as error:
            raise NotReplayed(str(error)) from error
        return Answer(rows, cursor.rowcount)

    def _violation(self, statement: Statement, message: str) -> ServerError:
        """What the server says of a key that SQLite found violated; it names the columns."""
        columns = sorted(part.rpartition(".")[2] for part in message.rpartition(": ")[2].split(", "))
        relation = statement.fields["relation"]
        found = find(relation.get("schemaname"), relation["relname"], self.catalog.tables, self.catalog)
        table = self.catalog.tables[found] if found else None
        keys = (*table.uniques, *((table.primary_key,) if table.primary_key else ())) if table else ()
        name = next((key.name for key in keys if sorted(key.columns) == columns), "")
        return ServerError(f'duplicate key value violates unique constraint "{name}"', "23505")

    def writer(self) -> Lite:
        """Writes for SQLite."""
        return Lite(self._relation, self._defaults)

    def _relation(self, node: Node) -> str | None:
        """What a relation is called in the mirror, made if need be; raises if there is none."""
        schema, name = node.get("schemaname"), node["relname"]
        table = find(schema, name, self.catalog.tables, self.catalog)
        if table:
            return self.ensure(self.catalog.tables[table])
        view = find(schema, name, self.catalog.views, self.catalog)
        if view:
            return self._view(view)
        return system.fill(self.connection, self.catalog, schema, name)

    def _view(self, name: Name) -> str:
        """A view, from its text as it was written."""
        (statement,) = self.parser.statements(self.catalog.views[name].text)
        query = self.writer().select(statement.fields["query"]["SelectStmt"])
        self._run("DROP VIEW IF EXISTS {}", mirrored(name))
        self.connection.execute(f"CREATE VIEW {quoted(mirrored(name))} AS {query}")
        return mirrored(name)

    def _defaults(self, node: Node) -> Mapping[str, Node]:
        """The columns of a table that take values, with their defaults."""
        found = find(node.get("schemaname"), node["relname"], self.catalog.tables, self.catalog)
        if found is None:
            return {}
        table = self.catalog.tables[found]
        return {column.name: self._default(table, column) for column in table.columns if not column.generated}

    def _default(self, table: Table, column: Column) -> Node:
        if column.identity:
            owned = (one.name for one in self.catalog.sequences.values() if one.owner == (table.name, column.name))
            name = next(owned, Name(table.name.schema, table.name.name + "_seq"))
            return _counting(qualified(name.schema, name.name))
        return self.parser.expression(column.default) if column.default else _NULL

    # What is kept

    def dump(self, most: int) -> dict[str, Any]:
        """The rows of tables that have no more than so many."""
        kept = {}
        for number, table in self.tables.items():
            rows = self.connection.execute(
                f"SELECT * FROM {quoted(mirrored(table.name))} LIMIT ?", (most + 1,)
            ).fetchall()
            if rows and len(rows) <= most and not any(isinstance(one, bytes) for row in rows for one in row):
                kept[str(number)] = [list(row) for row in rows]
        return {"rows": kept, "counters": self.counters}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take back what `dump` gave."""
        self.counters.update(saved.get("counters", {}))
        rows_of: Mapping[str, list[list[Any]]] = saved.get("rows", {})
        for table in self.catalog.tables.values():
            for row in rows_of.get(str(table.number), ()):
                name = quoted(self.ensure(table))
                self.connection.execute("INSERT INTO {} VALUES ({})".format(name, ", ".join("?" * len(row))), row)


def _counting(sequence: str) -> Node:
    return {
        "FuncCall": {"funcname": [{"String": {"sval": "nextval"}}], "args": [{"A_Const": {"sval": {"sval": sequence}}}]}
    }
