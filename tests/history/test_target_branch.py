"""The target branch: the one that the work is merged into."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import Settings
from git_alembic.git import Repository
from git_alembic.history.target_branch import explain_target, find_target, resolve_branch
from tests.support.project import Project
from tests.support.refusal_message import refusal


@pytest.fixture
def fork(cloned: Project) -> Project:
    """Return a clone with the remotes `origin`, which is a fork, and `upstream`, which is ahead of it."""
    cloned.git("update-ref", "refs/remotes/upstream/main", cloned.commit("ahead"))
    cloned.git("remote", "add", "upstream", "file:///upstream")
    return cloned


def target(project: Project, settings: Settings) -> str | None:
    found = find_target(Repository(str(project.path)), settings)
    return found[0] if found else None


def explanation(project: Project, settings: Settings) -> str:
    return explain_target(Repository(str(project.path)), settings)


OWN = Settings(target="upstream/main", set_by_git=frozenset({"target"}))


class TestForks:
    def test_the_target_is_the_forks_own_copy(self, fork: Project) -> None:
        assert target(fork, Settings()) == "origin/main"
        assert explanation(fork, Settings()) == (
            "the target origin/main is your fork's own copy of upstream/main "
            "(`git config alembic.target upstream/main` sets the target for this clone)"
        )

    def test_no_explanation_for_a_target_that_was_chosen(self, fork: Project) -> None:
        assert target(fork, OWN) == "upstream/main"
        assert explanation(fork, OWN) == explanation(fork, Settings(target="origin/main")) == ""

    def test_no_explanation_without_such_a_branch(self, cloned: Project) -> None:
        cloned.git("update-ref", "refs/remotes/upstream/other", "HEAD")
        assert explanation(cloned, Settings()) == ""


class TestMissingTargets:
    def test_a_committed_target_of_a_remote_that_the_clone_lacks(self, cloned: Project) -> None:
        settings = Settings(target="upstream/main")
        assert target(cloned, settings) == "origin/main"
        assert explanation(cloned, settings) == (
            "this clone has no remote for the target upstream/main, so origin/main is the target "
            "(`git config alembic.target REMOTE/BRANCH` sets a different one for this clone)"
        )

    def test_a_committed_target_in_a_repository_without_remotes(self, project: Project) -> None:
        settings = Settings(target="upstream/main")
        assert target(project, settings) is None
        assert explanation(project, settings).startswith(
            "this clone has no remote for the target upstream/main, so no target branch is set ("
        )

    @pytest.mark.parametrize(
        ("settings", "where"),
        [
            (Settings(target="origin/gone"), "[tool.git-alembic]"),
            (Settings(target="gone"), "[tool.git-alembic]"),
            (Settings(target="refs/tags/gone"), "[tool.git-alembic]"),
            (OWN, "`git config alembic.target`"),
        ],
    )
    def test_any_other_missing_target(self, cloned: Project, settings: Settings, where: str) -> None:
        assert refusal(lambda: target(cloned, settings)) == (
            f"the target {settings.target} does not exist here: run `git fetch`, or set `target` in {where} "
            "to a branch that does"
        )


class TestWithoutASetting:
    def test_the_first_usual_branch_of_origin(self, cloned: Project) -> None:
        for name in ("master", "trunk"):
            cloned.git("update-ref", f"refs/remotes/origin/{name}", "HEAD")
        assert target(cloned, Settings()) == "origin/main"
        cloned.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
        assert target(cloned, Settings()) == "origin/trunk"
        for name in ("HEAD", "main"):
            cloned.git("symbolic-ref", "-d", f"refs/remotes/origin/{name}", code=None)
            cloned.git("update-ref", "-d", f"refs/remotes/origin/{name}")
        assert target(cloned, Settings()) == "origin/master"

    def test_else_the_upstream_also_if_it_is_local(self, project: Project) -> None:
        assert target(project, Settings()) is None
        project.switch("topic", "HEAD")
        project.git("branch", "-q", "--set-upstream-to", "main")
        assert target(project, Settings()) == "main"

    def test_an_upstream_beside_a_tag(self, cloned: Project) -> None:
        cloned.git("update-ref", "refs/remotes/origin/work", "HEAD")
        cloned.git("update-ref", "-d", "refs/remotes/origin/main")
        cloned.git("branch", "-q", "--set-upstream-to", "origin/work")
        cloned.git("tag", "origin/work", cloned.git("commit-tree", "-m", "x", "HEAD^{tree}").strip())
        assert find_target(Repository(str(cloned.path)), Settings()) == (
            "origin/work",
            cloned.git("rev-parse", "HEAD").strip(),
        )


def test_a_remote_branch_comes_before_a_local_one_and_both_before_a_tag(cloned: Project) -> None:
    repository = Repository(str(cloned.path))
    tag, local, remote = (cloned.commit(name) for name in ("tag", "local", "remote"))
    cloned.git("tag", "up/x", tag)
    found = [resolve_branch(repository, "up/x")]
    cloned.git("branch", "up/x", local)
    found.append(resolve_branch(repository, "up/x"))
    cloned.git("update-ref", "refs/remotes/up/x", remote)
    found += (resolve_branch(repository, name) for name in ("up/x", "refs/heads/up/x", "refs/tags/up/x", "up/y"))
    assert found == [tag, local, remote, local, tag, None]
