"""The rows of a catalog's tables, in SQLite: made as data statements ask for them, changed as the tables change."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Sequence, Tuple

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.limits import Budget
from git_alembic.scratch.probe.engines.emulation.sqlite_rows import SQLiteRows, quoted
from git_alembic.scratch.probe.engines.postgresql.catalog import oids
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM, find
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Column, Name, Table, Type
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError, UndefinedColumn
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import strings, walk
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node, Parser, Statement
from git_alembic.scratch.probe.engines.postgresql.parsing.quoting import qualified
from git_alembic.scratch.probe.engines.postgresql.rows import sqlite_functions, system_catalogs
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_statements import StatementWriter, mirrored

_SYSTEM_COLUMNS = ("ctid", "xmin", "xmax", "oid", "tableoid", "value", "key")
_NULL: Node = {"A_Const": {"isnull": True}}
Row = Tuple[Any, ...]


class Answer(NamedTuple):
    """What a data statement gives: rows (None if it gives none), and how many it touched."""

    rows: list[Row] | None
    touched: int


class Mirror(SQLiteRows):
    """One SQLite database beside one catalog."""

    def __init__(self, catalog: Catalog, parser: Parser, budget: Budget) -> None:
        super().__init__(budget)
        self.catalog = catalog
        self.parser = parser
        self.tables: dict[int, Table] = {}
        self.counters: dict[str, int] = {}
        self.moment = sqlite_functions.moment()
        self._numbers: dict[Name, int] = {}
        self._filled: dict[tuple[str | None, str], str | None] = {}  # system catalogs, as the catalog is now
        sqlite_functions.register(self.connection, self._values())
        for name, count, function in (
            ("pg_series", -1, self._series),
            ("nextval", 1, self._nextval), ("currval", 1, self._currval), ("setval", -1, self._setval),
            ("pg_oid", 2, lambda kind, text: text and oids.number_of(self.catalog, kind, text, self._known())),
            ("format_type", 2, lambda item, _: oids.type_text(self.catalog, item, self._known())),
            ("pg_get_constraintdef", -1, lambda *of: system_catalogs.definition(self.catalog, of[0])),
            ("pg_get_serial_sequence", 2, self._serial),
            ("to_regclass", 1, lambda text: self._lookup("to_regclass", text)),
            ("to_regtype", 1, lambda text: self._lookup("to_regtype", text)),
        ):  # fmt: skip
            self.connection.create_function(name, count, function)

    def _values(self) -> Mapping[str, Callable[[], Any]]:
        """What a session knows of itself."""
        now = dict.fromkeys(("pg_now", "transaction_timestamp", "statement_timestamp"), lambda: self.moment)
        same = dict.fromkeys(("current_database", "current_user", "current_catalog"), lambda: "scratch")
        return {**now, **same, "current_schema": self._schema, "version": lambda: "PostgreSQL 15.0"}

    def _schema(self) -> str:
        return next((schema for schema in self.catalog.search_path if schema in self.catalog.schemas), "")

    def _sequence(self, text: str) -> str:
        """The sequence that a text means, with its schema."""
        schema, _, name = text.replace('"', "").rpartition(".")
        found = find(schema or None, name, self.catalog.sequences, self.catalog)
        return qualified(found.schema, found.name) if found else text

    def _nextval(self, text: str) -> int:
        name = self._sequence(text)
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.counters[name]

    def _series(self, *arguments: Any) -> str:
        """Return generate_series as JSON."""
        found = []
        for item in sqlite_functions.series(*arguments):
            found.append(item)
            self.budget.check_rows(len(found))
        return json.dumps(found)

    def _serial(self, table: str, column: str) -> str | None:
        """The sequence that a column counts by."""
        schema, _, name = table.replace('"', "").rpartition(".")
        found = find(schema or None, name, self.catalog.tables, self.catalog)
        owned = (sequence.name for sequence in self.catalog.sequences.values() if sequence.owner == (found, column))
        return next((qualified(item.schema, item.name) for item in owned), None)

    def _currval(self, text: str) -> int | None:
        return self.counters.get(self._sequence(text))

    def _setval(self, name: str, value: int, *_: Any) -> int:
        self.counters[self._sequence(name)] = value or 0
        return value

    def _known(self) -> dict[Name, int]:
        """The numbers of all that has a name."""
        self._numbers = self._numbers or oids.numbers(self.catalog)
        return self._numbers

    def _lookup(self, kind: str, text: str) -> str | None:
        catalog = self.catalog
        schema, _, name = text.replace('"', "").rpartition(".")
        places: Sequence[Mapping[Name, Any]] = (
            (catalog.tables, catalog.views, catalog.indexes, catalog.sequences)
            if kind == "to_regclass" else (catalog.enums, catalog.domains, catalog.composites, catalog.tables)
        )  # fmt: skip
        return text if any(find(schema or None, name, place, catalog) for place in places) else None

    # The tables

    def forget_system_catalogs(self) -> None:
        """The catalog is another than it was."""
        self._numbers, self._filled = {}, {}

    def apply_schema_changes(self) -> None:
        """Change the tables that are there as the catalog's have changed."""
        self.forget_system_catalogs()
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
                self._run("ALTER TABLE {} ADD COLUMN {} " + _affinity(column.type), name, column.name)
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

    def ensure_table(self, table: Table) -> str:
        """Have a table in the mirror; its name there."""
        name = mirrored(table.name)
        if table.number not in self.tables:
            columns = ", ".join(f"{quoted(column.name)} {_affinity(column.type)}" for column in table.columns) or "_"
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
        return self.finds(f"SELECT 1 FROM {quoted(mirrored(held.name))}")

    def truncate(self, table: Table) -> None:
        if table.number in self.tables:
            self._run("DELETE FROM {}", mirrored(table.name))

    # Statements

    def run(self, statement: Statement, parameters: Sequence[Any] = ()) -> Answer:
        """Run a data statement; raises `NotReplayed` for what is beyond SQLite."""
        writer = self.writer()
        text = writer.statement(statement.kind, statement.fields)
        try:
            for change, kept in writer.before:
                self._keep(change, kept, parameters)
            cursor = self.connection.execute(text, tuple(parameters))
            rows = self.budget.fetch(cursor) if cursor.description else None
        except sqlite3.IntegrityError as error:
            raise self._violation(statement, str(error)) from error
        except (sqlite3.Error, OverflowError) as error:
            self.budget.check()
            raise self._failure(statement, str(error)) from error
        if statement.kind != "SelectStmt":
            self.forget_system_catalogs()  # some write to pg_enum
        if cursor.rowcount < 0 and statement.kind != "SelectStmt":
            return Answer(rows, self.connection.execute("SELECT changes()").fetchone()[0])
        return Answer(rows, cursor.rowcount)

    def _keep(self, text: str, name: str, parameters: Sequence[Any]) -> None:
        """Run a change that stands in a WITH, and keep the rows that it gives."""
        cursor = self.connection.execute(text, tuple(parameters))
        rows, names = cursor.fetchall(), [item[0] for item in cursor.description or [("_",)]]
        self._run("DROP TABLE IF EXISTS temp.{}", name)
        columns = ", ".join(quoted(item) for item in names)
        self.connection.execute(f"CREATE TEMP TABLE {quoted(name)} ({columns})")
        marks = ", ".join("?" * len(names))
        self.connection.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", rows)

    def _failure(self, statement: Statement, message: str) -> Exception:
        """A column that is not there, which is the server's error too; anything else is SQLite's own failing."""
        word, _, name = message.rpartition(": ")
        if word == "no such column" and not self._may_be_there(statement, name.rpartition(".")[2]):
            return _no_column(*_as_written(statement, name.rpartition(".")[2]))
        match = re.fullmatch(r"table (.*) has no column named (.*)", message)
        return _no_column(match[2], match[1].rpartition(".")[2]) if match else NotReplayed(message)

    def _may_be_there(self, statement: Statement, name: str) -> bool:
        """Whether anything that a statement speaks of has a column of this name, though SQLite does not see it."""
        if name in _SYSTEM_COLUMNS or self._asks_system(statement):
            return True
        found: set[str] = set(_names_in(statement))
        for kind, fields in walk(statement.fields):
            if kind == "RangeVar":
                found.update(self._columns_of(fields))
        return name in found or name in self._columns_of(statement.fields.get("relation", {"relname": ""}))

    def _columns_of(self, relation: Node) -> list[str]:
        schema, name = relation.get("schemaname"), relation["relname"]
        table = find(schema, name, self.catalog.tables, self.catalog)
        view = find(schema, name, self.catalog.views, self.catalog)
        if table:
            return [column.name for column in self.catalog.tables[table].columns]
        return [column.name for column in self.catalog.views[view].columns] if view else []

    def _asks_system(self, statement: Statement) -> bool:
        """Whether it asks the system catalogs, of which not all columns are here."""
        relations = (fields for kind, fields in walk(statement.fields) if kind == "RangeVar")
        return any(node.get("schemaname") in SYSTEM or node["relname"].startswith("pg_") for node in relations)

    def _violation(self, statement: Statement, message: str) -> ServerError:
        """What the server says of a key that SQLite found violated; it names the columns."""
        columns = sorted(part.rpartition(".")[2] for part in message.rpartition(": ")[2].split(", "))
        relation = statement.fields["relation"]
        found = find(relation.get("schemaname"), relation["relname"], self.catalog.tables, self.catalog)
        table = self.catalog.tables[found] if found else None
        keys = (*table.uniques, *((table.primary_key,) if table.primary_key else ())) if table else ()
        name = next((key.name for key in keys if sorted(key.columns) == columns), "")
        return ServerError(f'duplicate key value violates unique constraint "{name}"', "23505")

    def writer(self) -> StatementWriter:
        """Writes for SQLite."""
        return StatementWriter(self._relation, self._defaults)

    def _relation(self, node: Node) -> str | None:
        """What a relation is called in the mirror, made if need be; raises if there is none."""
        schema, name = node.get("schemaname"), node["relname"]
        table = find(schema, name, self.catalog.tables, self.catalog)
        if table:
            return self.ensure_table(self.catalog.tables[table])
        view = find(schema, name, self.catalog.views, self.catalog)
        if view:
            return self._view(view)
        if (schema, name) not in self._filled:
            self._filled[schema, name] = system_catalogs.fill(self, self.catalog, schema, name)
        return self._filled[schema, name]

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
            owned = (
                sequence.name
                for sequence in self.catalog.sequences.values()
                if sequence.owner == (table.name, column.name)
            )
            name = next(owned, Name(table.name.schema, table.name.name + "_seq"))
            return _counting(qualified(name.schema, name.name))
        return self.parser.expression(column.default) if column.default else _NULL

    # What is kept

    def dump(self, most: int) -> dict[str, Any]:
        """The rows of tables that have no more than so many."""
        kept = {}
        for number, table in self.tables.items():
            rows = self.rows_of(f"SELECT * FROM {quoted(mirrored(table.name))}", most)
            if rows and not any(isinstance(value, bytes) for row in rows for value in row):
                kept[str(number)] = rows
        return {"rows": kept, "counters": self.counters}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take back what `dump` gave."""
        self.counters.update(saved.get("counters", {}))
        rows_of: Mapping[str, list[list[Any]]] = saved.get("rows", {})
        for table in self.catalog.tables.values():
            for row in rows_of.get(str(table.number), ()):
                name = quoted(self.ensure_table(table))
                self.connection.execute("INSERT INTO {} VALUES ({})".format(name, ", ".join("?" * len(row))), row)


def _names_in(statement: Statement) -> Iterator[str]:
    """The names that a statement makes: of relations (which may stand for whole rows), of what it selects."""
    for kind, fields in walk(statement.fields):
        if kind == "RangeVar":
            yield fields["relname"]
        elif kind == "alias":
            yield from (fields.get("aliasname", ""), *strings(fields.get("colnames", ())))
        elif kind == "CommonTableExpr":
            yield from strings(fields.get("aliascolnames", ()))
        elif kind == "ResTarget" and statement.kind == "SelectStmt":
            yield fields.get("name", "")


def _as_written(statement: Statement, name: str) -> tuple[str, str]:
    """A column that is not there, as it is spoken of; or as it is set, with the relation."""
    for kind, fields in walk(statement.fields):
        written = strings(field for field in fields["fields"] if "String" in field) if kind == "ColumnRef" else []
        if written[-1:] == [name]:
            return ".".join(written), ""
    return name, statement.fields.get("relation", {}).get("relname", "")


def _affinity(kind: Type) -> str:
    """How SQLite is to take values of a type: numbers as such, also out of strings."""
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


def _no_column(name: str, relation: str) -> UndefinedColumn:
    if relation:
        return UndefinedColumn(f'column "{name}" of relation "{relation}" does not exist')
    return UndefinedColumn(f"column {name} does not exist" if "." in name else f'column "{name}" does not exist')


def _counting(sequence: str) -> Node:
    return {
        "FuncCall": {"funcname": [{"String": {"sval": "nextval"}}], "args": [{"A_Const": {"sval": {"sval": sequence}}}]}
    }
