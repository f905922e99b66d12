"""The changes of a request in a real repository: what is compared, published, forecast and left out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.commit_comparison import Comparison
from git_alembic.history.commits_to_compare import ComparisonRequest, staged_parents
from git_alembic.history.snapshot_and_change import Change
from git_alembic.history.snapshot_reader import open_reader
from tests.support.project import INI, Project
from tests.support.refusal_message import refusal


def tip(project: Project, name: str) -> str:
    return project.git("rev-parse", name).strip()


def named(project: Project, *names: str) -> list[NamedCommit]:
    return [NamedCommit(name, tip(project, name)) for name in names]


def comparison(project: Project, request: ComparisonRequest | None = None) -> Comparison:
    """Return the comparison of a request, by default of what is staged."""
    project.git("add", "-A")
    repository = Repository(str(project.path))
    request = request or ComparisonRequest(INDEX, "staged", staged_parents(repository))
    return Comparison(repository, open_reader(repository), request)


def compared(
    project: Project,
    request: ComparisonRequest | None = None,
    refs: Sequence[NamedCommit] | None = None,
    against: Sequence[NamedCommit] = (),
) -> list[Change]:
    found = comparison(project, request)
    return found.add_context(found.changes(), refs, against)


def ids(change: Change) -> dict[str, str]:
    """Return the ids of each tree in a change."""
    trees = [change.after, *change.baselines, *change.published_snapshots]
    trees += (forecast.merged._replace(name=f"{forecast.target.name} merged") for forecast in change.forecasts)
    return {tree.name: "".join(tree.graph.ids) for tree in trees}


class TestChanges:
    def test_a_new_revision(self, project: Project) -> None:
        project.revision("c", "b")
        (change,) = compared(project)
        assert ids(change) == {"staged": "abc", "HEAD": "ab"}
        assert [revision.id for revision in change.new] == ["c"]

    def test_files_that_concern_no_environment(self, project: Project) -> None:
        project.write("README", "x")
        project.write("tool.py", "x = 1\n")
        assert compared(project) == []

    def test_only_touched_environments_or_those_with_given_names(self, project: Project) -> None:
        for folder in ("one", "two"):
            project.write(f"{folder}/alembic.ini", INI)
            project.write(f"{folder}/migrations/env.py", "")
            project.revision("x", folder=f"{folder}/migrations/versions")
        project.commit()
        project.revision("y", "x", folder="one/migrations/versions")
        assert [change.environment.name for change in compared(project)] == ["one/alembic.ini"]
        request = ComparisonRequest(INDEX, "staged", (), environments=("two/alembic.ini", "alembic.ini"))
        assert [change.environment.name for change in compared(project, request)] == ["alembic.ini", "two/alembic.ini"]
        unknown = request._replace(environments=("three",))
        assert refusal(lambda: compared(project, unknown)) == (
            "no environment named 'three'; found: alembic.ini, one/alembic.ini, two/alembic.ini"
        )

    def test_an_environment_that_is_gone(self, project: Project) -> None:
        project.git("rm", "-rq", "alembic.ini", "migrations")
        (change,) = compared(project)
        assert (ids(change), change.deleted_ids) == ({"staged": "", "HEAD": "ab"}, ("a", "b"))

    def test_a_moved_folder(self, project: Project) -> None:
        (project.path / "db").mkdir()
        project.git("mv", "migrations", "db/migrations")
        project.git("mv", "alembic.ini", "db/alembic.ini")
        (change,) = compared(project)
        assert (change.environment.name, ids(change)) == ("db/alembic.ini", {"staged": "ab", "HEAD": "ab"})

    def test_code_that_adds_a_folder_outside_of_the_environment(self, project: Project) -> None:
        project.write("migrations/env.py", "config.set_main_option('version_locations', found)\n")
        project.revision("p", "b", folder="plugin/versions")
        project.commit()
        project.revision("c", "b")
        (change,) = compared(project)
        assert ids(change) == {"staged": "abcp", "HEAD": "abp"}


class TestPublished:
    def test_it_is_not_asked_for_if_files_are_only_added(self, topic: Project) -> None:
        topic.revision("e", "d")
        (change,) = compared(topic)
        assert (change.published_snapshots, change.published.graph.ids) == ((), ())

    @pytest.mark.parametrize("parents", [("d",), ("c", "d"), ("b",)])
    def test_it_is_needed_for_an_edit_a_merge_or_a_fork(self, topic: Project, parents: tuple[str, ...]) -> None:
        if len(parents) == 1 and parents != ("b",):
            topic.revision("d", "b", body="return")
        else:
            topic.revision("e", parents)
        (change,) = compared(topic)
        assert [tree.name for tree in change.published_snapshots] == ["origin/main"]
        assert change.published.graph.ids == ("a", "b", "c")

    def test_several_refs_and_the_first_parent(self, topic: Project) -> None:
        topic.revision("e", "d")
        refs = [*named(topic, "origin/main"), NamedCommit("here", tip(topic, "HEAD"))]
        (change,) = compared(topic, refs=refs)
        assert ids(change) == {"staged": "abde", "HEAD": "abd", "origin/main": "abc", "here": "abd"}
        assert change.published.graph.ids == ("a", "b", "c", "d")

    def test_without_any_ref_the_first_parent_counts(self, topic: Project) -> None:
        topic.revision("e", "d")
        (change,) = compared(topic, refs=[])
        assert (change.published.name, change.published.graph.ids) == ("HEAD", ("a", "b", "d"))


class TestForecasts:
    def test_a_merge_of_the_index(self, topic: Project) -> None:
        topic.revision("e", "d")
        (change,) = compared(topic, against=named(topic, "origin/main"))
        assert ids(change)["origin/main merged"] == "abcde"
        (forecast,) = change.forecasts
        assert (forecast.target.graph.ids, forecast.conflicts) == (("a", "b", "c"), ())

    def test_a_commit_that_has_the_target(self, topic: Project) -> None:
        topic.git("merge", "-q", "--no-edit", "origin/main")
        request = ComparisonRequest(tip(topic, "HEAD"), "HEAD", tuple(named(topic, "HEAD~")))
        (change,) = compared(topic, request, against=named(topic, "origin/main"))
        assert ids(change) == {"HEAD": "abcd", "HEAD~": "abd", "origin/main": "abc", "origin/main merged": "abcd"}

    def test_no_change(self, topic: Project) -> None:
        assert compared(topic, against=named(topic, "origin/main")) == []


class TestMerges:
    def test_a_published_side_is_a_baseline(self, topic: Project) -> None:
        topic.git("merge", "-q", "--no-commit", "--no-ff", "origin/main")
        (change,) = compared(topic)
        assert [(tree.name, "".join(tree.graph.ids)) for tree in change.baselines] == [
            ("HEAD", "abd"),
            ("origin/main", "abc"),
        ]
        assert [(tree.name, "".join(tree.graph.ids)) for tree in change.merge_bases] == [("base", "ab")]
        assert change.unpublished_parents == ()

    def test_an_unpublished_side_is_none(self, topic: Project) -> None:
        topic.switch("other", "topic~")
        topic.revision("x", "b")
        topic.commit("x")
        topic.git("merge", "-q", "--no-commit", "--no-ff", "topic")
        (change,) = compared(topic)
        assert [tree.name for tree in change.baselines] == ["HEAD"]
        assert [(tree.name, "".join(tree.graph.ids)) for tree in change.unpublished_parents] == [("topic", "abd")]


def test_environments_in_another_tree(topic: Project) -> None:
    topic.revision("e", "d")
    found = comparison(topic)
    changes = found.changes()
    (main,) = found.snapshots_at(changes, "main", tip(topic, "main"))
    assert (main.name, main.graph.ids) == ("main", ("a", "b", "c"))


def test_evidence_is_added_last(topic: Project) -> None:
    """A fork on the checked branch, which another remote branch has too."""
    topic.git("update-ref", "refs/remotes/origin/work", "HEAD")
    topic.revision("e", "b")
    (change,) = compared(topic)
    assert dict(change.held_elsewhere) == {"d": ("origin/work",)}
