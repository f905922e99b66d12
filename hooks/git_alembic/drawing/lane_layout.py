"""Lays out the nodes of a history one below the other, in parallel lanes, for a terminal and an image."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from git_alembic.drawing.node import Node


class Row(NamedTuple):
    """A node in its column. `joins` are the lanes to its right that end in it, `opens` those that start from it.

    `above` are the lanes that reach the row, and `below` the lanes that leave it. Columns are never renumbered, so a
    lane in both `above` and `below` passes the node unless it is the node's own column or in `joins`.
    """

    node: Node
    column: int
    joins: tuple[int, ...]
    opens: tuple[int, ...]
    above: frozenset[int]
    below: frozenset[int]

    @property
    def passing(self) -> frozenset[int]:
        return self.above - {self.column, *self.joins}


def lay_out(nodes: Sequence[Node], most: int) -> tuple[Row, ...]:
    """Put each node below its parents, side lines before the main one, with lines as short as possible.

    `nodes` are in topological order. A loop has no such order, so lines that would lead up are left out. There are at
    most `most` lanes. Lanes further right share the last one.
    """
    return _Layout(nodes, most).rows()


class _Layout:
    def __init__(self, nodes: Sequence[Node], most: int) -> None:
        self._last = most - 1
        self._left = {node.key: node for node in nodes}
        self._waits = {node.key: len(set(node.above)) for node in nodes}
        below: dict[str, list[str]] = {}
        for node in nodes:
            for up in dict.fromkeys(node.above):
                below.setdefault(up, []).append(node.key)
        height = _heights(nodes, below)
        # The longest line keeps its lane. If several are equally long, the first keeps it.
        self._below = {up: sorted(keys, key=lambda key: -height[key]) for up, keys in below.items()}
        self._lanes: list[str | None] = []  # the node that each lane leads to
        self._leading: dict[str, list[int]] = {}  # node -> the lanes that lead to it
        self._shown: Counter[int] = Counter()  # drawn lane -> how many lanes it stands for

    def rows(self) -> tuple[Row, ...]:
        rows = []
        while self._left:
            rows.append(self._place(self._next()))
        return tuple(rows)

    def _next(self) -> str:
        """Return the node of the rightmost lane whose parents are all drawn; else a base; else, in a loop, any node."""
        for key in reversed(self._lanes):
            if key is not None and not self._waits[key]:
                return key
        base = next((key for key in self._left if not self._waits[key]), None)
        led_to = next((key for key in self._lanes if key is not None), None)
        return base or led_to or next(iter(self._left))

    def _place(self, key: str) -> Row:
        node = self._left.pop(key)
        above = self._list_taken()
        ended = sorted(self._leading.pop(key, ()))
        column, *joins = ended or [self._free(0)]
        for lane in ended:
            self._lanes[lane] = None
            self._shown[min(lane, self._last)] -= 1
        opens: list[int] = []
        for number, low in enumerate(low for low in self._below.get(key, ()) if low in self._left):
            self._waits[low] -= 1
            lane = self._free((opens or [column])[-1] + 1) if number else column
            self._lead(lane, low)
            opens += [lane] if number else []
        while self._lanes and self._lanes[-1] is None:
            self._lanes.pop()
        drawn_column = min(column, self._last)
        return Row(
            node,
            drawn_column,
            self._squeeze(joins, drawn_column),
            self._squeeze(opens, drawn_column),
            above,
            self._list_taken(),
        )

    def _lead(self, lane: int, key: str) -> None:
        self._lanes[lane] = key
        self._leading.setdefault(key, []).append(lane)
        self._shown[min(lane, self._last)] += 1

    def _list_taken(self) -> frozenset[int]:
        return frozenset(lane for lane, count in self._shown.items() if count)

    def _squeeze(self, ends: Sequence[int], own_lane: int) -> tuple[int, ...]:
        """Return the lanes as they are drawn, without the node's own lane."""
        return tuple(sorted({min(lane, self._last) for lane in ends} - {own_lane}))

    def _free(self, start: int) -> int:
        """Return the first free lane from `start` on, or add one."""
        lane = start
        while lane < len(self._lanes) and self._lanes[lane] is not None:
            lane += 1
        self._lanes += [None] * (lane + 1 - len(self._lanes))
        return lane


def _heights(nodes: Sequence[Node], below: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return the number of revisions on the longest line down from each node."""
    height: dict[str, int] = {}
    for node in reversed(nodes):
        height[node.key] = len(node.ids) + max((height.get(low, 0) for low in below.get(node.key, ())), default=0)
    return height
