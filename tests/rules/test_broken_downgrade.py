"""broken-downgrade: the downgrade of a new revision fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from git_alembic.findings.finding import Finding
from git_alembic.rules.broken_downgrade import REPAIR, SLUG, WHY, find
from git_alembic.scratch.scratch_result import Failure, Run, ScratchResult
from tests.support.literal_changes import (
    ENVIRONMENT,
    JOINING,
    ON_TOP,
    REPARENTING,
    assert_override_allows_run,
    revision,
    run_of,
    scratch_report,
)

NEW = (revision("b", "a"), revision("c", "b"))


def run(stage: str = "downgrade", of: str | None = "c", **fields: Any) -> ScratchResult:
    failure = Failure("project", stage, "OperationalError", "no such column: name", of, **fields)
    return ScratchResult(ENVIRONMENT, NEW, Run(failure=failure))


def finding(line: int = 0) -> Finding:
    message = "`downgrade()` in 'c' fails: OperationalError: no such column: name"
    return Finding(SLUG, "versions/c.py", line, ("c",), message, WHY, (REPAIR,))


FIRES = {
    "down": (run(), finding()),
    "down, at a line of the file": (run(path="versions/c.py", line=20), finding(20)),
    "down, in a file that it imports": (run(path="app/helpers.py", line=20), finding()),
    "a merge brings it": (run_of(JOINING, run=run().run), finding()),
}
SILENT = {
    "no failure": ScratchResult(ENVIRONMENT, NEW),
    "its upgrade failed": run("upgrade"),
    "its second upgrade failed": run("again"),
    "the baseline has the revision that fails": run_of(ON_TOP, run=run().run),
    "a merge whose baseline is the other parent, which has the revision that fails": run_of(REPARENTING, run=run().run),
}


@pytest.mark.parametrize(("result", "expected"), FIRES.values(), ids=FIRES)
def test_fires(result: ScratchResult, expected: Finding) -> None:
    assert list(find(result)) == [expected]


@pytest.mark.parametrize("result", SILENT.values(), ids=SILENT)
def test_stays_silent(result: ScratchResult) -> None:
    assert list(find(result)) == []


def test_an_override_allows_it() -> None:
    assert_override_allows_run(run(), SLUG)


def test_a_comment_in_another_revision_does_not_allow_it() -> None:
    other = revision("b", "a", allowed=(SLUG,))
    result = replace(run(), new=(other, NEW[1]))
    assert [found.path for found in scratch_report(result, SLUG).findings] == ["versions/c.py"]
