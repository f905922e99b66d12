"""The probe's answer as values, and the operations that the baseline doesn't have."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.scratch.scratch_result import (
    Comparisons,
    DatabaseResult,
    Failure,
    Operation,
    Roundtrip,
    Run,
    ScratchResult,
    SkippedStatement,
    parse_failure,
    parse_run,
)
from tests.support.literal_changes import ENVIRONMENT, revision

FAILURE = {"kind": "module", "stage": "environment", "type": "E", "message": "m", "name": "shop"}


def test_a_whole_answer() -> None:
    operation = {"kind": "add_table", "text": "op.create_table()", "table": "t", "name": "", "path": "m.py", "line": 3}
    answer: dict[str, Any] = {
        "failure": None,
        "databases": [
            {
                "dialect": "sqlite",
                "tables": 2,
                "comparisons": {"after": [operation], "models": []},
                "roundtrips": [
                    {"revision": "b", "left": ["table t"], "irreversible": False},
                    {"revision": "c", "left": [], "irreversible": True},
                ],
            },
            {"dialect": "postgresql", "comparisons": {}, "roundtrips": []},
        ],
        "not_replayed": [{"revision": "b", "statement": "GRANT", "reason": "why"}],
    }
    assert parse_run(answer) == Run(
        (
            DatabaseResult(
                "sqlite",
                2,
                {"after": (Operation("add_table", "op.create_table()", "t", "", "m.py", 3),), "models": ()},
                (Roundtrip("b", ("table t",)), Roundtrip("c", is_irreversible=True)),
            ),
            DatabaseResult("postgresql"),
        ),
        None,
        (SkippedStatement("b", "GRANT", "why"),),
    )
    assert parse_run({"failure": FAILURE, "databases": [], "not_replayed": []}) == Run(failure=parse_failure(FAILURE))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (FAILURE, Failure("module", "environment", "E", "m", name="shop")),
        (
            {**FAILURE, "unset": ["A", "B"], "revision": "b", "path": "p.py", "line": 3},
            Failure("module", "environment", "E", "m", "b", "p.py", 3, "shop", ("A", "B")),
        ),
    ],
)
def test_a_failure(answer: dict[str, Any], expected: Failure) -> None:
    assert parse_failure(answer) == expected


ONE, TWO = Operation("add_table", "one"), Operation("add_table", "two")


def database(**comparisons: tuple[Operation, ...]) -> DatabaseResult:
    return DatabaseResult("sqlite", comparisons=comparisons)


@pytest.mark.parametrize(
    ("databases", "expected"),
    [
        ((), ()),
        ((database(after=(ONE,)), database(after=())), ((ONE,), ())),
        ((database(after=(ONE,)), database(models=())), ()),
        ((database(models=(ONE,)),), ()),
    ],
)
def test_comparisons_of_all_databases(databases: tuple[DatabaseResult, ...], expected: Comparisons) -> None:
    assert Run(databases).comparisons("after") == expected


@pytest.mark.parametrize(
    ("operation", "removes"),
    [
        (Operation("remove_column", "x"), True),
        (Operation("execute", "op.drop_table('t')"), True),
        (Operation("add_column", "op.add_column()"), False),
        (Operation("modify_remove_", "op.alter_column('op.drop_')"), False),
    ],
)
def test_operations_that_remove(operation: Operation, removes: bool) -> None:
    assert operation.removes is removes


DROP = Operation("remove_table", "op.drop_table('t')")


@pytest.mark.parametrize(
    ("before", "models", "after", "expected"),
    [
        ((), (), (), []),
        ((), (), ((ONE,),), [(ONE, True)]),
        (((ONE,),), (), ((ONE, TWO),), [(TWO, True)]),
        (((ONE,),), (), ((ONE, ONE),), [(ONE, True)]),
        (((ONE, ONE),), (), ((ONE,),), []),
        (((ONE,),), (), ((ONE,), (ONE,)), [(ONE, True)]),  # the baseline has no second database
        (((), (ONE,)), (), ((TWO,), (ONE, TWO)), [(TWO, True), (TWO, True)]),
        ((), (), ((DROP,),), [(DROP, True)]),
        ((), ((DROP,),), ((DROP,),), [(DROP, True)]),
        ((), ((),), ((DROP,),), [(DROP, False)]),  # only the new revisions made what the models lack
        ((), ((),), ((ONE,),), [(ONE, True)]),
        ((), ((),), ((), (DROP,)), [(DROP, True)]),
    ],
)
def test_operations_that_the_baseline_does_not_have(
    before: Comparisons, models: Comparisons, after: Comparisons, expected: list[tuple[Operation, bool]]
) -> None:
    result = ScratchResult(ENVIRONMENT, before=before, models=models, after=after)
    assert list(result.new_operations()) == expected
    assert result.has_drift is any(is_from_models for _, is_from_models in expected)


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [("versions/b.py", 9, 9), ("versions/b.py", None, 0), ("app/models.py", 9, 0), (None, None, 0)],
)
def test_the_line_of_a_failed_revision(path: str | None, line: int | None, expected: int) -> None:
    failure = Failure("project", "downgrade", "Error", "no", "b", path, line)
    result = ScratchResult(ENVIRONMENT, (revision("a"), revision("b", "a")), Run(failure=failure))
    assert result.failed_revision("upgrade", "downgrade") == (failure, revision("b", "a"), expected)


@pytest.mark.parametrize(
    "failure",
    [
        None,
        Failure("project", "upgrade", "Error", "no", "b"),
        Failure("project", "downgrade", "Error", "no", "a"),
        Failure("project", "downgrade", "Error", "no"),
    ],
    ids=["none", "another stage", "a revision of the baseline", "outside of a revision"],
)
def test_no_new_revision_failed_in_the_stage(failure: Failure | None) -> None:
    result = ScratchResult(ENVIRONMENT, (revision("b"),), Run(failure=failure))
    assert result.failed_revision("downgrade") is None
