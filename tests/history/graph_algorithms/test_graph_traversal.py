"""Walks along edges that are written as literals: node -> successors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from git_alembic.history.graph_algorithms.graph_traversal import (
    follow_line,
    invert,
    reach,
    strongly_connected,
    walk_depth_first,
)

Edges = dict[str, tuple[str, ...]]

DIAMOND: Edges = {"a": ("b", "c"), "b": ("d",), "c": ("d",), "d": ()}
LOOP: Edges = {"a": ("b",), "b": ("c",), "c": ("a",)}


def step(edges: Edges) -> Callable[[str], tuple[str, ...]]:
    return lambda node: edges.get(node, ())


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({}, {}),
        ({"a": ()}, {}),
        (DIAMOND, {"b": ("a",), "c": ("a",), "d": ("b", "c")}),
        (LOOP, {"b": ("a",), "c": ("b",), "a": ("c",)}),
        ({"a": ("a", "gone")}, {"a": ("a",), "gone": ("a",)}),
    ],
)
def test_edges_in_the_other_direction(edges: Edges, expected: Edges) -> None:
    assert invert(edges) == expected


@pytest.mark.parametrize(
    ("edges", "starts", "expected"),
    [
        (DIAMOND, [], ""),
        (DIAMOND, ["a"], "abcd"),
        (DIAMOND, ["b"], "bd"),
        (DIAMOND, ["b", "c"], "bcd"),
        (LOOP, ["b"], "abc"),
        (DIAMOND, ["unknown"], ["unknown"]),
    ],
)
def test_nodes_that_are_reached(edges: Edges, starts: list[str], expected: str | list[str]) -> None:
    assert reach(starts, step(edges)) == set(expected)


@pytest.mark.parametrize(
    ("edges", "start", "expected"),
    [
        ({"a": ("b",), "b": ("c",), "c": ()}, "a", ["a", "b", "c"]),
        ({"a": ("b",), "b": ("c",), "c": ()}, "b", ["b", "c"]),
        (DIAMOND, "a", ["a"]),  # it stops before a fork
        (DIAMOND, "c", ["c", "d"]),
        (LOOP, "b", ["b", "c", "a"]),
        ({"a": ("a",)}, "a", ["a"]),
    ],
)
def test_line_up_to_a_fork(edges: Edges, start: str, expected: list[str]) -> None:
    assert list(follow_line(start, step(edges))) == expected


@pytest.mark.parametrize(
    ("edges", "start", "within", "expected"),
    [
        (DIAMOND, "a", "abcd", ["a", "b", "d", "c"]),
        (DIAMOND, "a", "acd", ["a", "c", "d"]),
        (DIAMOND, "a", "ad", ["a"]),  # a node outside is a wall
        (LOOP, "c", "abc", ["c", "a", "b"]),
        ({"a": ("z", "m"), "m": (), "z": ("m",)}, "a", "amz", ["a", "m", "z"]),
    ],
)
def test_depth_first(edges: Edges, start: str, within: str, expected: list[str]) -> None:
    assert list(walk_depth_first(start, edges, frozenset(within))) == expected


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({}, []),
        ({"a": ()}, [("a",)]),
        ({"a": ("a",)}, [("a",)]),
        (DIAMOND, [("d",), ("b",), ("c",), ("a",)]),
        (LOOP, [("a", "b", "c")]),
        # two loops with a bridge from the first to the second
        ({"d": ("c",), "c": ("d", "b"), "b": ("a",), "a": ("b",)}, [("a", "b"), ("c", "d")]),
        # two loops that share the node b
        ({"a": ("b",), "b": ("a", "c"), "c": ("b",)}, [("a", "b", "c")]),
        # a loop within a loop, and a way out of it that is visited twice
        ({"a": ("b",), "b": ("c", "x"), "c": ("b", "d"), "d": ("a", "x"), "x": ()}, [("x",), ("a", "b", "c", "d")]),
        # the second root leads only to a finished group
        ({"a": ("b",), "b": (), "c": ("a", "b")}, [("b",), ("a",), ("c",)]),
    ],
)
def test_strongly_connected_components(edges: Edges, expected: list[tuple[str, ...]]) -> None:
    assert strongly_connected(edges) == expected


def test_long_lines_need_no_recursion() -> None:
    line: Edges = {str(at): (str(at + 1),) for at in range(5000)} | {"5000": ()}
    assert strongly_connected(line) == [(str(at),) for at in range(5000, -1, -1)]
    assert len(list(walk_depth_first("0", line, frozenset(line)))) == 5001
