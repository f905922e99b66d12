"""What the hooks would have reported in each commit, with the settings of that commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.audit.folder_moves import EnvironmentPath
from git_alembic.audit.replay import ReplayedStep
from git_alembic.audit.replayed_findings import check_steps, mainline_end, touches_revisions
from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Unreadable
from tests.support.imported_commits import ImportedCommit, import_commits
from tests.support.literal_changes import change, snapshot
from tests.support.project import Project

A, AB, FORK = {"a": ""}, {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "a"}


def step(
    *changes: Change,
    settings: Settings = Settings(),  # noqa: B008 - it is frozen
    reason: str | None = None,
) -> ReplayedStep:
    paths = (EnvironmentPath("db", "db"),) * len(changes)
    return ReplayedStep(
        "1", ("0",), 0, is_on_mainline=True, changes=changes, paths=paths, settings=settings, reason=reason
    )


def test_each_change_has_a_report_by_the_settings_of_its_commit() -> None:
    plain, loud = (
        step(change(AB, FORK), change(A, AB)),
        step(change(AB, FORK), settings=Settings(rules={"multiple-heads": "off"})),
    )
    found = list(check_steps([None, plain, loud]))
    assert [each for each, _ in found] == [plain, loud]
    assert [[[finding.rule for finding in report.findings] for report in reports] for _, reports in found] == [
        [["multiple-heads"], []],
        [[]],
    ]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (step(change(A, AB)), True),
        (step(change(A, {})), True),
        (step(change({}, A)), True),
        (step(change({}, {})), False),
        (step(change({}, {}), change(A, A)), True),
        (step(change({}, snapshot({}, unreadable=(Unreadable("x.py", "", "no id"),)))), True),
        (step(reason="no configuration"), True),
        (step(), False),
    ],
)
def test_steps_that_touch_revisions(made: ReplayedStep, expected: bool) -> None:
    assert touches_revisions(made) is expected


def test_the_end_of_the_main_line(tmp_path: Path, empty: Project) -> None:
    project = import_commits(tmp_path / "two", [ImportedCommit("main"), ImportedCommit("refs/remotes/origin/main")])
    repository = Repository(str(project.path))
    assert mainline_end(repository) == project.git("rev-parse", "main").strip()
    project.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    assert mainline_end(repository) == project.git("rev-parse", "origin/main").strip()
    with pytest.raises(CannotCheck, match=r"^there are no commits yet$"):
        mainline_end(Repository(str(empty.path)))
