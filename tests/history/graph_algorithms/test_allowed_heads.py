"""The heads of a history compared with the heads that the settings allow."""

from __future__ import annotations

import pytest

from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads, find_surplus_heads, heads_by_label
from tests.support.literal_changes import History, graph, revision

A, FORK = {"a": ""}, {"a": "", "b": "a", "c": "a"}
SHOP: History = {"a": "", "s": revision("s", labels=("shop",)), "t": "s", "u": "s"}


class TestExcessHeads:
    @pytest.mark.parametrize(
        ("history", "allowed", "expected"),
        [
            ({}, 1, 0),
            (A, 1, 0),
            (FORK, 1, 1),
            (FORK, 2, 0),
            (FORK, 3, 0),
            ({**FORK, "d": "a"}, 1, 2),
            ({}, "one-per-label", 0),
            (A, "one-per-label", 0),
            (FORK, "one-per-label", 1),
            (SHOP, "one-per-label", 1),
            ({**SHOP, "b": "a", "c": "a"}, "one-per-label", 2),
        ],
    )
    def test_heads_beyond_those_allowed(self, history: History, allowed: int | str, expected: int) -> None:
        assert count_excess_heads(graph(history), allowed) == expected

    def test_heads_by_label(self) -> None:
        labeled = revision("b", "a", labels=("y", "x"))
        assert heads_by_label(graph({**SHOP, "b": labeled})) == {"x": ("b",), "shop": ("t", "u")}
        assert heads_by_label(graph(FORK)) == {"": ("b", "c")}


@pytest.mark.parametrize(
    ("history", "allowed", "expected"),
    [
        (A, 1, []),
        (FORK, 1, [("b", "c")]),
        (FORK, 2, []),
        (FORK, "one-per-label", [("b", "c")]),
        (SHOP, "one-per-label", [("t", "u")]),
        ({**SHOP, "b": "a", "c": "a"}, "one-per-label", [("b", "c"), ("t", "u")]),
    ],
)
def test_groups_with_a_head_too_many(history: History, allowed: int | str, expected: list[tuple[str, ...]]) -> None:
    assert find_surplus_heads(graph(history), allowed) == expected
