"""The descriptions of commits."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.git.search.commit_descriptions import Commit, describe_commits
from tests.support.project import Project


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
