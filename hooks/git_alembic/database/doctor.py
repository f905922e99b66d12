"""Diagnoses one database: gathers the facts, finds the causes, and rehearses their repairs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from git_alembic.config.settings import Settings
from git_alembic.database.causes import find_causes, wrong_target
from git_alembic.database.database_state import DatabaseState, InspectionResult
from git_alembic.database.diagnosis import Cause, Effect
from git_alembic.database.facts_for_causes import DatabaseFacts, SchemaMatch
from git_alembic.database.rehearsals.rehearser import RehearsalResult, Rehearser
from git_alembic.database.rehearsals.repair_choice import choose_repairs, droppable_keys
from git_alembic.database.rehearsals.schema_match_search import find_schema_match
from git_alembic.database.requests_to_probe import Questions
from git_alembic.database.revisions_in_git import (
    describe_origins,
    find_lost_ancestors,
    find_namesakes,
    find_published_ids,
    find_same_code,
)
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.new_or_cached_run import EnvPyRunner
from git_alembic.terminal.progress import waiting


def gather_facts(
    repository: Repository, settings: Settings, snapshot: Snapshot, database: DatabaseState
) -> DatabaseFacts:
    """Return the facts that both doctor and sync need."""
    facts = DatabaseFacts(snapshot.environment, snapshot.graph, database, settings.heads)
    lost = {id_: find_lost_ancestors(repository, snapshot, id_) for id_ in facts.unknown_rows}
    same = {id_: find_same_code(repository, snapshot, ancestors) for id_, ancestors in lost.items()}
    return replace(
        facts,
        lost_ancestors=lost,
        same_code={id_: now for id_, now in same.items() if now},
        free_branches=repository.free_branches() if lost else frozenset(),
    )


@dataclass(frozen=True)
class Doctor:
    """Diagnoses the databases of one environment. `runner` is entered; `inspect` inspects the databases again."""

    repository: Repository
    settings: Settings
    snapshot: Snapshot
    python: Interpreter
    runner: EnvPyRunner
    inspect: Callable[[Questions], InspectionResult]

    def diagnose(
        self, inspected: InspectionResult, database: DatabaseState, position: int
    ) -> tuple[list[Cause], list[str]]:
        """Return (the causes, the reasons why it can't be checked) of the database at a position of env.py."""
        name = self.snapshot.environment.name
        if reason := describe_foreign_version_table(database):
            return [], [f"{name}: {reason}"]
        facts = gather_facts(self.repository, self.settings, self.snapshot, database)
        facts = replace(
            facts,
            origins=describe_origins(self.repository, facts),
            published_ids=find_published_ids(self.repository, self.settings, facts),
        )
        namesakes = find_namesakes(self.repository.top or "", self.snapshot.environment, database)
        warnings = list(wrong_target.find(facts, inspected, namesakes))
        if reason := describe_broken_history(facts):
            return warnings, [f"{name}: {reason}"]
        return [*self._find_causes(facts, position), *warnings], []

    def _find_causes(self, facts: DatabaseFacts, position: int) -> list[Cause]:
        """Return the causes with the repairs that worked in a rehearsal."""
        nowhere = any(not (ancestors.lost and ancestors.lost[0].files) for ancestors in facts.lost_ancestors.values())
        if facts.has_unrecorded_tables or nowhere:
            facts = replace(facts, match=self._match_schema(facts, position))
        causes = find_causes(facts)
        rehearsed = self._rehearse(facts, position, causes)
        if facts.match is None and _needs_match(causes, rehearsed):
            facts = replace(facts, database=self._compare(facts.database, position))
            facts = replace(facts, match=self._match_schema(facts, position))
            causes = find_causes(facts)
            rehearsed = self._rehearse(facts, position, causes)
        counts = self._count([rehearsal for each in rehearsed for rehearsal in each], position)
        return [choose_repairs(cause, each, counts) for cause, each in zip(causes, rehearsed, strict=True)]

    def _rehearse(self, facts: DatabaseFacts, position: int, causes: Sequence[Cause]) -> list[list[RehearsalResult]]:
        """Rehearse the repairs of each cause. Repairs that don't change the database need no rehearsal."""
        effects = [repair.effect for cause in causes for repair in cause.repairs if repair.effect]
        if not effects:
            return [[RehearsalResult() for _ in cause.repairs] for cause in causes]
        with waiting(f"{self.snapshot.environment.name}: trying the repairs on a scratch database", sys.stderr):
            rehearsals = iter(self._rehearser.rehearse(facts.database, position, effects))
        return [
            [next(rehearsals) if repair.effect else RehearsalResult() for repair in cause.repairs] for cause in causes
        ]

    @property
    def _rehearser(self) -> Rehearser:
        return Rehearser(self.repository, self.python, self.snapshot.environment, self.runner)

    def _match_schema(self, facts: DatabaseFacts, position: int) -> SchemaMatch | None:
        if facts.database.contents is None or not facts.graph.ids:
            return None
        title = f"{self.snapshot.environment.name}: looking for the revision that matches the schema"

        def rehearse(effect: Effect) -> RehearsalResult:
            return self._rehearser.rehearse(facts.database, position, [effect])[0]

        with waiting(title, sys.stderr):
            return find_schema_match(self.runner, self.python, self.snapshot, facts.database, position, rehearse)

    def _compare(self, database: DatabaseState, position: int) -> DatabaseState:
        """Return the database with its schema, which the first inspection omits."""
        return self._ask_again(Questions(compare=(position,)), position) or database

    def _count(self, rehearsals: Sequence[RehearsalResult], position: int) -> dict[str, int | None]:
        """Count the data that a rehearsal dropped."""
        keys = droppable_keys(rehearsals)
        if not keys:
            return {}
        database = self._ask_again(Questions(counted={position: keys}), position)
        return dict(database.counts) if database else {}

    def _ask_again(self, questions: Questions, position: int) -> DatabaseState | None:
        try:
            databases = self.inspect(questions).databases
        except CannotCheck:
            return None
        return databases[position] if position < len(databases) else None


def _needs_match(causes: Sequence[Cause], rehearsed: Sequence[Sequence[RehearsalResult]]) -> bool:
    """True if a cause has repairs that change the database, but none of them is sound."""
    for cause, rehearsals in zip(causes, rehearsed, strict=True):
        sound = [
            rehearsal.is_successful and not rehearsal.remade_tables
            for repair, rehearsal in zip(cause.repairs, rehearsals, strict=True)
            if repair.effect
        ]
        if sound and not any(sound) and cause.cause in ("behind", "unknown-revision", "ahead"):
            return True
    return False


def describe_foreign_version_table(database: DatabaseState) -> str:
    """Explain that Alembic didn't create the version table."""
    if not database.version.exists or "version_num" in database.version.columns:
        return ""
    columns = ", ".join(database.version.columns)
    return (
        f"the table {database.version_table} was not created by Alembic: it has the columns {columns}, and "
        "no version_num; set a different version_table in env.py, or rename this table"
    )


def describe_broken_history(facts: DatabaseFacts) -> str:
    """Explain that Alembic can't load the history. A database at a lost revision is a separate cause."""
    graph = facts.graph
    if facts.unknown_rows or not (graph.missing or graph.cycles):
        return ""
    problem = "it contains a cycle"
    if graph.missing:
        child, parent = graph.missing[0]
        problem = f"'{child}' comes after '{parent}', which is missing from this checkout"
    return f"Alembic cannot load the history: {problem} (see `git alembic check`)"
