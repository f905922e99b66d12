"""Which other branches have a revision of a fork, and which revisions a published ref once had."""

from __future__ import annotations

import pytest

from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.evidence.fork_revisions_on_other_branches import (
    find_once_published,
    find_other_branches,
    with_fork_evidence,
)
from git_alembic.history.snapshot_reader import open_reader
from tests.support.literal_changes import History, change, graph, revision
from tests.support.project import Project

A, B, C = revision("a"), revision("b", "a"), revision("c", "a")
FORK = {"a": A, "b": B, "c": C}


@pytest.fixture
def topic(empty: Project) -> Project:
    """main has a. The branch topic, which is checked out, adds b and c in two commits."""
    for id_ in "abc":
        empty.revision(id_, None if id_ == "a" else "a", folder="versions", name=f"{id_}.py")
        if id_ == "a":
            empty.git("add", "-A")
            empty.commit("a", all_=False)
            empty.switch("topic", "HEAD")
        else:
            empty.commit(id_)
    empty.git("remote", "add", "origin", "file:///origin")
    return empty


def point(project: Project, **branches: str) -> None:
    for name, commit in branches.items():
        project.git("update-ref", f"refs/remotes/origin/{name}", commit)


def others(project: Project, source: str = INDEX, published: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    return dict(find_other_branches(Repository(str(project.path)), [A, B, C], source, set(published)))


class TestOtherBranches:
    def test_branches_that_have_the_commit(self, topic: Project) -> None:
        point(topic, main="main", one="HEAD~", two="HEAD", topic="HEAD")
        assert others(topic) == {
            "a": ("origin/main", "origin/one", "origin/two"),
            "b": ("origin/one", "origin/two"),
            "c": ("origin/two",),
        }

    def test_not_the_published_ones(self, topic: Project) -> None:
        point(topic, main="main", one="HEAD~")
        assert others(topic, published=("origin/main",)) == {"a": ("origin/one",), "b": ("origin/one",)}

    def test_only_up_to_the_checked_commit(self, topic: Project) -> None:
        point(topic, two="HEAD")
        parent = topic.git("rev-parse", "HEAD~").strip()
        assert others(topic, parent) == {"a": ("origin/two",), "b": ("origin/two",)}

    def test_a_merge_in_progress_brings_commits(self, topic: Project) -> None:
        point(topic, work="topic")
        topic.switch("main")
        topic.commit("another")
        assert others(topic) == {"a": ("origin/work",)}
        topic.git("merge", "-q", "--no-commit", "topic")
        assert others(topic) == dict.fromkeys("abc", ("origin/work",))

    def test_on_the_target_the_merged_branch_counts_as_its_own(self, topic: Project) -> None:
        point(topic, main="main", topic="topic", work="topic")
        topic.switch("main")
        topic.commit("another")
        topic.git("merge", "-q", "--no-commit", "topic")
        expected = dict.fromkeys("abc", ("origin/work",))
        assert others(topic, published=("origin/main",)) == expected
        assert others(topic, published=("origin/other",)) == dict.fromkeys("abc", ("origin/topic", "origin/work"))

    def test_before_the_first_commit(self, empty: Project) -> None:
        assert others(empty) == {}


def once(project: Project, *refs: str) -> frozenset[str]:
    repository = Repository(str(project.path))
    named = [NamedCommit(name, project.git("rev-parse", name).strip()) for name in refs]
    return find_once_published(repository, open_reader(repository), [B, C], graph(FORK), named)


class TestOncePublished:
    def test_a_file_that_the_ref_deleted(self, topic: Project) -> None:
        point(topic, main="HEAD")
        topic.git("rm", "-q", "versions/a.py", "versions/b.py")
        topic.commit("remove both")
        assert once(topic, "origin/main") == set()
        point(topic, main="HEAD")
        assert once(topic, "origin/main") == {"b"}  # 'a' is no candidate
        assert once(topic, "main", "origin/main") == {"b"}

    def test_a_remote_branch_that_was_forced_back(self, topic: Project) -> None:
        topic.git("config", "core.logAllRefUpdates", "true")
        point(topic, main="HEAD")
        point(topic, main="HEAD~")
        assert once(topic, "origin/main") == {"c"}
        point(topic, main="main")
        assert once(topic, "origin/main") == {"b", "c"}
        point(topic, main="HEAD")
        assert once(topic, "origin/main") == set()

    def test_a_local_branch_that_was_moved(self, topic: Project) -> None:
        topic.git("reset", "-q", "--hard", "HEAD~")
        assert once(topic, "topic") == set()


class TestChange:
    def test_both_are_added_for_a_fork(self, topic: Project) -> None:
        point(topic, main="main", one="HEAD~")
        repository = Repository(str(topic.path))
        refs = [NamedCommit("origin/main", topic.git("rev-parse", "main").strip())]
        made = with_fork_evidence(repository, open_reader(repository), change({"a": A}, FORK), INDEX, refs)
        assert (dict(made.held_elsewhere), made.once_published) == ({"b": ("origin/one",)}, frozenset())

    @pytest.mark.parametrize("after", [{"a": A, "b": B}, {"a": A}])
    def test_nothing_is_added_without_a_fork(self, topic: Project, after: History) -> None:
        point(topic, one="HEAD~")
        repository = Repository(str(topic.path))
        made = change({"a": A}, after)
        assert with_fork_evidence(repository, open_reader(repository), made, INDEX, []) is made

    def test_nothing_is_added_if_all_is_published(self, topic: Project) -> None:
        repository = Repository(str(topic.path))
        made = change(FORK, FORK)
        assert with_fork_evidence(repository, open_reader(repository), made, INDEX, []) is made
