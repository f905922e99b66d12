"""A branch compared with its target: where it left it, what it changed, and the forecast of a merge."""

from __future__ import annotations

import pytest

from git_alembic.git import INDEX, NOTHING, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.branch_and_target_comparison import (
    BranchChanges,
    BranchScope,
    compare_branch,
    find_branch_target,
)
from git_alembic.history.snapshot_reader import open_reader
from tests.support.project import Project
from tests.support.refusal_message import refusal

RELEASES = '[tool.git-alembic]\nrelease-branches = ["release/*"]\n'


def compare(project: Project, scope: BranchScope | None = None) -> BranchChanges:
    """Compare the current commit, or what the scope says."""
    if scope is None:
        head = tip(project, "HEAD")
        scope = BranchScope(head, "HEAD", head)
    repository = Repository(str(project.path))
    return compare_branch(repository, open_reader(repository), scope)


def tip(project: Project, name: str) -> str:
    return project.git("rev-parse", name).strip()


def summary(changes: BranchChanges) -> dict[str, object]:
    """Return the ids and the names of the trees in both views."""
    (whole,), (since,) = changes.whole, changes.since
    assert whole.after.graph.ids == since.after.graph.ids
    assert (whole.baselines, whole.forecasts) == ((), ())
    return {
        "ids": "".join(since.after.graph.ids),
        "baselines": [(each.name, "".join(each.graph.ids)) for each in since.baselines],
        "published": "".join(since.published.graph.ids),
        "forecasts": [(each.target.name, "".join(each.merged.graph.ids)) for each in since.forecasts],
    }


def test_a_branch_and_its_target(topic: Project) -> None:
    changes = compare(topic)
    start = tip(topic, "topic~")
    assert (changes.target, changes.start) == (("origin/main", tip(topic, "origin/main")), start)
    assert summary(changes) == {
        "ids": "abd",
        "baselines": [(start[:12], "ab")],
        "published": "abc",
        "forecasts": [("origin/main", "abcd")],
    }


def test_a_branch_without_commits_of_its_own(topic: Project) -> None:
    topic.git("update-ref", "refs/remotes/origin/main", "HEAD")
    changes = compare(topic)
    assert (changes.start, changes.since) == (tip(topic, "HEAD"), [])
    (whole,) = changes.whole
    assert (whole.after.graph.ids, whole.published.graph.ids) == (("a", "b", "d"), ("a", "b", "d"))


def test_a_branch_that_has_the_whole_target(topic: Project) -> None:
    topic.git("update-ref", "refs/remotes/origin/main", "HEAD~")
    assert summary(compare(topic))["baselines"] == [("origin/main", "ab")]


def test_the_index_with_another_target_and_more_branches(topic: Project) -> None:
    topic.revision("e", "d")
    topic.git("add", "-A")
    target = NamedCommit("chosen", tip(topic, "topic~"))
    targets = (NamedCommit("origin/main", tip(topic, "origin/main")),)
    scope = BranchScope(INDEX, "staged", tip(topic, "HEAD"), target=target, targets=targets)
    assert compare(topic, scope).target == target
    assert summary(compare(topic, scope)) == {
        "ids": "abde",
        "baselines": [("chosen", "ab")],
        "published": "abc",
        "forecasts": [("chosen", "abde"), ("origin/main", "abcde")],
    }


def test_a_merge_in_progress(topic: Project) -> None:
    topic.git("merge", "-q", "--no-commit", "--no-ff", "main")
    head, main = tip(topic, "HEAD"), tip(topic, "main")
    scope = BranchScope(INDEX, "staged", head, merged=(NamedCommit("main", main),))
    assert summary(compare(topic, scope))["baselines"] == [(tip(topic, "topic~")[:12], "ab"), ("main", "abc")]


def test_without_a_target_the_branch_is_its_own_line(project: Project) -> None:
    changes = compare(project)
    assert (changes.target, changes.start, changes.since) == (None, tip(project, "HEAD"), [])
    assert changes.whole[0].published.graph.ids == ("a", "b")


def test_before_the_first_commit(topic: Project) -> None:
    topic.git("checkout", "-q", "--orphan", "new")
    changes = compare(topic, BranchScope(INDEX, "staged", None))
    assert changes.start == NOTHING
    assert summary(changes) == {
        "ids": "abd",
        "baselines": [(NOTHING, "")],
        "published": "abc",
        "forecasts": [("origin/main", "abcd")],
    }


def test_an_unrelated_target(topic: Project) -> None:
    topic.git("checkout", "-q", "--orphan", "new")
    topic.commit("new")
    changes = compare(topic)
    assert (changes.target, changes.start) == (("origin/main", tip(topic, "origin/main")), tip(topic, "HEAD"))


def test_a_shallow_clone_without_the_merge_base(topic: Project) -> None:
    (topic.path / ".git" / "shallow").write_text(f"{tip(topic, 'HEAD')}\n")
    assert refusal(lambda: compare(topic)) == (
        "this shallow clone doesn't contain the merge base of the branch and origin/main "
        "(run `git fetch --unshallow`, or set `fetch-depth: 0` in a workflow)"
    )


class TestReleaseBranches:
    @pytest.fixture
    def release(self, topic: Project) -> Project:
        topic.git("branch", "-qM", "release/1")
        topic.write("pyproject.toml", RELEASES)
        topic.commit("settings")
        return topic

    def test_without_a_remote_branch_it_is_its_own_line(self, release: Project) -> None:
        changes = compare(release)
        assert (changes.target, changes.start, changes.since) == (None, tip(release, "HEAD"), [])
        assert changes.whole[0].published.graph.ids == ("a", "b", "d")

    def test_its_own_remote_branch_is_the_target(self, release: Project) -> None:
        release.git("update-ref", "refs/remotes/origin/release/1", "HEAD~2")
        changes = compare(release)
        target = ("origin/release/1", tip(release, "HEAD~2"))
        assert changes.target == target
        assert summary(changes) == {
            "ids": "abd",
            "baselines": [("origin/release/1", "ab")],
            "published": "ab",
            "forecasts": [("origin/release/1", "abd")],
        }
        repository = Repository(str(release.path))
        assert find_branch_target(repository, changes.settings) == target
        release.git("checkout", "-q", "-b", "topic")
        assert find_branch_target(repository, changes.settings) == ("origin/main", tip(release, "origin/main"))
