"""Where the branches of remotes are now. The remotes are repositories beside the project's own."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.git.remotes.remote_branches_and_fetches import (
    FetchedTarget,
    RemoteBranch,
    RemoteRefs,
    fetch_branch,
    fetch_target,
    find_remote_branch,
    last_fetch_time,
)
from tests.support.project import Project
from tests.support.refusal_message import refusal

MAIN = RemoteBranch("origin", "refs/heads/main")
THEN = 1_700_000_000


@pytest.fixture
def ahead(cloned: Project, tmp_path: Path) -> str:
    """Add a commit to main of origin, which the clone does not have. Return it."""
    other = Project(tmp_path / "other")
    cloned.git("clone", "-q", str(tmp_path / "origin.git"), str(other.path))
    commit = other.commit("of somebody else")
    other.git("push", "-q", "origin", "HEAD:main")
    return commit


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


class TestTargets:
    def target(self, project: Project, name: str = "origin/main", known: str = "") -> FetchedTarget:
        repository = Repository(str(project.path))
        return fetch_target(repository, refs(project), name, known or project.git("rev-parse", name).strip())

    def test_as_the_remote_has_it_now(self, cloned: Project, ahead: str) -> None:
        assert self.target(cloned) == FetchedTarget(ahead, ("git", "fetch", "origin"))

    def test_unchanged_or_local(self, cloned: Project) -> None:
        known = cloned.git("rev-parse", "HEAD").strip()
        assert self.target(cloned) == self.target(cloned, "main") == FetchedTarget(known)

    def test_a_remote_that_no_longer_has_it(self, cloned: Project) -> None:
        cloned.git("update-ref", "refs/remotes/origin/gone", "HEAD")
        known = cloned.git("rev-parse", "HEAD").strip()
        assert self.target(cloned, "origin/gone") == FetchedTarget(
            known, note="origin no longer has refs/heads/gone; checked against origin/gone as of the last fetch"
        )

    def test_a_remote_that_cannot_be_asked(self, cloned: Project) -> None:
        cloned.git("remote", "set-url", "origin", "file:///nowhere")
        (cloned.path / ".git/logs/refs/remotes/origin/main").unlink()
        found = self.target(cloned)
        assert found.commit == cloned.git("rev-parse", "HEAD").strip()
        assert found.note.startswith("git ls-remote failed: ")
        assert found.note.endswith("; checked against origin/main as recorded in this repository")

    @pytest.mark.parametrize(
        ("seconds", "age"),
        [(1, "a moment ago"), (119, "a moment ago"), (121, "2 minutes ago"), (7199, "119 minutes ago"),
         (7201, "2 hours ago"), (172_801, "2 days ago"), (-99, "a moment ago")],
    )  # fmt: skip
    def test_the_age_of_the_last_fetch(
        self, cloned: Project, monkeypatch: pytest.MonkeyPatch, seconds: int, age: str
    ) -> None:
        cloned.git("remote", "set-url", "origin", "file:///nowhere")
        log = cloned.path / ".git/logs/refs/remotes/origin/main"
        monkeypatch.setattr("time.time", lambda: log.stat().st_mtime + seconds)
        assert self.target(cloned).note.endswith(f"; checked against origin/main as fetched {age}")


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
