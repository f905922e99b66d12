"""The heads file is updated during the commit if nothing else stops it."""

from __future__ import annotations

import pytest

from git_alembic.checking.heads_file_at_commit import update_heads_files
from git_alembic.findings.finding import Finding
from git_alembic.findings.report import Report
from git_alembic.git import Repository
from tests.support.project import Project

PATH = "migrations/heads.txt"
STALE = Finding("heads-file", PATH, 0, ("c",), "it has another head")
ELSEWHERE = STALE._replace(path="other/heads.txt")
WARNING = Finding("edited-revision", "x.py", 0, ("b",), "edited", severity="warning")
FORK = Finding("multiple-heads", "x.py", 0, ("b", "c"), "2 heads")


@pytest.fixture
def staged(project: Project) -> Project:
    project.write("pyproject.toml", "[tool.git-alembic]\nheads-file = true\n")
    project.write(PATH, "b\n")
    project.commit("heads")
    project.revision("c", "b")
    project.git("add", "-A")
    return project


def test_what_is_staged_needs_no_finding(staged: Project, capsys: pytest.CaptureFixture[str]) -> None:
    report = update_heads_files(Repository(str(staged.path)), Report(findings=(STALE, WARNING, ELSEWHERE)))
    assert report.findings == (WARNING, ELSEWHERE)
    assert staged.git("show", f":{PATH}") == "c\n"
    assert capsys.readouterr().err == f"git-alembic: staged {PATH}: it has the head 'c' instead of 'b'\n"


@pytest.mark.parametrize(
    "report",
    [
        Report(),
        Report(findings=(WARNING,)),
        Report(findings=(STALE, FORK)),
        Report(findings=(STALE,), reason="no configuration"),
    ],
)
def test_nothing_is_written(staged: Project, capsys: pytest.CaptureFixture[str], report: Report) -> None:
    assert update_heads_files(Repository(str(staged.path)), report) is report
    assert staged.git("show", f":{PATH}") == "b\n"
    assert capsys.readouterr().err == ""
