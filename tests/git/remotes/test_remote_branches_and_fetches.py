"""Where the branches of remotes are now. The remotes are repositories beside the project's own."""

from __future__ import annotations

import pytest

from git_alembic.git import Repository
from git_alembic.git.remotes.remote_branches_and_fetches import (
    RemoteBranch,
    RemoteRefs,
    fetch_branch,
    find_remote_branch,
)
from tests.support.project import Project
from tests.support.refusal_message import refusal

MAIN = RemoteBranch("origin", "refs/heads/main")


def refs(project: Project, *names: str) -> RemoteRefs:
    return RemoteRefs(Repository(str(project.path)), {"origin": names or ("refs/heads/main",)})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("origin/main", MAIN),
        ("refs/remotes/origin/main", MAIN),
        ("origin/team/main", RemoteBranch("origin/team", "refs/heads/main")),
        ("origin/HEAD", MAIN),
        ("main", None),
        ("origin/gone", None),
        ("other/main", None),
    ],
)
def test_branch_behind_a_name(cloned: Project, name: str, expected: RemoteBranch | None) -> None:
    cloned.git("config", "remote.origin/team.url", "file:///team")  # newer versions of `git remote add` refuse it
    for ref in ("origin/team/main", "other/main"):
        cloned.git("update-ref", f"refs/remotes/{ref}", "HEAD")
    cloned.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    assert find_remote_branch(Repository(str(cloned.path)), name) == expected


class TestRefs:
    def test_each_remote_is_asked_once(self, cloned: Project, ahead: str) -> None:
        found = refs(cloned, "refs/heads/main", "refs/heads/gone")
        assert found.commit("origin", "refs/heads/main") == ahead
        cloned.git("remote", "set-url", "origin", "file:///nowhere")
        assert (found.commit("origin", "refs/heads/main"), found.commit("origin", "refs/heads/gone")) == (ahead, None)

    def test_a_remote_that_cannot_be_asked(self, cloned: Project) -> None:
        cloned.git("remote", "set-url", "origin", "file:///nowhere")
        found = refs(cloned)
        message = refusal(lambda: found.commit("origin", "refs/heads/main"))
        assert message.startswith("git ls-remote failed: fatal: ")
        assert refusal(lambda: found.commit("origin", "refs/heads/main")) == message


class TestFetching:
    def test_a_commit_that_the_clone_lacks(self, cloned: Project, ahead: str) -> None:
        repository, known = Repository(str(cloned.path)), cloned.git("rev-parse", "origin/main").strip()
        assert repository.resolve([ahead]) == [None]
        assert fetch_branch(repository, refs(cloned), MAIN, known) == ahead
        assert Repository(str(cloned.path)).resolve([ahead, "origin/main"]) == [ahead, known]  # no ref moves

    def test_a_known_commit_needs_no_fetch(self, cloned: Project) -> None:
        known = cloned.git("rev-parse", "origin/main").strip()
        repository, remotes = Repository(str(cloned.path)), refs(cloned)
        assert remotes.commit("origin", "refs/heads/main") == known
        cloned.git("remote", "set-url", "origin", "file:///nowhere")
        assert fetch_branch(repository, remotes, MAIN, known) == known
        assert fetch_branch(repository, remotes, MAIN, None) == known

    def test_a_branch_that_is_gone(self, cloned: Project) -> None:
        gone = RemoteBranch("origin", "refs/heads/gone")
        assert fetch_branch(Repository(str(cloned.path)), refs(cloned, gone.ref), gone, "x") is None
