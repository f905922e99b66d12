"""The search for the revision whose schema a database has, over literal schemas of each revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import pytest

from git_alembic.database.database_state import DatabaseState
from git_alembic.database.diagnosis import Effect
from git_alembic.database.facts_for_causes import NO_COMMON_TABLES, SchemaMatch
from git_alembic.database.rehearsals.rehearser import RehearsalResult
from git_alembic.database.rehearsals.schema_match_search import find_schema_match
from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.new_or_cached_run import EnvPyRunner, RunRequest
from tests.support.literal_changes import History, snapshot
from tests.support.whole_diagnoses import facts

Schema = Mapping[str, str]
Rehearse = Callable[[Effect], RehearsalResult]
A = {"table users": "", "column users.id": "type=INTEGER", "primary key of users": "constrained_columns=['id']"}
B = {**A, "column users.email": "type=VARCHAR"}
C = {**B, "table posts": "", "column posts.id": "type=INTEGER"}
LINE = {"a": "", "b": "a", "c": "b"}
STATES: Mapping[str, Schema] = {"a": A, "b": B, "c": C}
LATE = {f"r{number:02}": f"r{number - 1:02}" if number else "" for number in range(40)}


@dataclass
class FakeRunner:
    """A scratch database that gets the literal schemas, up to a revision that fails."""

    states: Mapping[str, Schema]
    fails_at: str = ""
    blames: str | None = ""
    snapshots: list[list[str]] = field(default_factory=list)

    def run(self, _: Environment, __: str, requests: Sequence[RunRequest]) -> list[SimpleNamespace]:
        ((step,),) = (request.steps for request in requests)
        order: list[str] = step["order"]
        self.snapshots.append(step["snapshots"])
        ran = order[: order.index(self.fails_at)] if self.fails_at in order else order
        blamed = self.fails_at if self.blames == "" else self.blames
        failure = {"kind": "project", "stage": "upgrade", "type": "E", "message": "it broke", "revision": blamed}
        built = {id_: self.states[id_] for id_ in step["snapshots"] if id_ in ran}
        database = {"dialect": "sqlite", "comparisons": {}, "roundtrips": [], "snapshots": built}
        run = {"failure": failure if ran != order else None, "databases": [database], "not_replayed": []}
        return [SimpleNamespace(answer={"run": run})]


def never(_: Effect) -> NoReturn:
    raise AssertionError


def database(contents: Schema, **fields: Any) -> DatabaseState:
    tables = tuple(key.removeprefix("table ") for key in contents if key.startswith("table "))
    return replace(facts(None).database, contents=contents, tables=tables, **fields)


def found(state: DatabaseState, fake: FakeRunner, history: History = LINE, rehearse: Rehearse = never) -> SchemaMatch:
    runner, python = cast("EnvPyRunner", fake), cast("Interpreter", None)
    return find_schema_match(runner, python, snapshot(history), state, 0, rehearse)


def basis(count: int = 3, of: int = 3) -> str:
    return f"by building the schema at {count} of {of} revisions on a scratch database"


EXTRA = {"table alembic_version": "", "column alembic_version.version_num": "", "table spatial_ref_sys": ""}
MISSES_EMAIL = ("the database is missing the column users.email",)


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        pytest.param(A, SchemaMatch(("a",), is_exact=True, basis=basis()), id="the first"),
        pytest.param(C, SchemaMatch(("c",), is_exact=True, basis=basis()), id="the last"),
        pytest.param(
            {**B, **EXTRA},
            SchemaMatch(("b",), is_exact=True, basis=basis(), more_tables=("alembic_version", "spatial_ref_sys")),
            id="tables of others",
        ),
        pytest.param(
            {key: value for key, value in C.items() if key != "column users.email"},
            SchemaMatch(("c",), differences=MISSES_EMAIL, basis=basis()), id="a missing column",
        ),
        pytest.param(
            {key: value for key, value in B.items() if not key.startswith("primary")},
            SchemaMatch(("b",), differences=("the database is missing the primary key of users",), basis=basis()),
            id="a missing key",
        ),
        pytest.param(
            {**B, "column users.email": "type=TEXT"},
            SchemaMatch(
                ("b",), is_exact=True, basis=basis(),
                differences=("column users.email is type=TEXT and should be type=VARCHAR",),
            ),
            id="another type",
        ),
        pytest.param(
            {"table other": ""},
            SchemaMatch(
                doubt=NO_COMMON_TABLES,
                differences=("the database is missing the table users",),
            ),
            id="other tables",
        ),
    ],
)  # fmt: skip
def test_matches(contents: Schema, expected: SchemaMatch) -> None:
    assert found(database(contents), FakeRunner(STATES)) == expected


def test_revisions_that_change_no_table_are_named() -> None:
    states = {"a": A, "b": A, "c": A}
    assert found(database(A), FakeRunner(states)) == SchemaMatch(("c",), is_exact=True, alike=("a", "b"), basis=basis())


def test_both_sides_of_a_fork_are_stamped() -> None:
    history, states = {"a": "", "b": "a", "c": "a"}, {"a": A, "b": B, "c": C}
    assert found(database(C), FakeRunner(states), history).revisions == ("b", "c")


@pytest.mark.parametrize("at", [0, 1, 17, 38, 39])
def test_a_long_history_is_searched_in_two_runs(at: int) -> None:
    states = {
        id_: {**A, **{f"column users.c{number}": "" for number in range(position)}} for position, id_ in enumerate(LATE)
    }
    fake = FakeRunner(states)
    match = found(database(states[f"r{at:02}"]), fake, LATE)
    assert (match.revisions, match.is_exact) == ((f"r{at:02}",), True)
    assert [len(ids) for ids in fake.snapshots][:1] == [16]
    assert sum(len(ids) for ids in fake.snapshots) <= 16 + 4
    assert match.basis == basis(sum(len(ids) for ids in fake.snapshots), 40)


STOPPED = "compared only up to the last revision that ran on a scratch database: revision 'c' failed: E: it broke"


def test_a_revision_that_fails_ends_the_search() -> None:
    match = found(database(B), FakeRunner(STATES, "c"))
    assert match == SchemaMatch(("b",), is_exact=True, basis=basis(2), doubt=STOPPED)
    assert found(database({"table x": ""}), FakeRunner(STATES, "c")).doubt == STOPPED


def test_a_revision_that_fails_before_the_first_state() -> None:
    match = found(database(B), FakeRunner(STATES, "a"))
    assert match == SchemaMatch(
        doubt="comparing the schema with the revisions failed: revision 'a' failed: E: it broke"
    )


@pytest.mark.parametrize("blames", [None, "elsewhere"])
def test_a_failure_of_no_revision(blames: str | None) -> None:
    match = found(database(B), FakeRunner(STATES, "c", blames))
    name = "revision 'elsewhere'" if blames else "running the revisions"
    assert match.doubt == f"comparing the schema with the revisions failed: {name} failed: E: it broke"


def test_a_scratch_database_that_cannot_run() -> None:
    class Refusing(FakeRunner):
        def run(self, *_: object) -> NoReturn:
            raise CannotCheck("no server")

    assert found(database(B), Refusing({})) == SchemaMatch(
        doubt="comparing the schema with the revisions failed: no server"
    )


@pytest.mark.parametrize(
    ("differences", "end"),
    [
        ((), "; autogenerate finds no difference from the models"),
        (("op.a()",), "; autogenerate finds 1 difference from the models"),
        (("op.a()", "op.b()"), "; autogenerate finds 2 differences from the models"),
        (None, ""),
    ],
)
def test_the_models_are_compared_too(differences: tuple[str, ...] | None, end: str) -> None:
    state = database(B, models=("users",), differences=differences)
    assert found(state, FakeRunner(STATES)).basis == basis() + end
    assert found(replace(state, models=()), FakeRunner(STATES)).basis == basis()


WORKS, CHANGES = RehearsalResult(), RehearsalResult(changes_schema=True)
DONE, FAILS = RehearsalResult(failure="table users already exists"), RehearsalResult(failure="syntax error")
MODELS = "by comparing the database with the models: autogenerate finds no differences"
LATER = f"{MODELS}, and the models don't include the changes made by the later revisions"


@pytest.mark.parametrize(
    ("results", "revisions", "clause"),
    [
        pytest.param([WORKS], ("c",), MODELS, id="the last revision changes nothing"),
        pytest.param([DONE], ("c",), MODELS, id="the last revision ran already"),
        pytest.param([CHANGES, DONE], ("b",), LATER, id="the models lack the last revision"),
        pytest.param([CHANGES, CHANGES, WORKS], ("a",), LATER, id="the models lack the last two"),
        pytest.param([CHANGES, CHANGES, CHANGES], (), LATER, id="the models lack all"),
        pytest.param([FAILS], None, "", id="a revision fails for another reason"),
        pytest.param([CHANGES, RehearsalResult(unavailable="no server")], None, "", id="no rehearsal"),
    ],
)
def test_a_history_that_cannot_run_is_matched_by_its_models(
    results: list[RehearsalResult], revisions: tuple[str, ...] | None, clause: str
) -> None:
    rehearsed: list[Effect] = []

    def rehearse(effect: Effect) -> RehearsalResult:
        rehearsed.append(effect)
        return results[len(rehearsed) - 1]

    doubt = "comparing the schema with the revisions failed: revision 'a' failed: E: it broke"
    state = database(B, models=("users",), differences=())
    match = found(state, FakeRunner(STATES, "a"), rehearse=rehearse)
    if revisions is None:
        assert match == SchemaMatch(doubt=doubt)
    else:
        assert match == SchemaMatch(revisions, is_exact=True, basis=clause, doubt=doubt)
    rows: list[tuple[str, ...]] = [("b",), ("a",), ()]
    assert rehearsed == [Effect(row, ("c",)) for row in rows[: len(results)]]


def test_at_most_five_revisions_are_tried() -> None:
    rehearsed: list[Effect] = []

    def rehearse(effect: Effect) -> RehearsalResult:
        rehearsed.append(effect)
        return CHANGES

    state = database(B, models=("users",), differences=())
    assert found(state, FakeRunner({}, "r00"), LATE, rehearse).revisions == ("r34",)
    assert [effect.rows for effect in rehearsed] == [("r38",), ("r37",), ("r36",), ("r35",), ("r34",)]


@pytest.mark.parametrize("fields", [{"models": ()}, {"differences": ("op.a()",)}, {"differences": None}])
def test_without_equal_models_nothing_is_rehearsed(fields: dict[str, tuple[str, ...] | None]) -> None:
    state = database(B, **{"models": ("users",), "differences": (), **fields})
    assert found(state, FakeRunner(STATES, "a")).revisions == ()
