"""The part of a history that is drawn, as nodes and the nodes above each."""

from __future__ import annotations

import pytest

from git_alembic.drawing.node import Node, Remarks
from git_alembic.drawing.revision_selection import find_neighbors, select, select_all, select_fork
from tests.support.literal_changes import History, graph, revision

NOTHING = Remarks({}, {})


def line(*ids: str, after: str = "") -> dict[str, str]:
    return dict(zip(ids, (after, *ids[:-1]), strict=True))


def names(nodes: tuple[Node, ...]) -> list[str]:
    """Return each node as `name < the nodes that it is drawn under`."""
    by_key = {node.key: node.name for node in nodes}
    return [" < ".join((node.name, *(by_key[key] for key in node.above))) for node in nodes]


LONG = {
    **line(*(f"{at:02}" for at in range(41))),
    **line("x", "y", "z", after="20"),
}


class TestNeighbors:
    @pytest.mark.parametrize(
        ("id_", "steps", "expected"),
        [
            ("21", 0, {"21"}),
            ("21", 1, {"20", "21", "22"}),
            ("21", 2, {"19", "20", "x", "21", "22", "23"}),
            ("z", 1, {"y", "z"}),
        ],
    )
    def test_in_both_directions(self, id_: str, steps: int, expected: set[str]) -> None:
        assert find_neighbors(graph(LONG), id_, steps) == expected

    def test_dependencies_of_the_revision_only(self) -> None:
        found = graph({**line("a", "b"), **line("x"), "y": revision("y", "x", depends=("a",))})
        assert find_neighbors(found, "y", 1) == {"a", "x", "y"}
        assert find_neighbors(found, "a", 1) == {"a", "b", "y"}
        assert find_neighbors(found, "b", 1) == {"a", "b"}


class TestSelected:
    def test_what_is_left_out_is_counted(self) -> None:
        found = graph(LONG)
        assert names(select(found, find_neighbors(found, "21", 2), NOTHING)) == [
            "19 earlier revisions",
            "19 < 19 earlier revisions",
            "20 < 19",
            "21 < 20",
            "22 < 21",
            "23 < 22",
            "x < 20",
            "17 later revisions < 23",
            "2 later revisions < x",
        ]

    def test_nothing(self) -> None:
        assert select(graph(LONG), (), NOTHING) == ()

    def test_a_chosen_revision_is_never_collapsed(self) -> None:
        found = graph(line(*"abcdefg"))
        assert names(select(found, found.ids, NOTHING)) == ["a", "b < a", "c < b", "d < c", "e < d", "f < e", "g < f"]

    def test_both_sides_of_a_merge(self) -> None:
        found = graph({"a": "", "b": "a", "c": "a", "m": "b c", "n": "m"})
        assert names(select(found, ["m"], NOTHING)) == [
            "3 earlier revisions",
            "m < 3 earlier revisions",
            "1 later revision < m",
        ]
        assert names(select(found, ["b", "m"], NOTHING)) == [
            "1 earlier revision", "2 earlier revisions", "b < 1 earlier revision", "m < b < 2 earlier revisions",
            "1 later revision < m",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (line(*"abcdefgh"), ["a", "3 revisions < a", "e < 3 revisions", "f < e", "g < f", "h < g"]),
        # the revisions before a fork aren't the latest ones
        ({**line(*"abcdefgh"), "x": "g"}, ["a", "5 revisions < a", "g < 5 revisions", "h < g", "x < g"]),
    ],
)
def test_the_latest_revisions_are_not_collapsed(history: History, expected: list[str]) -> None:
    assert names(select_all(graph(history), NOTHING)) == expected


HOLDERS = {"c": "origin/main", "e": "staged"}
FORK = {**line(*"0abc"), **line("d", "e", after="a")}


class TestForks:
    def test_from_the_fork_on(self) -> None:
        nodes = select_fork(graph(FORK), ["c", "e", "c"], HOLDERS)
        assert names(nodes) == ["a", "b < a", "c < b", "d < a", "e < d"]
        assert {node.key: node.marks for node in nodes if node.marks} == {
            "c": ("head", "origin/main"),
            "e": ("head", "staged"),
        }

    def test_a_single_head(self) -> None:
        assert names(select_fork(graph(FORK), ["c"], {})) == ["c"]

    def test_a_merge_is_drawn_under_its_latest_parent(self) -> None:
        found = graph({**FORK, "m": "c d", "n": "e"})
        nodes = select_fork(found, ["m", "c", "n"], {})
        assert names(nodes) == ["a", "b < a", "c < b", "d < a", "e < d", "m < d", "n < e"]
        assert next(node.marks for node in nodes if node.key == "m") == ("head", "merges c")

    def test_unrelated_heads_start_at_their_bases(self) -> None:
        found = graph({**FORK, "x": "", "y": "x"})
        assert names(select_fork(found, ["c", "e", "y"], {})) == [
            "0",
            "a < 0",
            "b < a",
            "c < b",
            "d < a",
            "e < d",
            "x",
            "y < x",
        ]

    def test_bases_that_one_head_joins_are_one_group(self) -> None:
        found = graph({"a": "", "b": "", "m": "a b", "c": "a", "d": "b"})
        assert names(select_fork(found, ["c", "d", "m"], {})) == ["a", "b", "c < a", "d < b", "m < b"]

    @pytest.mark.parametrize(("count", "rest"), [(10, []), (11, ["1 more head"]), (13, ["3 more heads"])])
    def test_more_than_ten_heads_are_counted(self, count: int, rest: list[str]) -> None:
        heads = [f"h{at:02}" for at in range(count)]
        found = names(select_fork(graph({"a": "", **dict.fromkeys(heads, "a")}), heads, {heads[-1]: "staged"}))
        shown = [*heads[:9], heads[-1]]
        assert found == ["a", *(f"{head} < a" for head in shown), *rest]

    def test_a_cycle_ends_the_walk(self) -> None:
        found = graph({"a": "c", "b": "a", "c": "b", "d": "c"})
        assert names(select_fork(found, ["d"], {}))[-1].startswith("d")
