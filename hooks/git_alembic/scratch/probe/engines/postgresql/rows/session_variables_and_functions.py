"""A session: its variables, and the functions that need it.

The functions answer from sequences, the time of the transaction, and lookups in the catalog.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Callable, Mapping, Sequence

from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find, number_of, numbers, type_text
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Name, Names
from git_alembic.scratch.probe.engines.postgresql.parser import Node
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import qualify
from git_alembic.scratch.probe.engines.postgresql.rows import sqlite_functions
from git_alembic.scratch.probe.engines.postgresql.rows.json_and_time_functions import moment, series
from git_alembic.scratch.probe.engines.postgresql.rows.pg_catalog import definition

_VARIABLES = {
    "server_version": "15.0",
    "server_version_num": "150000",
    "transaction_isolation": "read committed",
    "standard_conforming_strings": "on",
    "TimeZone": "UTC",
}


class SessionFunctions:
    """`counters` are the last values of sequences. `moment` is the start of the transaction."""

    def __init__(self, catalog: Catalog, budget: Budget) -> None:
        self.catalog = catalog
        self.budget = budget
        self.counters: dict[str, int] = {}
        self.moment = moment()
        self._numbers: dict[Name, int] = {}

    def register(self, connection: sqlite3.Connection) -> None:
        """Register these functions, and those that need no session."""
        sqlite_functions.register(connection, self._values())
        for name, count, function in (
            ("pg_series", -1, self._series),
            ("nextval", 1, self._nextval), ("currval", 1, self._currval), ("setval", -1, self._setval),
            ("pg_oid", 2, lambda kind, text: text and number_of(self.catalog, kind, text, self._list_numbers())),
            ("format_type", 2, lambda number, _: type_text(self.catalog, number, self._list_numbers())),
            ("pg_get_constraintdef", -1, lambda *arguments: definition(self.catalog, arguments[0])),
            ("pg_get_serial_sequence", 2, self._serial),
            ("current_setting", -1, lambda name, *_: _VARIABLES.get(name, "")),
            ("to_regclass", 1, lambda text: self._lookup("to_regclass", text)),
            ("to_regtype", 1, lambda text: self._lookup("to_regtype", text)),
        ):  # fmt: skip
            connection.create_function(name, count, function)

    def forget_numbers(self) -> None:
        """Forget the numbers of objects after a change of the catalog."""
        self._numbers = {}

    def _values(self) -> Mapping[str, Callable[[], Any]]:
        """Return functions without arguments."""
        now = dict.fromkeys(("pg_now", "transaction_timestamp", "statement_timestamp"), lambda: self.moment)
        same = dict.fromkeys(("current_database", "current_user", "current_catalog"), lambda: "scratch")
        return {**now, **same, "current_schema": self._schema, "version": lambda: "PostgreSQL 15.0"}

    def _schema(self) -> str:
        return next((schema for schema in self.catalog.search_path if schema in self.catalog.schemas), "")

    def _sequence(self, text: str) -> str:
        """Return the full name of a sequence."""
        schema, _, name = text.replace('"', "").rpartition(".")
        full_name = find(schema or None, name, self.catalog.sequences, self.catalog)
        return qualify(full_name.schema, full_name.name) if full_name else text

    def _nextval(self, text: str) -> int:
        name = self._sequence(text)
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.counters[name]

    def _series(self, *arguments: Any) -> str:
        """Return generate_series as JSON."""
        items = []
        for item in series(*arguments):
            items.append(item)
            self.budget.check_rows(len(items))
        return json.dumps(items)

    def _serial(self, table: str, column: str) -> str | None:
        """Return the sequence that a column owns."""
        schema, _, name = table.replace('"', "").rpartition(".")
        table_name = find(schema or None, name, self.catalog.tables, self.catalog)
        owned = (
            sequence.name for sequence in self.catalog.sequences.values() if sequence.owner == (table_name, column)
        )
        return next((qualify(item.schema, item.name) for item in owned), None)

    def _currval(self, text: str) -> int | None:
        return self.counters.get(self._sequence(text))

    def _setval(self, name: str, value: int, *_: Any) -> int:
        self.counters[self._sequence(name)] = value or 0
        return value

    def _list_numbers(self) -> dict[Name, int]:
        """Return the numbers of all objects."""
        self._numbers = self._numbers or numbers(self.catalog)
        return self._numbers

    def _lookup(self, kind: str, text: str) -> str | None:
        catalog = self.catalog
        schema, _, name = text.replace('"', "").rpartition(".")
        places: Sequence[Mapping[Name, Any]] = (
            (catalog.tables, catalog.views, catalog.indexes, catalog.sequences)
            if kind == "to_regclass" else (catalog.enums, catalog.domains, catalog.composites, catalog.tables)
        )  # fmt: skip
        return text if any(find(schema or None, name, place, catalog) for place in places) else None


def set_variable(catalog: Catalog, node: Node) -> None:
    """Run SET and RESET. Only search_path has an effect."""
    if node.get("name") != "search_path":
        return
    if node["kind"] in ("VAR_RESET", "VAR_SET_DEFAULT"):
        catalog.search_path = ("public",)
    if node["kind"] == "VAR_SET_VALUE":
        constants = (item["A_Const"] for item in node.get("args", ()))
        given = [item["sval"].get("sval", "") for item in constants if "sval" in item]
        catalog.search_path = _split_path(given)


def _split_path(names: list[str]) -> Names:
    """Return the schemas of a search path. The names may be one text with commas."""
    parts = [part.strip().strip('"') for name in names for part in name.split(",")]
    return tuple(part for part in parts if part not in ("", "$user", "pg_catalog"))


def show_variable(catalog: Catalog, name: str) -> str:
    """Return what SHOW prints. "" if the value is unknown."""
    return ", ".join(catalog.search_path) if name == "search_path" else _VARIABLES.get(name, "")
