"""What commits changed at paths, newest first, and descriptions of commits."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.git.search.commit_log import EVERYTHING, Commit, describe_commits, list_path_changes
from tests.support.project import Project

B = "migrations/versions/b_x.py"


def changes(project: Project, *options: str, commits: tuple[str, ...] = ()) -> list[tuple[str, int, str]]:
    """Return (commit, count of its parents, status) of the changes at one path."""
    found = list_path_changes(Repository(str(project.path)), options, [B], commits)
    return [(change.commit, change.parents, change.entry.status) for change in found]


def test_a_line_of_commits(project: Project) -> None:
    root = project.git("rev-parse", "HEAD").strip()
    project.revision("b", "a", message="changed")
    changed = project.commit()
    project.git("rm", "-q", B)
    gone = project.commit()
    project.commit("another")
    expected = [(gone, 1, "D"), (changed, 1, "M"), (root, 0, "A")]
    assert changes(project, "HEAD") == changes(project, *EVERYTHING) == expected
    assert changes(project, f"{root}..HEAD") == expected[:2]
    assert changes(project, "--no-walk=unsorted", commits=(changed, root)) == [expected[1], expected[2]]
    project.git("config", "log.showRoot", "false")
    project.git("config", "log.follow", "true")
    assert changes(project, "HEAD") == expected


def test_a_merge_is_compared_with_each_parent(project: Project) -> None:
    project.switch("side", "HEAD")
    project.git("rm", "-q", B)
    gone = project.commit("gone")
    project.switch("main")
    project.commit("main")
    project.git("merge", "-q", "--no-commit", "side")
    project.git("checkout", "-q", "HEAD", "--", B)
    merge = project.commit("merge")
    assert changes(project, "HEAD")[:2] == [(merge, 2, "A"), (gone, 1, "D")]


def test_commits_that_only_a_reflog_has(project: Project) -> None:
    project.revision("b", "a", message="lost")
    lost = project.commit()
    project.git("reset", "-q", "--hard", "HEAD~")
    assert lost in [commit for commit, _, _ in changes(project, *EVERYTHING)]
    assert lost not in [commit for commit, _, _ in changes(project, "--all")]


def test_each_commit_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project.git("rev-parse", "HEAD").strip()
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-03-04T23:30:00-0700")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bób")
    project.git("config", "log.date", "raw")
    later = project.commit("größe\n\nand more")
    assert describe_commits(Repository(str(project.path)), [later, root, later]) == {
        later: Commit(later, later[:7], "Bób", "2026-03-04", "größe"),
        root: Commit(root, root[:7], "Ada", "2026-01-02", "start"),
    }
    assert describe_commits(Repository(str(project.path)), []) == {}
