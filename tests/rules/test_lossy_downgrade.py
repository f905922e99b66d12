"""lossy-downgrade: a downgrade leaves something that its upgrade created."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Finding
from git_alembic.rules.lossy_downgrade import REPAIR, SLUG, WHY, find
from git_alembic.scratch.scratch_result import DatabaseResult, Roundtrip, Run, ScratchResult
from tests.support.literal_changes import (
    ENVIRONMENT,
    JOINING,
    ON_TOP,
    REPARENTING,
    assert_override_allows_run,
    revision,
    run_of,
)

NEW = (revision("b", "a"), revision("c", "b"))


def run(*databases: tuple[Roundtrip, ...]) -> ScratchResult:
    return ScratchResult(
        ENVIRONMENT, NEW, Run(tuple(DatabaseResult("sqlite", roundtrips=trips) for trips in databases))
    )


def finding(id_: str, things: str, *left: str, path: str | None = None) -> Finding:
    message = f"`downgrade()` in '{id_}' does not restore the schema: {things} left"
    where = f"versions/{id_}.py" if path is None else path
    return Finding(SLUG, where, 0, (id_,), message, WHY, (REPAIR,), details=left)


TRIP = Roundtrip("b", ("op.drop_table('user')",))
TWO = Roundtrip("c", ("op.drop_table('user')", "op.drop_table('group')"))
FIRES = {
    "one thing is left": (run((TRIP,)), [finding("b", "1 difference is", *TRIP.left)]),
    "two things are left": (run((TWO,)), [finding("c", "2 differences are", *TWO.left)]),
    "of two revisions": (
        run((TRIP, Roundtrip("x"), TWO)),
        [finding("b", "1 difference is", *TRIP.left), finding("c", "2 differences are", *TWO.left)],
    ),
    "on two databases": (
        run((TRIP,), (TWO,)),
        [finding("b", "1 difference is", *TRIP.left), finding("c", "2 differences are", *TWO.left)],
    ),
    "of a revision whose file is unknown": (
        run((Roundtrip("x", TRIP.left),)),
        [finding("x", "1 difference is", *TRIP.left, path="")],
    ),
    "a merge brings it": (
        run_of(JOINING, run=run((TWO, Roundtrip("m"))).run),
        [finding("c", "2 differences are", *TWO.left)],
    ),
}
SILENT = {
    "no run": ScratchResult(ENVIRONMENT, NEW),
    "nothing is left": run((Roundtrip("b"), Roundtrip("c"))),
    "the baseline has the revision, so only the new one made a round trip": run_of(
        ON_TOP, run=run((Roundtrip("d"),)).run
    ),
    "a merge whose baseline is the other parent, which has the revision": run_of(
        REPARENTING, run=run((Roundtrip("b"),)).run
    ),
    "it is irreversible": run((Roundtrip("b", is_irreversible=True),)),
}


@pytest.mark.parametrize(("result", "expected"), FIRES.values(), ids=FIRES)
def test_fires(result: ScratchResult, expected: list[Finding]) -> None:
    assert list(find(result)) == expected


@pytest.mark.parametrize("result", SILENT.values(), ids=SILENT)
def test_stays_silent(result: ScratchResult) -> None:
    assert list(find(result)) == []


def test_an_override_allows_it() -> None:
    assert_override_allows_run(run((TRIP,)), SLUG)
