"""Labels of literal histories: the revisions they cover, and those that are declared twice."""

from __future__ import annotations

import pytest

from git_alembic.history.graph_algorithms.branch_labels import find_label_clashes
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import History, graph, revision


def labeled(id_: str, *labels: str, parents: str = "", depends: tuple[str, ...] = ()) -> Revision:
    return revision(id_, parents, labels=labels, depends=depends)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ({"a": "", "b": "a"}, {}),
        # the whole line, in both directions
        ({"a": "", "b": labeled("b", "shop", parents="a"), "c": "b"}, {"a": "shop", "b": "shop", "c": "shop"}),
        # everything above a fork, but nothing below it
        (
            {"z": "", "a": "z", "b": labeled("b", "shop", parents="a"), "c": "a", "d": "b", "e": "b"},
            {"b": "shop", "d": "shop", "e": "shop"},
        ),
        # two branches
        (
            {"z": "", "a": "z", "b": labeled("b", "shop", parents="a"), "c": labeled("c", "crm", "old", parents="a")},
            {"b": "shop", "c": "crm old"},
        ),
        # a fork above the label stops the line before it starts
        ({"a": labeled("a", "shop"), "b": "a", "c": "a"}, {"a": "shop", "b": "shop", "c": "shop"}),
        # a merge has the labels of both sides, and those after it don't go below
        (
            {
                "a": labeled("a", "shop"),
                "b": labeled("b", "crm"),
                "m": "a b",
                "n": labeled("n", "joined", parents="m"),
            },
            {"a": "shop", "b": "crm", "m": "crm shop", "n": "crm joined shop"},
        ),
        # a dependent counts as a second child
        (
            {"a": "", "x": labeled("x", depends=("a",)), "b": labeled("b", "shop", parents="a"), "c": "b"},
            {"b": "shop", "c": "shop"},
        ),
        ({"a": "", "x": labeled("x", depends=("a",)), "b": labeled("b", "shop")}, {"b": "shop"}),
    ],
)
def test_labels_of_each_revision(history: History, expected: dict[str, str]) -> None:
    found = graph(history)
    labels = {id_: " ".join(sorted(found.labels(id_))) for id_ in found.ids}
    assert {id_: names for id_, names in labels.items() if names} == expected


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        ([], ()),
        ([labeled("a", "shop"), labeled("b", "crm"), revision("c")], ()),
        ([labeled("b", "shop"), labeled("a", "shop"), labeled("c", "shop")], (("shop", ("a", "b", "c")),)),
        ([labeled("b", "z", "y"), labeled("a", "y", "z")], (("y", ("a", "b")), ("z", ("a", "b")))),
        # the label is also an id
        ([labeled("a", "b"), revision("b")], (("b", ("a", "b")),)),
        ([labeled("a", "a")], (("a", ("a",)),)),
        # a label that needs a run of the file is unknown
        ([labeled("a", "<name()>"), labeled("b", "<name()>")], ()),
    ],
)
def test_labels_declared_twice(revisions: list[Revision], expected: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    assert find_label_clashes(revisions, {file.id for file in revisions}) == expected
