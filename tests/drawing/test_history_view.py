"""One history and what other trees have of it."""

from __future__ import annotations

import pytest

from git_alembic.drawing.history_view import HistoryView
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import graph, revision, snapshot

AB, ABC = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}
MAIN = snapshot({**AB, "x": revision("x", "b", message="of main")}, "main")
TOPIC = snapshot({**AB, "x": revision("x", "b", message="of topic"), "y": "x"}, "topic")


def test_revisions_of_other_trees_are_drawn_too() -> None:
    """The first tree that has one wins."""
    view = HistoryView(snapshot(ABC), others=(MAIN, TOPIC))
    assert view.graph.ids == ("a", "b", "c", "x", "y")
    assert view.graph["x"].message == "of main"
    assert HistoryView(snapshot(ABC), others=(TOPIC, MAIN)).graph["x"].message == "of topic"


def test_without_them_the_graph_is_the_shown_one() -> None:
    view = HistoryView(snapshot(ABC), others=(snapshot(AB, "HEAD"),))
    assert view.graph is view.shown.graph


def test_trees_that_have_a_revision() -> None:
    view = HistoryView(snapshot(ABC), others=(MAIN, TOPIC))
    assert {id_: (view.holders(id_), view.tips(id_)) for id_ in "acxy"} == {
        "a": (("main", "topic"), ()),
        "c": ((), ()),
        "x": (("main", "topic"), ("main",)),
        "y": (("topic",), ("topic",)),
    }


OLD, MOVED = revision("b", "a"), revision("b", "a", path="new.py")
EDITED, REPARENTED = revision("b", "a", blob="new"), revision("b", "")


@pytest.mark.parametrize(
    ("new", "olds", "expected"),
    [
        (OLD, [OLD], ()),
        (MOVED, [OLD], ("file name",)),
        (EDITED, [OLD], ("content",)),
        (REPARENTED, [OLD], ("parents",)),
        (OLD, [REPARENTED], ("parents",)),
        (OLD, [MOVED], ("file name",)),
        (OLD, [EDITED], ("content",)),
        (EDITED._replace(path="new.py"), [OLD], ("file name", "content")),
        (OLD, [], ()),
        (EDITED, [OLD, EDITED], ()),  # one parent of the merge brings it
        (EDITED, [OLD, MOVED], ("content",)),
        (EDITED, [OLD, None], ()),
        (EDITED, [None], ()),
    ],
)
def test_staged_changes(new: Revision, olds: list[Revision | None], expected: tuple[str, ...]) -> None:
    parents = tuple(snapshot({"a": "", **({"b": old} if old else {})}, "HEAD") for old in olds)
    view = HistoryView(snapshot({"a": "", "b": new}), parents)
    assert view.staged_changes("b") == expected
    assert view.staged_changes("gone") == ()


def test_revisions_that_another_history_lacks_with_their_parents() -> None:
    view = HistoryView(snapshot(ABC), others=(MAIN,))
    assert view.missing_from(graph(AB)) == {"b", "c", "x"}
    assert view.missing_from(graph(ABC)) == {"b", "x"}
    assert view.missing_from(graph({})) == {"a", "b", "c", "x"}
    assert view.missing_from(view.graph) == frozenset()
