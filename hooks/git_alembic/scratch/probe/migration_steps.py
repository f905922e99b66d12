"""The steps that replace migrations in env.py's `run_migrations`: create, stamp, upgrade, compare, roundtrip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import get_ident
from typing import Any

from alembic.runtime.migration import MigrationStep
from sqlalchemy import MetaData, text

from git_alembic.scratch.probe.autogenerate import find_differences
from git_alembic.scratch.probe.engines.scratch_engine_interface import ScratchEngine
from git_alembic.scratch.probe.rehearsal import Rehearsal, rebuild_database
from git_alembic.scratch.probe.schema_description import describe_schema, schema_differences
from git_alembic.scratch.probe.tables_from_models import (
    create_models,
    create_schemas,
    creates_schemas,
    schemas_of,
)


class NoMetadata(Exception):
    """env.py passes no models to autogenerate."""


class StepRunner:
    """Alembic calls it once per database; it yields the revisions to run, and does the other steps in between.

    `databases` has for each database in order: {"dialect": str, "tables": number of the models' tables, "comparisons":
    {name: [see `autogenerate`]}, "roundtrips": [{"revision": id, "left": [str], "irreversible": bool}], "snapshots":
    {name: see `schema_description`}}. `stage` and `revision` say what is running.
    """

    def __init__(self, steps: Sequence[Mapping[str, Any]], top: str, scratch: ScratchEngine) -> None:
        self.databases: list[dict[str, Any]] = []
        self.stage = "environment"
        self.revision: Any = None
        self._steps = steps
        self._top = top
        self._scratch = scratch
        self._thread = 0

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

    def current_revision(self) -> str | None:
        """Return the revision that runs in this thread."""
        revision: str | None = self.revision
        return revision if self._thread == get_ident() else None

    def prepare(self, context: Any) -> None:
        """Run what must come before Alembic's own table, which may be in a schema that the first step creates."""
        first = self._steps[0]
        if first["do"] == "remake":
            self.stage = "remake"
            self._run_again(
                first["statements"].pop(self._scratch.identities.find(context.dialect.instead_of), ()), context
            )
            self.stage = "environment"
        elif first["do"] == "rehearse":
            self.stage = "fill"
            self._fill(first["plans"], context)
            self.stage = "environment"
        elif first["do"] == "create" and context.dialect.name != "sqlite":
            self._make_schemas(context, _schemas_before_version_table)

    def _run_again(self, statements: Sequence[str], context: Any) -> None:
        """Run the statements that created a database. If env.py visits it twice, run them only the first time."""
        with context.begin_transaction(_per_migration=True):
            for statement in statements:
                context.connection.exec_driver_sql(statement)

    def _fill(self, plans: Sequence[Mapping[str, Any] | None], context: Any) -> None:
        """Fill the database that env.py visits next if there is a plan for it (see `rehearsal`)."""
        if context.dialect.name != "sqlite":
            self._make_schemas(context, _model_schemas)
        number = len(self.databases)
        plan = plans[number] if number < len(plans) else None
        if plan is not None:
            rebuild_database(plan, context)

    def _make_schemas(self, context: Any, list_schemas: Callable[[Any], set[Any]]) -> None:
        with context.begin_transaction(_per_migration=True):
            schemas = list_schemas(context)  # a query that nothing has to run again
            with self._scratch.recording(context.connection):
                create_schemas(context.connection, schemas)

    def _create(self, _: Any, __: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        """Create the models' tables like `metadata.create_all`."""
        every = list_metadata(context)
        database["tables"] = sum(len(metadata.tables) for metadata in every)
        with context.begin_transaction(_per_migration=True), self._scratch.recording(context.connection):
            for metadata in every:
                create_models(metadata, context.connection)
        return iter(())

    def _remake(self, *_: Any) -> Iterator[Any]:
        """Do nothing: `prepare` did it."""
        return iter(())

    def _stamp(self, step: Any, script: Any, context: Any, _: Any) -> Iterator[Any]:
        if step["revisions"]:
            yield from script._stamp_revs(tuple(step["revisions"]), context.get_current_heads())  # noqa: SLF001 - as `alembic stamp` does

    def _upgrade(self, step: Any, script: Any, context: Any, _: Any) -> Iterator[Any]:
        for upgrade in script._upgrade_revs(tuple(step["to"]), context.get_current_heads()):  # noqa: SLF001 - as alembic.command does
            yield self._begin(upgrade.revision.revision, upgrade)

    def _boundary(self, _: Any, __: Any, context: Any, ___: Any) -> Iterator[Any]:
        """Make the next step begin like a separate command."""
        _forget_created_types(context)
        return iter(())

    def _compare(self, step: Any, script: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        every = list_metadata(context)
        database["tables"] = sum(len(metadata.tables) for metadata in every)
        database["comparisons"][step["as"]] = find_differences(script, context, every, self._top)
        return iter(())

    def _roundtrip(self, step: Any, script: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        """Run each revision up, then down unless it is irreversible, and up again.

        The first upgrades are one command, like `alembic upgrade head`. The others are separate commands.
        """
        first_upgrades: Any = {}
        for id_ in step["revisions"]:
            _forget_created_types(context, but=first_upgrades)
            revision = script.get_revision(id_)
            irreversible = id_ in step["irreversible"]
            before = {} if irreversible else describe_schema(context.connection)
            yield self._begin(id_, MigrationStep.upgrade_from_script(script.revision_map, revision))
            leftovers: list[str] = []
            first_upgrades = dict(context.impl.memo)
            if not irreversible:
                _forget_created_types(context)
                self.stage = "downgrade"
                yield self._begin(id_, MigrationStep.downgrade_from_script(script.revision_map, revision))
                leftovers = schema_differences(before, describe_schema(context.connection))
                _forget_created_types(context)
                self.stage = "again"
                yield self._begin(id_, MigrationStep.upgrade_from_script(script.revision_map, revision))
                self.stage = "roundtrip"
            database["roundtrips"].append({"revision": id_, "left": leftovers, "irreversible": irreversible})

    def _snapshot(self, step: Any, _: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        database["snapshots"][step["as"]] = describe_schema(context.connection)
        return iter(())

    def _walk(self, step: Any, script: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        """Run the revisions up in this order, with a snapshot after some of them."""
        for id_ in step["order"]:
            revision = script.get_revision(id_)
            yield self._begin(id_, MigrationStep.upgrade_from_script(script.revision_map, revision))
            if id_ in step["snapshots"]:
                database["snapshots"][id_] = describe_schema(context.connection)

    def _rehearse(self, step: Any, script: Any, context: Any, database: dict[str, Any]) -> Iterator[Any]:
        plan = step["plans"][len(self.databases) - 1] if len(self.databases) <= len(step["plans"]) else None
        if plan is not None:
            rehearsal = Rehearsal(plan, context)
            yield from rehearsal.run(script, self._begin)
            differences = difference_texts(script, context, self._top)
            database["rehearsal"] = {**rehearsal.result(), "differences": differences}

    def _begin(self, revision: str, step: Any) -> Any:
        self.revision, self._thread = revision, get_ident()
        self._scratch.begin_revision(revision)
        return step


def needed_steps(steps: Sequence[Mapping[str, Any]], first: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Return the steps without the comparisons that the first run made unnecessary (see `main`)."""
    return [step for step in steps if step.get("beyond") is None or (first and _goes_beyond(first, step["beyond"]))]


def _goes_beyond(run: Mapping[str, Any], expected: Sequence[Sequence[str]]) -> bool:
    for number, database in enumerate(run["databases"]):
        latest: list[Any] = [*database["comparisons"].values()][-1:]
        counts = Counter(operation["text"] for operations in latest for operation in operations)
        if counts - Counter(expected[number] if number < len(expected) else ()):
            return True
    return False


def list_metadata(context: Any) -> list[MetaData]:
    """Return the models that env.py names. Raise NoMetadata if it names none."""
    target = context.opts.get("target_metadata")
    every = list(target) if isinstance(target, (list, tuple)) else [target]
    if not every or any(metadata is None for metadata in every):
        raise NoMetadata(
            "env.py passes no target_metadata to context.configure, so there are no models to compare with"
        )
    return every


def difference_texts(script: Any, context: Any, top: str) -> list[str] | None:
    """Return the lines that autogenerate would write. None if there are no models, or if it fails."""
    try:
        operations = find_differences(script, context, list_metadata(context), top)
    except Exception:  # noqa: BLE001 - they are only one piece of evidence about a database
        return None
    return [str(operation["text"]) for operation in operations]


def _schemas_before_version_table(context: Any) -> set[Any]:
    """Return the models' schemas, unless the project creates them itself and Alembic's table needs none of them."""
    if context.dialect.name == "postgresql" and context.connection.execute(text("SELECT current_schema()")).scalar():
        every = [metadata for metadata in list_metadata(context) if not creates_schemas(metadata)]
        return {*schemas_of(every), context.version_table_schema}
    return _model_schemas(context)


def _model_schemas(context: Any) -> set[Any]:
    return {*schemas_of(list_metadata(context)), context.version_table_schema}


def _forget_created_types(context: Any, but: Any = None) -> None:
    """Clear the records of Alembic and SQLAlchemy on created types, so that the next command checks again."""
    context.impl.memo.clear()
    context.impl.memo.update(but or {})
