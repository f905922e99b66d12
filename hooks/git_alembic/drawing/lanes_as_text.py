"""Draws a history as lines of Unicode text. `terminal.text_width.readable` adapts them to a terminal's encoding."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from git_alembic.drawing.lane_layout import Row, lay_out
from git_alembic.drawing.revision_selection import select_fork
from git_alembic.terminal.text_width import count_columns, shorten, strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from git_alembic.drawing.node import Node
    from git_alembic.history.graph import RevisionGraph

MOST_LANES = 16  # side by side, or fewer if they don't fit; all lanes further to the right share the last one
ALIGNED_LANES = 4  # names are aligned up to this number of lanes
ALIGNED_ID = 12  # messages are aligned after ids of up to this width
LEAST_BESIDE = 24  # columns to reserve for the text beside the lanes
SHORTEST_TEXT = 6  # columns; a shorter message is useless
SHORTEST_MARK = 12
FOLD = "⋮"
DISCS = {"published": "●", "unpublished": "○", "staged": "◆", "elsewhere": "◌"}

Part = Literal["lanes", "name", "text", "mark"]
Paint = Callable[[str, Part, "Node"], str]  # (text, its part, its node) -> the text in color


class _Line(NamedTuple):
    """One line before it is fitted. A line between nodes has only lanes."""

    lanes: str = ""
    node: Node | None = None

    @property
    def name(self) -> str:
        return strip_controls(self.node.name) if self.node else ""

    @property
    def text(self) -> str:
        return strip_controls(self.node.text) if self.node else ""

    @property
    def mark(self) -> str:
        return f"({strip_controls(', '.join(self.node.marks))})" if self.node and self.node.marks else ""


def draw_fork(graph: RevisionGraph, heads: Sequence[str], holders: Mapping[str, str], *, width: int = 76) -> str:
    """Return the lines from the fork to `heads`. `holders` says who has a revision ("HEAD", "origin/main").

    There is no newline at the end. "" without heads.
    """
    return "\n".join(draw(select_fork(graph, heads, holders), width=width))


def draw(nodes: Sequence[Node], *, width: int, paint: Paint = lambda text, _part, _node: text) -> Iterator[str]:
    """Yield the lines with bases at the top, at most `width` columns wide, and with aligned marks.

    Messages are shortened first and names last. A mark is cut if it takes more than half of a line and more than the
    messages leave, or more than the longest name leaves.
    """
    most = max(1, min(MOST_LANES, (width - LEAST_BESIDE) // 2))
    lines = list(_lines(lay_out(nodes, most)))
    ids = max((count_columns(line.name) for line in lines if line.node and line.node.kind == "revision"), default=0)
    marks = _marks([line for line in lines if line.mark], ids, width)
    widest = max(map(count_columns, marks.values()), default=0)
    lefts = [_fit_parts(line, width - 2 - widest if line.mark else width, min(ids, ALIGNED_ID)) for line in lines]
    column = max(
        (sum(map(count_columns, left)) for left, line in zip(lefts, lines, strict=True) if line.mark), default=0
    )
    for (lanes, name, text), line in zip(lefts, lines, strict=True):
        if line.node is None:
            yield lanes.rstrip()
            continue
        shown = paint(lanes, "lanes", line.node) + paint(name, "name", line.node) + paint(text, "text", line.node)
        padding = " " * (column - sum(map(count_columns, (lanes, name, text))) + 2)
        yield f"{shown}{padding}{paint(marks[line.mark], 'mark', line.node)}" if line.mark else shown.rstrip()


def _marks(lines: Sequence[_Line], ids: int, width: int) -> dict[str, str]:
    """Return each mark, shortened to the available width."""
    names = max((count_columns(line.lanes + line.name) for line in lines), default=0)
    whole = max(
        (count_columns(line.lanes + line.text) + max(ids, count_columns(line.name)) + 2 for line in lines), default=0
    )
    room = max(SHORTEST_MARK, min(max(width // 2, width - 2 - whole), width - 2 - names))
    return {line.mark: shorten(line.mark[:-1], room - 1) + ")" for line in lines}


def _lines(rows: Sequence[Row]) -> Iterator[_Line]:
    widest = max((max(row.above | row.below | {row.column}) + 1 for row in rows), default=0)
    margin = 2 * min(widest, ALIGNED_LANES) + 1
    for number, row in enumerate(rows):
        if number and not row.above:
            yield _Line()
        if row.joins:
            yield _Line(_connector(row, row.joins, "┴", "╯"))
        disc = FOLD if row.node.kind != "revision" else DISCS[row.node.state.kind]
        beside = max(row.passing | {row.column})
        glyphs = {row.column: disc, **dict.fromkeys(row.passing, "│")}
        lanes = "".join(glyphs.get(lane, " ") + " " for lane in range(beside + 1))
        yield _Line(lanes.ljust(margin - 1) + " ", row.node)
        if row.opens:
            yield _Line(_connector(row, row.opens, "┬", "╮"))


def _connector(row: Row, ends: Sequence[int], tee: str, corner: str) -> str:
    """Return the line between two nodes where lanes end in, or start from, the lane of a node."""
    far = max(ends)
    drawn = []
    for lane in range(max(far, *row.passing, 0) + 1):
        crossed = row.column < lane < far
        if lane == row.column:
            glyph = "├"
        elif lane in ends:
            glyph = corner if lane == far else tee
        elif lane in row.passing:
            glyph = "┼" if crossed else "│"
        else:
            glyph = "─" if crossed else " "
        drawn.append(glyph + ("─" if row.column <= lane < far else " "))
    return "".join(drawn).rstrip()


def _fit_parts(line: _Line, room: int, ids: int) -> tuple[str, str, str]:
    """Return lanes, name, and the remaining text with the space before it.

    Texts after ids of usual length are aligned.
    """
    name = shorten(line.name, room - len(line.lanes))
    space = max(ids - count_columns(name), 0) + 2
    text_room = room - len(line.lanes) - count_columns(name) - space
    text = shorten(line.text, text_room) if text_room >= SHORTEST_TEXT else ""
    return line.lanes, name, " " * space + text if text else ""
