"""The marks of each revision, from its own history and from a view's other trees."""

from __future__ import annotations

import pytest

from git_alembic.drawing.history_view import DatabaseMark, HistoryView
from git_alembic.drawing.node import Remarks, RevisionState
from git_alembic.drawing.revision_marks import find_marks, find_remarks
from tests.support.literal_changes import History, graph, revision, snapshot

NOTHING = Remarks({}, {})
AB, ABC = {"a": "", "b": "a"}, {"a": "", "b": "a", "c": "b"}


def marks(history: History, id_: str, drawn: str = "", remarks: Remarks = NOTHING) -> list[str]:
    return list(filter(None, find_marks(graph(history), id_, drawn.split(), remarks)))


@pytest.mark.parametrize(
    ("history", "id_", "expected"),
    [
        ({"a": ""}, "a", ["head", "base"]),
        (ABC, "b", []),
        (ABC, "gone", ["not in this history"]),
        ({"a": revision("a", labels=("shop",)), "b": "a"}, "a", ["base", "label shop"]),
        ({"a": revision("a", labels=("shop", "old")), "b": "a"}, "a", ["base", "labels shop and old"]),
        ({**AB, "x": revision("x", depends=("a", "b"))}, "x", ["head", "base", "depends on a and b"]),
        ({"a": "gone", "b": "a"}, "a", ["missing parent gone"]),
        ({"a": "gone lost", "b": "a"}, "a", ["missing parents gone and lost"]),
        (
            {**AB, "x": revision("x", depends=("gone", "a")), "y": "x"},
            "x",
            ["base", "depends on a", "missing dependency gone"],
        ),
        (
            {"x": revision("x", depends=("gone", "lost")), "y": "x"},
            "x",
            ["base", "missing dependencies gone and lost"],
        ),
        ({"1": revision("a"), "2": revision("a", path="x.py"), "b": "a"}, "a", ["base", "declared in 2 files"]),
        ({"a": "b", "b": "a"}, "a", ["in a cycle"]),
    ],
)
def test_marks_of_its_own_history(history: History, id_: str, expected: list[str]) -> None:
    assert marks(history, id_) == expected


@pytest.mark.parametrize(("drawn", "expected"), [("b", ["merges c and d"]), ("b c d", []), ("c", ["merges b and d"])])
def test_parents_of_a_merge_that_are_not_drawn(drawn: str, expected: list[str]) -> None:
    fan = {"a": "", "b": "a", "c": "a", "d": "a", "m": "b c d", "n": "m"}
    assert marks(fan, "m", drawn) == expected


def test_a_head_that_another_revision_depends_on() -> None:
    history = {"a": "", "b": "a", "x": revision("x", depends=("b",))}
    assert [marks(history, id_)[0] for id_ in ("b", "x")] == ["effective head", "head"]


def test_remarks_come_after_the_head() -> None:
    remarks = Remarks({"b": ("note", "other")}, {"b": RevisionState("staged", "staged")})
    assert marks(AB, "b", remarks=remarks) == ["head", "staged", "note", "other"]
    assert marks(AB, "b", remarks=remarks._replace(heads=("a",))) == ["staged", "note", "other"]
    assert marks(AB, "a", remarks=remarks._replace(heads=("a",))) == ["head", "base"]


PLAIN, STAGED, UNPUBLISHED = (
    RevisionState(),
    RevisionState("staged", "staged"),
    RevisionState("unpublished", "unpublished"),
)


def states(view: HistoryView) -> dict[str, RevisionState]:
    return dict(find_remarks(view).states)


class TestStandings:
    HEAD, STAGE = snapshot(AB, "HEAD"), snapshot(ABC)

    def test_staged_is_what_every_parent_lacks(self) -> None:
        assert states(HistoryView(self.STAGE, (self.HEAD,))) == {"a": PLAIN, "b": PLAIN, "c": STAGED}
        topic = snapshot(ABC, "topic")
        assert states(HistoryView(self.STAGE, (self.HEAD, topic))) == dict.fromkeys("abc", PLAIN)
        assert states(HistoryView(self.STAGE)) == dict.fromkeys("abc", PLAIN)

    def test_unpublished_is_what_every_published_ref_lacks(self) -> None:
        first, second = snapshot({"a": ""}, "one"), snapshot({"b": ""}, "two")
        view = HistoryView(self.STAGE, (self.STAGE,), (first, second))
        assert states(view) == {"a": PLAIN, "b": PLAIN, "c": UNPUBLISHED}
        assert states(HistoryView(self.STAGE, (self.STAGE,), ())) == dict.fromkeys("abc", UNPUBLISHED)

    def test_only_elsewhere(self) -> None:
        view = HistoryView(self.HEAD, others=(snapshot({**AB, "x": "b"}, "one"), snapshot({"x": "b"}, "two")))
        assert states(view) == {"a": PLAIN, "b": PLAIN, "x": RevisionState("elsewhere", "only in one and two")}


def notes(view: HistoryView) -> dict[str, tuple[str, ...]]:
    return {id_: tuple(found) for id_, found in find_remarks(view).notes.items()}


class TestNotes:
    def test_heads_of_other_trees(self) -> None:
        view = HistoryView(snapshot(ABC), others=(snapshot(AB, "HEAD"), snapshot({**AB, "x": "b"}, "main")))
        assert notes(view) == {"b": ("HEAD",), "x": ("head there",)}
        assert find_remarks(view).heads == ("c",)

    def test_a_head_of_one_tree_that_another_has_below_its_head(self) -> None:
        others = (snapshot({**AB, "x": "b"}, "one"), snapshot({**AB, "x": "b", "y": "x"}, "two"))
        assert notes(HistoryView(snapshot(ABC), others=others)) == {"x": ("one",), "y": ("head there",)}

    def test_staged_changes(self) -> None:
        after = {"a": revision("a", blob="new"), "b": revision("b", "a", path="new.py", down=())}
        view = HistoryView(snapshot(after), (snapshot(AB, "HEAD"),))
        assert notes(view) == {"a": ("staged: new content",), "b": ("staged: new parents and file name",)}

    def test_databases(self) -> None:
        marked = (DatabaseMark("", "sqlite:///x", ("a",), 3), DatabaseMark("two", "sqlite:///y", ("a", "b"), 3))
        view = HistoryView(snapshot(ABC), databases=marked)
        assert notes(view) == {"a": ("database", "database two"), "b": ("database two",)}
