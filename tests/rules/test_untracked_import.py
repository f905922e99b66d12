"""untracked-import: the project's code needs a file that is not in the commit."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.rules.untracked_import import SLUG, WHY, find
from git_alembic.scratch.scratch_result import ScratchResult
from tests.support.literal_changes import ENVIRONMENT, JOINING, ON_TOP, assert_override_allows_run, revision, run_of


def finding(path: str) -> Finding:
    repair = Repair("add it to the commit", (Command(("git", "add", path)),))
    return Finding(SLUG, path, 0, (), f"{path} was imported, but is not in the commit", WHY, (repair,))


FIRES = {
    "a file": (ScratchResult(ENVIRONMENT, untracked=("app/a.py",)), [finding("app/a.py")]),
    "two files": (
        ScratchResult(ENVIRONMENT, untracked=("app/a.py", "app/b.py")),
        [finding("app/a.py"), finding("app/b.py")],
    ),
    "a merge brings the import": (run_of(JOINING, untracked=("app/a.py",)), [finding("app/a.py")]),
}
SILENT = {
    "nothing": ScratchResult(ENVIRONMENT),
    "the baseline imports the file too, so the run leaves it out": run_of(ON_TOP),
    "an unstaged revision is no import": ScratchResult(ENVIRONMENT, unstaged=("versions/b.py",)),
}


@pytest.mark.parametrize(("result", "expected"), FIRES.values(), ids=FIRES)
def test_fires(result: ScratchResult, expected: list[Finding]) -> None:
    assert list(find(result)) == expected


@pytest.mark.parametrize("result", SILENT.values(), ids=SILENT)
def test_stays_silent(result: ScratchResult) -> None:
    assert list(find(result)) == []


def test_only_the_override_of_the_command_allows_it() -> None:
    result = ScratchResult(ENVIRONMENT, new=(revision("b"),), untracked=("app/a.py",))
    assert_override_allows_run(result, SLUG, by_comment=False)
