"""Branches, tags and remotes."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from tests.support.project import Project


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


@pytest.mark.parametrize("kind", ["tag", "branch"])
def test_a_remote_tracking_branch_comes_before_a_tag_or_local_branch(cloned: Project, kind: str) -> None:
    main = cloned.git("rev-parse", "origin/main").strip()
    cloned.git(kind, "origin/main", cloned.commit("another"))
    assert repository(cloned).resolve(["origin/main"]) == [main]
    assert repository(cloned).full_name("origin/main") == "refs/remotes/origin/main"


def test_the_current_branch_has_its_name_also_beside_a_tag(project: Project) -> None:
    project.git("tag", "main")
    assert repository(project).current_branch() == "main"
