"""Rehearses a repair: runs revisions on a scratch database with the schema and version rows of a real one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from alembic.runtime.migration import MigrationStep
from sqlalchemy import inspect

from git_alembic.scratch.probe.schema_description import Schema, describe_schema


def rebuild_database(plan: Mapping[str, Any], context: Any) -> None:
    """Create the schema, or copy a "file" that also has rows. Then create a version table with the initial rows."""
    options = {"no_parameters": True}
    if plan["file"]:
        _copy_into(plan["file"], context)
    else:
        with context.begin_transaction(_per_migration=True):
            for statement in plan["statements"]:
                context.connection.exec_driver_sql(statement, execution_options=options)
    context._ensure_version_table(purge=True)  # noqa: SLF001 - `alembic stamp --purge` calls it too
    with context.begin_transaction(_per_migration=True):
        for row in plan["rows"]:
            context.connection.execute(context._version.insert().values(version_num=row))  # noqa: SLF001 - Alembic's own version table


def _copy_into(file: str, context: Any) -> None:
    """Copy an SQLite file into the database."""
    connection = context.connection.connection
    while not isinstance(connection, sqlite3.Connection):
        connection = getattr(connection, "dbapi_connection", None) or connection.connection
    source = sqlite3.connect(file)
    source.backup(connection)
    source.close()


class Rehearsal:
    """Runs the revisions of a plan and records what they drop."""

    def __init__(self, plan: Mapping[str, Any], context: Any) -> None:
        self._plan = plan
        self._context = context
        self._before = describe_schema(context.connection)
        self._known = self._tables()
        self._gone: dict[str, None] = {}  # dropped tables, in order
        self._states: list[Schema] = []

    def run(self, script: Any, begin: Callable[[str, Any], Any]) -> Iterator[Any]:
        """Yield the downgrades and upgrades. Call `begin` before each."""
        for id_ in self._plan["downgrades"]:
            revision = script.get_revision(id_)
            yield begin(id_, MigrationStep.downgrade_from_script(script.revision_map, revision))
            self._note_dropped()
        if self._plan["downgrades"]:
            self._states.append(describe_schema(self._context.connection))
        heads = tuple(self._plan["heads"])
        for step in script._upgrade_revs(heads, self._context.get_current_heads()) if heads else ():  # noqa: SLF001 - as `alembic upgrade` does
            yield begin(step.revision.revision, step)
            self._note_dropped()
        self._states.append(describe_schema(self._context.connection))

    def result(self) -> dict[str, Any]:
        """Return what the repair dropped.

        {"dropped_tables", "remade_tables": those of them that exist again, "dropped_columns", "changes_schema": bool}.
        """
        dropped = [table for table in self._gone if f"table {table}" in self._before]
        return {
            "dropped_tables": dropped,
            "remade_tables": [table for table in dropped if f"table {table}" in self._states[-1]],
            "dropped_columns": self._dropped_columns(),
            "changes_schema": self._before != self._states[-1],
        }

    def _tables(self) -> set[str]:
        inspector = inspect(self._context.connection)
        return {
            f"{schema}.{table}" if schema else table
            for schema in self._plan["schemas"]
            for table in inspector.get_table_names(schema=schema or None)
        }

    def _note_dropped(self) -> None:
        now = self._tables()
        self._gone.update(dict.fromkeys(sorted(self._known - now)))
        self._known = now

    def _dropped_columns(self) -> list[str]:
        """Return the columns that any later state lacks, without those of dropped tables."""
        columns = [key[len("column ") :] for key in self._before if key.startswith("column ")]
        return [
            column
            for column in columns
            if column.rpartition(".")[0] not in self._gone
            and any(f"column {column}" not in state for state in self._states)
        ]
