"""The target branch, and the published refs."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import Settings
from git_alembic.git import Repository
from git_alembic.history.published.published_refs import find_published_refs
from git_alembic.history.published.target_branch import explain_target, find_target
from tests.support.project import Project
from tests.support.refusals import refusal


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


class TestAmbiguousNames:
    @pytest.mark.parametrize("name", ["origin/main", "main"])
    def test_a_branch_comes_before_a_tag(self, cloned: Project, name: str) -> None:
        main = cloned.git("rev-parse", "HEAD").strip()
        cloned.git("tag", name, cloned.git("commit-tree", "-m", "x", "HEAD^{tree}").strip())
        repository = Repository(str(cloned.path))
        assert find_target(repository, Settings(target=name)) == (name, main)
        assert find_published_refs(repository, Settings(published=(name,)), ()) == [(name, main)]
        assert find_published_refs(repository, Settings(), (name,)) == [(name, main)]

    def test_an_upstream_beside_a_tag(self, cloned: Project) -> None:
        cloned.git("update-ref", "refs/remotes/origin/work", "HEAD")
        cloned.git("update-ref", "-d", "refs/remotes/origin/main")
        cloned.git("branch", "-q", "--set-upstream-to", "origin/work")
        cloned.git("tag", "origin/work", cloned.git("commit-tree", "-m", "x", "HEAD^{tree}").strip())
        assert find_target(Repository(str(cloned.path)), Settings()) == (
            "origin/work",
            cloned.git("rev-parse", "HEAD").strip(),
        )
