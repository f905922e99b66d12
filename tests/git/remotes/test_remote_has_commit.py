"""Whether a repository elsewhere has a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.git.remotes.remote_has_commit import can_fetch_commit
from tests.support.project import Project
from tests.support.refusal_message import refusal


@pytest.mark.parametrize("allows", ["true", "false"])
def test_commits_of_a_server(cloned: Project, tmp_path: Path, allows: str) -> None:
    """Some servers send a single commit only if a ref leads to it."""
    origin = Project(tmp_path / "origin.git")
    origin.git("config", "uploadpack.allowAnySHA1InWant", allows)
    address = f"file://{origin.path}"
    known = cloned.git("rev-parse", "HEAD").strip()
    below = cloned.commit("later")
    cloned.git("push", "-q", "origin", "HEAD:refs/heads/topic")
    unknown = cloned.commit("never pushed")
    repository = Repository(str(cloned.path))
    assert [can_fetch_commit(repository, address, commit) for commit in (known, below, unknown)] == [True, True, False]
    assert cloned.git("for-each-ref", "refs/found") == ""


def test_no_repository_at_the_address(cloned: Project) -> None:
    head = cloned.git("rev-parse", "HEAD").strip()
    assert refusal(lambda: can_fetch_commit(Repository(str(cloned.path)), "file:///nowhere", head)).startswith(
        "git fetch from file:///nowhere failed: fatal: "
    )
