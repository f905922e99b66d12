"""What is done to a scratch database, between Alembic's own steps: the work that env.py's `run_migrations` runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alembic.runtime.migration import MigrationStep
from sqlalchemy import MetaData, text

from git_alembic.scratch.probe.autogenerate import differences
from git_alembic.scratch.probe.engines.embedded import Databases
from git_alembic.scratch.probe.engines.server import Server
from git_alembic.scratch.probe.schema import snapshot, what_differs


class NoMetadata(Exception):
    """env.py gives autogenerate nothing to compare with."""


class Steps:
    """Called by Alembic once for each database; yields the revisions to be run, and does the rest in between.

    `databases` says for each, in order: {"dialect": str, "tables": how many the models have, "comparisons": {name: [see
    `operations`]}, "roundtrips": [{"revision": id, "left": [str], "irreversible": bool}], "snapshots": {name: [see
    `schema`]}}. `stage` and `revision` say
    what is under way.
    """

    def __init__(self, steps: Sequence[Mapping[str, Any]], top: str, scratch: Databases | Server) -> None:
        self.databases: list[dict[str, Any]] = []
        self.stage = "environment"
        self.revision: Any = None
        self._steps = steps
        self._top = top
        self._scratch = scratch

    def __call__(self, script: Any, context: Any) -> Iterator[Any]:
        database: dict[str, Any] = {
            "dialect": context.dialect.name,
            "comparisons": {},
            "roundtrips": [],
            "snapshots": {},
        }
        self.databases.append(database)
        for step in self._steps:
            self.stage, self.revision = step["do"], None
            yield from getattr(self, "_" + self.stage)(step, script, context, database)
        self.stage, self.revision = "environment", None

    def prepare(self, context: Any) -> None:
        """Before Alembic makes its own table: it may lie in a schema of the models, which the first step is to make."""
        first = self._steps[0]
        if first["do"] == "remake":
            self.stage = "remake"
            self._run_again(first["statements"].pop(context.dialect.instead_of, ()), context)
            self.stage = "environment"
        elif first["do"] == "create" and context.dialect.name != "sqlite":
            self._make_schemas(context)

    def _run_again(self, statements: Sequence[str], context: Any) -> None:
        """What made a database before; a second visit of env.py finds it made."""
        with context.begin_transaction(_per_migration=True):
            for statement in statements:
                context.connection.exec_driver_sql(statement)

    def _make_schemas(self, context: Any) -> None:
        named = {table.schema for one in metadata(context) for table in one.tables.values()}
        with context.begin_transaction(_per_migration=True), self._scratch.watching(context.connection):
            for schema in sorted(filter(None, {*named, context.version_table_schema})):
                context.connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_quoted(context, schema)}"))

    def _create(self, _: Any, __: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        """Make what the models say, as `metadata.create_all` does."""
        every = metadata(context)
        database["tables"] = sum(len(one.tables) for one in every)
        with context.begin_transaction(_per_migration=True), self._scratch.watching(context.connection):
            for one in every:
                one.create_all(context.connection)
        return iter(())

    def _remake(self, *_: Any) -> Iterator[Any]:
        """See `prepare`."""
        return iter(())

    def _stamp(self, step: Any, script: Any, context: Any, _: Any) -> Iterator[Any]:
        if step["revisions"]:
            yield from script._stamp_revs(tuple(step["revisions"]), context.get_current_heads())  # noqa: SLF001

    def _upgrade(self, step: Any, script: Any, context: Any, _: Any) -> Iterator[Any]:
        for one in script._upgrade_revs(tuple(step["to"]), context.get_current_heads()):  # noqa: SLF001 - as alembic.command does
            yield self._began(one.revision.revision, one)

    def _compare(self, step: Any, script: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        every = metadata(context)
        database["tables"] = sum(len(one.tables) for one in every)
        database["comparisons"][step["as"]] = differences(script, context, every, self._top)
        return iter(())

    def _roundtrip(self, step: Any, script: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        """Each revision up; down, if it can be taken back; and up again."""
        for id_ in step["revisions"]:
            revision = script.get_revision(id_)
            irreversible = id_ in step["irreversible"]
            before = {} if irreversible else snapshot(context.connection)
            yield self._began(id_, MigrationStep.upgrade_from_script(script.revision_map, revision))
            left: list[str] = []
            if not irreversible:
                self.stage = "downgrade"
                yield self._began(id_, MigrationStep.downgrade_from_script(script.revision_map, revision))
                left = what_differs(before, snapshot(context.connection))
                self.stage = "again"
                yield self._began(id_, MigrationStep.upgrade_from_script(script.revision_map, revision))
                self.stage = "roundtrip"
            database["roundtrips"].append({"revision": id_, "left": left, "irreversible": irreversible})

    def _snapshot(self, step: Any, _: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        database["snapshots"][step["as"]] = snapshot(context.connection)
        return iter(())

    def _walk(self, step: Any, script: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        """Each revision up, in this order, with a snapshot after some."""
        for id_ in step["order"]:
            revision = script.get_revision(id_)
            yield self._began(id_, MigrationStep.upgrade_from_script(script.revision_map, revision))
            if id_ in step["snapshots"]:
                database["snapshots"][id_] = snapshot(context.connection)

    def _began(self, revision: str, step: Any) -> Any:
        self.revision = revision
        self._scratch.begin(revision)
        return step


def due(steps: Sequence[Mapping[str, Any]], first: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The steps without those comparisons that, after what became of the first run, nobody needs (see `main`)."""
    return [one for one in steps if one.get("beyond") is None or (first and _goes_beyond(first, one["beyond"]))]


def _goes_beyond(run: Mapping[str, Any], known: Sequence[Sequence[str]]) -> bool:
    for number, database in enumerate(run["databases"]):
        latest: list[Any] = [*database["comparisons"].values()][-1:]
        found = Counter(one["text"] for operations in latest for one in operations)
        if found - Counter(known[number] if number < len(known) else ()):
            return True
    return False


def metadata(context: Any) -> list[MetaData]:
    """The models that env.py names; NoMetadata where it names none."""
    named = context.opts.get("target_metadata")
    every = list(named) if isinstance(named, (list, tuple)) else [named]
    if not every or any(one is None for one in every):
        raise NoMetadata(
            "env.py passes no target_metadata to context.configure, so there are no models to compare with"
        )
    return every


def _quoted(context: Any, name: str) -> str:
    quoted: str = context.dialect.identifier_preparer.quote(name)
    return quoted
