"""What a fetch from a remote moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.git.remotes.remote_branches import fetch_all, fetch_objects
from tests.support.project import Project
from tests.support.refusal_message import refusal


@pytest.fixture
def clone(project: Project, tmp_path: Path) -> Project:
    """A clone of a project that has got a commit since then."""
    project.git("clone", "-q", str(project.path), str(tmp_path / "clone"))
    project.revision("c", "b")
    project.git("add", "-A")
    project.git("commit", "-q", "-m", "add c")
    return Project(tmp_path / "clone")


def test_a_fetch_of_everything_moves_the_remote_tracking_branches(clone: Project, project: Project) -> None:
    local, new = clone.git("rev-parse", "HEAD"), project.git("rev-parse", "HEAD")
    fetch_all(Repository(str(clone.path)))
    assert clone.git("rev-parse", "origin/HEAD", "HEAD") == new + local


def test_a_fetch_of_objects_moves_nothing(clone: Project, project: Project) -> None:
    refs, new = clone.git("for-each-ref"), project.git("rev-parse", "HEAD").strip()
    fetch_objects(Repository(str(clone.path)), "origin", "HEAD")
    assert clone.git("for-each-ref") == refs
    assert clone.git("cat-file", "-t", new) == "commit\n"


def test_a_fetch_from_a_remote_that_is_gone(clone: Project) -> None:
    clone.git("remote", "add", "gone", "./nowhere.git")
    assert refusal(lambda: fetch_all(Repository(str(clone.path)))).startswith("git fetch failed: ")
