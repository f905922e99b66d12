from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.git.remotes.last_fetch_time import last_fetch_time
from tests.support.project import Project

THEN = 1_700_000_000


@pytest.fixture
def clone(project: Project, tmp_path: Path) -> Project:
    """A clone of a repository with five branches."""
    for name in ("one", "two", "three", "four"):
        project.git("branch", name)
    project.git("clone", "-q", str(project.path), str(tmp_path / "clone"))
    return Project(tmp_path / "clone")


def fetched(clone: Project) -> int | None:
    return last_fetch_time(Repository(str(clone.path)))


def clone_time(clone: Project) -> int:
    line = (clone.path / ".git/logs/HEAD").read_text().splitlines()[0]
    (found,) = re.findall(r"> (\d+) ", line)
    return int(found)


def test_fetch_of_everything(clone: Project) -> None:
    clone.git("fetch", "-q")
    os.utime(clone.path / ".git/FETCH_HEAD", (THEN, THEN))
    clone.git("pack-refs", "--all")
    assert fetched(clone) == THEN


def test_fetch_of_a_single_branch_does_not_count(clone: Project) -> None:
    clone.git("fetch", "-q", "origin", "one")
    os.utime(clone.path / ".git/FETCH_HEAD", (THEN, THEN))
    assert fetched(clone) == clone_time(clone)


def test_clone(clone: Project) -> None:
    os.utime(clone.path / ".git/packed-refs", (THEN, THEN))
    assert fetched(clone) == clone_time(clone)


def test_unknown_time(clone: Project) -> None:
    (clone.path / ".git/logs/HEAD").unlink()
    assert fetched(clone) is None


def test_worktree_takes_the_newest_fetch(clone: Project, tmp_path: Path) -> None:
    clone.git("fetch", "-q")
    os.utime(clone.path / ".git/FETCH_HEAD", (THEN, THEN))
    clone.git("worktree", "add", "-q", str(tmp_path / "tree"))
    assert fetched(Project(tmp_path / "tree")) == THEN
