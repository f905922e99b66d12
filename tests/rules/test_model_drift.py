"""model-drift: the models and the revisions do not agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.rules.model_drift import SLUG, WHY, find
from git_alembic.scratch.scratch_result import Operation, ScratchResult
from tests.support.literal_changes import (
    ENVIRONMENT,
    JOINING,
    REPARENTING,
    assert_override_allows_run,
    revision,
    run_of,
)

ADD = Operation("add_column", "op.add_column('user', 'name')", path="app/models.py", line=7)
ADD_LATER = Operation("add_table", "op.create_table('log')", path="app/models.py", line=30)
NOWHERE = Operation("add_table", "op.create_table('log')")
REMOVE = Operation("remove_table", "op.drop_table('old')", path="versions/b.py", line=12)
GENERATE = Repair(
    "upgrade your database and generate a revision; review it before you commit it",
    (
        Command(("alembic", "upgrade", "heads")),
        Command(("alembic", "revision", "--autogenerate", "-m", "describe the change")),
        Command(("git", "add", "versions")),
    ),
)
BY_HAND = Repair("if the difference isn't intended, make the same change in the models, or remove it from the revision")
FLASK = ENVIRONMENT._replace(wrapper="flask", cwd="web", script_location="web/migrations")


def run(*after: Operation, **fields: Any) -> ScratchResult:
    return ScratchResult(ENVIRONMENT, after=(after,), **fields)


def missing(count: str, details: tuple[str, ...], **fields: Any) -> Finding:
    message = f"{count} no revision"
    why = f"{WHY} `alembic check` reports:"
    made = Finding(SLUG, "app/models.py", 7, (), message, why, (GENERATE,), details)
    return made._replace(**fields)


def unknown(things: str, *details: str) -> Finding:
    message = f"the new revisions make {things} that the models don't include"
    why = f"{WHY} Autogenerate would generate:"
    return Finding(SLUG, "versions/b.py", 12, (), message, why, (BY_HAND,), details, severity="warning")


ONE = "1 change in the models has"
LINE_7 = f"line 7: {ADD.text}"
PERMANENT = "  # no revision can fix this: autogenerate also reports it on a database created from the models"
LEAVE_OUT = Repair(
    "change the model, or suppress the difference with include_object or a custom comparator in "
    "env.py: no revision can fix this"
)
FIRES = {
    "a model has no revision": (run(ADD), [missing(ONE, (LINE_7,))]),
    "several in one file, at the first line": (
        run(ADD_LATER, ADD),
        [missing("2 changes in the models have", (f"line 30: {ADD_LATER.text}", LINE_7))],
    ),
    "the same in the schemas of two tenants": (
        ScratchResult(ENVIRONMENT, after=((ADD,), (ADD, NOWHERE))),
        [missing(ONE, (NOWHERE.text,), path="migrations", line=0), missing(ONE, (LINE_7,))],
    ),
    "a place that is not known": (
        run(NOWHERE),
        [missing(ONE, (NOWHERE.text,), path="migrations", line=0)],
    ),
    "several files, by path": (
        run(ADD, NOWHERE),
        [missing(ONE, (NOWHERE.text,), path="migrations", line=0), missing(ONE, (LINE_7,))],
    ),
    "a revision file is not staged": (
        run(ADD, unstaged=("versions/c.py",)),
        [
            missing(
                ONE,
                (LINE_7,),
                repairs=(Repair("stage the revision", (Command(("git", "add", "versions/c.py")),)), GENERATE),
            )
        ],
    ),
    "Flask-Migrate": (
        replace(run(ADD), environment=FLASK),
        [
            missing(
                ONE,
                (LINE_7,),
                repairs=(
                    GENERATE._replace(
                        commands=(
                            Command(("flask", "db", "upgrade", "heads"), "web"),
                            Command(("flask", "db", "migrate", "-m", "describe the change"), "web"),
                            Command(("git", "add", "versions")),
                        )
                    ),
                ),
            )
        ],
    ),
    "a caveat": (
        run(ADD, caveat="on SQLite"),
        [missing(ONE, (LINE_7,), why=f"{WHY[:-1]} (on SQLite). `alembic check` reports:")],
    ),
    "what no revision removes": (
        run(ADD, permanent=frozenset({ADD.text})),
        [missing(ONE, (LINE_7 + PERMANENT,), repairs=(LEAVE_OUT,))],
    ),
    "what no revision removes, and more": (
        run(ADD, ADD_LATER, permanent=frozenset({ADD.text})),
        [missing("2 changes in the models have", (LINE_7 + PERMANENT, f"line 30: {ADD_LATER.text}"))],
    ),
    "a new revision creates something that no model has": (
        run(REMOVE, models=((),)),
        [unknown("1 change", f"line 12: {REMOVE.text}")],
    ),
    "new revisions create several things that no model has": (
        run(REMOVE, replace(REMOVE, text="op.drop_table('older')"), models=((),)),
        [unknown("2 changes", f"line 12: {REMOVE.text}", "line 12: op.drop_table('older')")],
    ),
    "a changed model does not know it anymore": (
        run(REMOVE, models=((REMOVE,),)),
        [missing(ONE, (f"line 12: {REMOVE.text}",), path="versions/b.py", line=12)],
    ),
    "the baseline is unknown": (
        run(REMOVE),
        [missing(ONE, (f"line 12: {REMOVE.text}",), path="versions/b.py", line=12)],
    ),
    "a merge brings a model without its revision": (
        run_of(JOINING, before=((),), models=((ADD,),), after=((ADD,),)),
        [missing(ONE, (LINE_7,))],
    ),
    "more often than before": (run(ADD, ADD, before=((ADD,),)), [missing(ONE, (LINE_7,))]),
}
SILENT = {
    "no difference": run(),
    "no run": ScratchResult(ENVIRONMENT),
    "the baseline has it": run(ADD, before=((ADD,),)),
    "a merge whose baseline is the other parent, which has it": run_of(
        REPARENTING, before=((ADD,),), models=((ADD,),), after=((ADD,),)
    ),
    "it is gone": run(before=((ADD,),)),
}


@pytest.mark.parametrize(("result", "expected"), FIRES.values(), ids=FIRES)
def test_fires(result: ScratchResult, expected: list[Finding]) -> None:
    assert list(find(result)) == expected


@pytest.mark.parametrize("result", SILENT.values(), ids=SILENT)
def test_stays_silent(result: ScratchResult) -> None:
    assert list(find(result)) == []


def test_the_baseline_of_each_database_is_its_own() -> None:
    result = ScratchResult(ENVIRONMENT, before=((ADD,),), after=((ADD,), (ADD,)))
    assert [found.details for found in find(result)] == [(LINE_7,)]


def test_only_the_override_of_the_command_allows_it() -> None:
    assert_override_allows_run(run(ADD, new=(revision("b"),)), SLUG, by_comment=False)


def test_only_the_first_version_folder_is_added() -> None:
    """Alembic writes a new revision there."""
    (found,) = find(replace(run(ADD), environment=ENVIRONMENT._replace(versions=("v", "w"))))
    assert found.repairs[0].commands[2] == Command(("git", "add", "v"))
