"""The `git commit` that runs the hook."""

from __future__ import annotations

import pytest

from git_alembic.checking.command_to_retry_commit import commit_command, with_staging
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.report import Report
from git_alembic.git import Repository
from tests.support.project import Project


@pytest.fixture
def staged(project: Project) -> Project:
    """b is deleted and c is new, in the index."""
    project.git("rm", "-q", "migrations/versions/b_x.py")
    project.revision("c", "a")
    project.git("add", "-A")
    return project


PATHS = ("migrations/versions/b_x.py", "migrations/versions/c_x.py")


@pytest.mark.parametrize(
    ("index", "command"),
    [
        ("", ("git", "commit")),
        (".git/index", ("git", "commit")),
        ("/work/.git/index.lock", ("git", "commit", "-a")),
        (".git/next-index-12.lock", ("git", "commit", "--", *PATHS)),
    ],
)
def test_the_name_of_the_index_shows_the_command(staged: Project, index: str, command: tuple[str, ...]) -> None:
    environ = {"GIT_INDEX_FILE": index} if index else {}
    assert commit_command(Repository(str(staged.path)), environ) == command


def test_more_than_three_paths_are_not_repeated(staged: Project) -> None:
    partial = {"GIT_INDEX_FILE": "next-index-1.lock"}
    for name in ("d", "e"):
        staged.revision(name, "a")
        staged.git("add", "-A")
        command = commit_command(Repository(str(staged.path)), partial)
        assert (len(command) == 2) == (name == "e"), command


def test_a_merge_in_progress(staged: Project) -> None:
    (staged.path / ".git" / "MERGE_HEAD").write_text(staged.git("rev-parse", "HEAD"))
    assert commit_command(Repository(str(staged.path)), {"GIT_INDEX_FILE": "index.lock"}) == (
        "git",
        "commit",
        "--no-edit",
    )


FIX, MERGE = Command(("git", "alembic", "fix")), Command(("alembic", "merge", "a", "b"))


def report(*repairs: tuple[Command, ...]) -> Report:
    made = tuple(Repair("x", commands) for commands in repairs)
    return Report(findings=(Finding("multiple-heads", "", 0, (), "…", repairs=made),))


def staging(project: Project, index: str) -> Report:
    return with_staging(Repository(str(project.path)), report((FIX,), (MERGE,)), {"GIT_INDEX_FILE": index})


def test_after_a_commit_of_everything_it_is_staged_again(staged: Project) -> None:
    assert staging(staged, ".git/index.lock") == report((Command(("git", "add", "-u")), FIX), (MERGE,))


def test_after_a_commit_of_paths_they_are_staged_again(staged: Project) -> None:
    add = Command(("git", "add", "--", PATHS[1]))
    remove = Command(("git", "rm", "-q", "--cached", "--ignore-unmatch", "--", PATHS[0]))
    assert staging(staged, "next-index-7.lock") == report((add, remove, FIX), (MERGE,))
    staged.git("reset", "-q", "--", PATHS[0])
    assert staging(staged, "next-index-7.lock") == report((add, FIX), (MERGE,))


def test_a_plain_commit_needs_no_staging(staged: Project) -> None:
    assert staging(staged, ".git/index") == report((FIX,), (MERGE,))
    nothing = Report()
    assert with_staging(Repository(str(staged.path)), nothing, {"GIT_INDEX_FILE": "index.lock"}) is nothing


def test_before_the_first_commit_there_are_no_paths(empty: Project) -> None:
    assert commit_command(Repository(str(empty.path)), {"GIT_INDEX_FILE": "next-index-1.lock"}) == ("git", "commit")
