"""Finds the revision whose schema a database has, by building scratch databases along the history."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from git_alembic.database.database_state import DatabaseState
from git_alembic.database.diagnosis import Effect
from git_alembic.database.facts_for_causes import NO_COMMON_TABLES, SchemaMatch
from git_alembic.database.rehearsals.rehearser import RehearsalResult
from git_alembic.database.rehearsals.schema_distance import (
    Schema,
    differences,
    distance,
    find_stamped,
    known_tables,
    lacks_keys,
    narrow_bounds,
    nearest,
    reduce_schema,
    spread,
)
from git_alembic.errors import CannotCheck
from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.scratch.checkout import WORKING_TREE
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.new_or_cached_run import EnvPyRunner, ProbeStep, RunRequest
from git_alembic.scratch.scratch_result import parse_run

_SNAPSHOTS = 16  # in one run; each snapshot reads the whole schema
# The error messages of databases if a revision runs again.
_ALREADY_DONE = re.compile(r"exist|duplicate|no such", re.IGNORECASE)
_MOST_LAST = 5  # revisions that the models may lack


def find_schema_match(  # noqa: PLR0913, PLR0917 - a database, and all that it is compared with
    runner: EnvPyRunner,
    python: Interpreter,
    snapshot: Snapshot,
    database: DatabaseState,
    number: int,
    rehearse: Callable[[Effect], RehearsalResult],
) -> SchemaMatch:
    """Find the revision with the schema of the database, which is number `number` of env.py."""
    try:
        match = _Search(runner, python, snapshot, database, number).match()
    except CannotCheck as reason:
        match = SchemaMatch(doubt=f"comparing the schema with the revisions failed: {reason}")
    if match.doubt and not match.is_exact and database.differences == () and database.models:
        return _match_models(snapshot, match.doubt, rehearse)
    return match


def _match_models(snapshot: Snapshot, doubt: str, rehearse: Callable[[Effect], RehearsalResult]) -> SchemaMatch:
    """Match the models: return the head, or an ancestor if the models lack the last revisions, which can still run.

    This is for a schema that equals the models and a history that can't run from scratch.
    """
    graph, order = snapshot.graph, snapshot.graph.topological()
    pending = 0
    for count in range(1, min(_MOST_LAST, len(order)) + 1):
        rehearsal = rehearse(Effect(find_stamped(graph, order[:-count]), graph.heads))
        if not rehearsal.is_successful and not _ALREADY_DONE.search(rehearsal.failure):
            return SchemaMatch(doubt=doubt)
        if not (rehearsal.is_successful and rehearsal.changes_schema):
            break
        pending = count
    basis = "by comparing the database with the models: autogenerate finds no differences"
    if pending:
        basis += ", and the models don't include the changes made by the later revisions"
    revisions = find_stamped(graph, order[: len(order) - pending])
    return SchemaMatch(revisions, is_exact=True, basis=basis, doubt=doubt)


class _Search:
    """A binary search along the history, one state per revision. `_states` has the schemas that were built."""

    def __init__(
        self, runner: EnvPyRunner, python: Interpreter, snapshot: Snapshot, database: DatabaseState, number: int
    ) -> None:
        self._runner = runner
        self._python = python
        self._snapshot = snapshot
        self._database = database
        self._number = number
        self._order = snapshot.graph.topological()
        self._states: dict[int, Schema] = {}
        self._failure = ""  # why the later revisions didn't run

    def match(self) -> SchemaMatch:
        low, high = 0, len(self._order) - 1
        while True:
            self._build(spread(low, high, _SNAPSHOTS))
            if not self._states and self._order:
                self._build([len(self._order) - 1])  # it failed before the first snapshot
            if not self._states:
                if self._failure:
                    raise CannotCheck(self._failure)
                return SchemaMatch()
            schema, states = self._reduced_states()
            best = nearest(schema, states)
            low, high = narrow_bounds(best, states, 0, len(self._order) - 1)
            if not [position for position in range(low, high + 1) if position not in self._states]:
                return self._conclude(best, schema, states)

    def _build(self, positions: Sequence[int]) -> None:
        missing = [position for position in positions if position not in self._states]
        order = self._order[: max(missing) + 1]
        walk: ProbeStep = {"do": "walk", "order": order, "snapshots": [self._order[at] for at in missing]}
        cached = self._runner.run(self._snapshot.environment, WORKING_TREE, [RunRequest((walk,))])[0]
        failure = parse_run(cached.answer["run"]).failure
        every = cached.answer["run"]["databases"]
        built: dict[str, Schema] = every[self._number]["snapshots"] if self._number < len(every) else {}
        self._states.update(
            (position, built[self._order[position]]) for position in missing if self._order[position] in built
        )
        if failure is not None:
            if failure.revision not in self._order:
                raise CannotCheck(explain_failure(failure, self._python))
            self._failure = explain_failure(failure, self._python)
            # The revisions after the failure would fail too.
            self._order = self._order[: self._order.index(failure.revision)]

    @property
    def _doubt(self) -> str:
        start = "compared only up to the last revision that ran on a scratch database: "
        return f"{start}{self._failure}" if self._failure else ""

    def _reduced_states(self) -> tuple[Schema, dict[int, Schema]]:
        """Return (the schema of the database, the states), both reduced to the tables of the history."""
        schemas = self._database.schemas
        history_tables = known_tables([*self._states.values()])
        tables = [table for table in history_tables if table.rpartition(".")[0] in schemas]
        version_table = self._database.version_table
        schema = self._database.contents or {}
        return reduce_schema(schema, tables, version_table), {
            position: reduce_schema(state, tables, version_table) for position, state in self._states.items()
        }

    def _conclude(self, best: int, schema: Schema, states: dict[int, Schema]) -> SchemaMatch:
        is_like = distance(schema, states[best]).parts == 0 and bool(states[best])
        is_exact = is_like and not lacks_keys(schema, states[best])
        alike = [
            self._order[position]
            for position in states
            if position < best and states[position] == states[best] and position >= 0
        ]
        revisions = find_stamped(self._snapshot.graph, self._order[: best + 1])
        count = format_count(len(self._snapshot.graph), "revision")
        basis = f"by building the schema at {len(states)} of {count} on a scratch database"
        lines = differences(schema, states[best])
        if not set(schema) & set(states[best]):
            return SchemaMatch(doubt=self._doubt or NO_COMMON_TABLES, differences=lines)
        history_tables = known_tables([*self._states.values()])
        more = tuple(table for table in self._database.tables if table not in history_tables)
        return SchemaMatch(
            revisions, is_exact, lines, tuple(sorted(alike)), basis + self._compare_models(), self._doubt, more
        )

    def _compare_models(self) -> str:
        """Return autogenerate's result as the end of a clause."""
        differences = self._database.differences
        if differences is None or not self._database.models:
            return ""
        count = len(differences)
        number = format_count(count, "difference") if count else "no difference"
        return f"; autogenerate finds {number} from the models"
