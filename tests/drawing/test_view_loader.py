"""The views of real repositories: what is drawn, and what it is compared with."""

from __future__ import annotations

import pytest

from git_alembic.drawing.history_view import HistoryView
from git_alembic.drawing.view_loader import Viewing
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


def only(viewing: Viewing) -> dict[str, object]:
    (view,) = viewing.views
    return trees(view)


def test_the_index(topic: Project) -> None:
    viewing = Viewing(None, (), ())
    assert only(viewing) == {
        "shown": ("the index", "abde"),
        "parents": [("HEAD", "abd")],
        "published": ["abc"],
        "others": [("HEAD", "abd"), ("origin/main", "abc")],
    }
    assert (viewing.subject.name, viewing.subject.commit, viewing.subject.reason) == ("the index", None, "")
    assert ["".join(graph.ids) for graph in viewing.before("main")] == ["abc"]


def test_a_commit(topic: Project) -> None:
    viewing = Viewing("topic", ("main",), ())
    assert only(viewing) == {
        "shown": ("topic", "abd"),
        "parents": [],
        "published": ["abc"],
        "others": [("origin/main", "abc")],
    }
    assert viewing.subject.commit == topic.git("rev-parse", "topic").strip()


def test_names_of_one_commit_are_joined(topic: Project) -> None:
    topic.git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert only(Viewing(None, (), ()))["others"] == [("HEAD, origin/main", "abd")]


def test_without_a_remote_head_counts_as_published(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path)
    viewing = Viewing(None, (), ())
    assert only(viewing)["published"] == ["ab"]
    assert viewing.subject.target is None


def test_a_missing_target_does_not_prevent_the_drawing(topic: Project) -> None:
    topic.git("config", "alembic.target", "gone")
    viewing = Viewing(None, (), ())
    assert only(viewing)["published"] is None
    assert viewing.subject.reason.startswith("the target gone does not exist here: ")
    assert refusal(lambda: Viewing(None, ("origin/gone",), ())).startswith(
        "the published ref origin/gone does not exist"
    )


def test_before_the_first_commit(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(empty.path)
    empty.revision("a")
    empty.git("add", "-A")
    assert only(Viewing(None, (), ())) == {
        "shown": ("the index", "a"),
        "parents": [("nothing", "")],
        "published": [],
        "others": [("nothing", "")],
    }


def test_chosen_environments(topic: Project) -> None:
    topic.write("two/alembic.ini", INI)
    topic.write("two/migrations/env.py", "")
    topic.git("add", "-A")
    assert [view.shown.environment.name for view in Viewing(None, (), ()).views] == ["alembic.ini", "two/alembic.ini"]
    assert [view.shown.environment.name for view in Viewing(None, (), ("two/alembic.ini",)).views] == [
        "two/alembic.ini"
    ]


class TestRefusals:
    def test_no_environment(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(empty.path)
        empty.commit()
        assert refusal(lambda: Viewing(None, (), ())) == "there is no Alembic environment in the index"
        assert refusal(lambda: Viewing("main", (), ())) == "there is no Alembic environment in main"

    def test_a_bare_repository_has_no_index(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        project.git("config", "core.bare", "true")
        monkeypatch.chdir(project.path / ".git")
        assert refusal(lambda: Viewing(None, (), ())) == (
            "there is no working tree here, so nothing is staged: pass a commit with --rev"
        )
        assert only(Viewing("main", (), ()))["shown"] == ("main", "ab")
