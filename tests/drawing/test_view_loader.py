"""The views of real repositories: what is drawn, and what it is compared with."""

from __future__ import annotations

import pytest

from git_alembic.drawing.history_view import HistoryView
from git_alembic.drawing.view_loader import LoadedViews
from tests.support.project import INI, Project
from tests.support.refusal_message import refusal


@pytest.fixture
def topic(cloned: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """origin/main has c. The branch topic, which is checked out, has d, and e is staged. All come after b."""
    cloned.switch("topic", "HEAD")
    cloned.switch("main")
    cloned.revision("c", "b")
    cloned.git("update-ref", "refs/remotes/origin/main", cloned.commit("c"))
    cloned.switch("topic")
    cloned.revision("d", "b")
    cloned.commit("d")
    cloned.revision("e", "b")
    cloned.git("add", "-A")
    monkeypatch.chdir(cloned.path)
    return cloned


def trees(view: HistoryView) -> dict[str, object]:
    """Return the names and ids of each tree."""
    published = view.published_snapshots
    return {
        "shown": (view.shown.name, "".join(view.shown.graph.ids)),
        "parents": [(tree.name, "".join(tree.graph.ids)) for tree in view.parents],
        "published": None if published is None else ["".join(tree.graph.ids) for tree in published],
        "others": [(tree.name, "".join(tree.graph.ids)) for tree in view.others],
    }


def only(loaded_views: LoadedViews) -> dict[str, object]:
    (view,) = loaded_views.views
    return trees(view)


def test_the_index(topic: Project) -> None:
    loaded_views = LoadedViews(None, (), ())
    assert only(loaded_views) == {
        "shown": ("the index", "abde"),
        "parents": [("HEAD", "abd")],
        "published": ["abc"],
        "others": [("HEAD", "abd"), ("origin/main", "abc")],
    }
    assert (loaded_views.subject.name, loaded_views.subject.commit, loaded_views.subject.reason) == (
        "the index",
        None,
        "",
    )
    assert ["".join(graph.ids) for graph in loaded_views.before("main")] == ["abc"]


def test_a_commit(topic: Project) -> None:
    loaded_views = LoadedViews("topic", ("main",), ())
    assert only(loaded_views) == {
        "shown": ("topic", "abd"),
        "parents": [],
        "published": ["abc"],
        "others": [("origin/main", "abc")],
    }
    assert loaded_views.subject.commit == topic.git("rev-parse", "topic").strip()


def test_names_of_one_commit_are_joined(topic: Project) -> None:
    topic.git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert only(LoadedViews(None, (), ()))["others"] == [("HEAD, origin/main", "abd")]


def test_without_a_remote_head_counts_as_published(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path)
    loaded_views = LoadedViews(None, (), ())
    assert only(loaded_views)["published"] == ["ab"]
    assert loaded_views.subject.target is None


def test_a_missing_target_does_not_prevent_the_drawing(topic: Project) -> None:
    topic.git("config", "alembic.target", "gone")
    loaded_views = LoadedViews(None, (), ())
    assert only(loaded_views)["published"] is None
    assert loaded_views.subject.reason.startswith("the target gone does not exist here: ")
    assert refusal(lambda: LoadedViews(None, ("origin/gone",), ())).startswith(
        "the published ref origin/gone does not exist"
    )


def test_before_the_first_commit(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(empty.path)
    empty.revision("a")
    empty.git("add", "-A")
    assert only(LoadedViews(None, (), ())) == {
        "shown": ("the index", "a"),
        "parents": [("nothing", "")],
        "published": [],
        "others": [("nothing", "")],
    }


def test_chosen_environments(topic: Project) -> None:
    topic.write("two/alembic.ini", INI)
    topic.write("two/migrations/env.py", "")
    topic.git("add", "-A")
    assert [view.shown.environment.name for view in LoadedViews(None, (), ()).views] == [
        "alembic.ini",
        "two/alembic.ini",
    ]
    assert [view.shown.environment.name for view in LoadedViews(None, (), ("two/alembic.ini",)).views] == [
        "two/alembic.ini"
    ]


class TestRefusals:
    def test_no_environment(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(empty.path)
        empty.commit()
        assert refusal(lambda: LoadedViews(None, (), ())) == "there is no Alembic environment in the index"
        assert refusal(lambda: LoadedViews("main", (), ())) == "there is no Alembic environment in main"

    def test_a_bare_repository_has_no_index(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        project.git("config", "core.bare", "true")
        monkeypatch.chdir(project.path / ".git")
        assert refusal(lambda: LoadedViews(None, (), ())) == (
            "there is no working tree here, so nothing is staged: pass a commit with --rev"
        )
        assert only(LoadedViews("main", (), ()))["shown"] == ("main", "ab")
