"""Histories for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.drawing.lanes_as_text import DISCS, draw
from git_alembic.report.graphs.title_and_legend import footnotes, meanings, title
from git_alembic.report.text import Page
from git_alembic.terminal.text_width import count_columns, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_alembic.drawing.history_view import Subject
    from git_alembic.drawing.lanes_as_text import Part
    from git_alembic.drawing.node import Node
    from git_alembic.report.graphs import DrawnView, TextDevice

_STYLES = {"published": "36", "unpublished": "33", "staged": "32", "elsewhere": "35"}
_FAINT = "2"
_GAP = "   "


def render_text(drawn_views: Sequence[DrawnView], subject: Subject, device: TextDevice) -> str:
    page = Page(color=device.color, width=device.width, command="")
    blocks = ["\n".join(_block(drawn_view, subject, device, page)) for drawn_view in drawn_views]
    if legend := [f"{DISCS[state]} {words}" for state, words in meanings(drawn_views, subject).items()]:
        line = _GAP.join(legend)
        blocks.append(line if count_columns(line) <= device.width else "\n".join(legend))
    return readable("\n\n".join(blocks), device.encoding)


def _block(drawn_view: DrawnView, subject: Subject, device: TextDevice, page: Page) -> Iterator[str]:
    name, rest = title(drawn_view, subject).split(" ", 1)
    yield from page.wrap(rest, page.paint(name, "path"), name)
    if drawn_view.nodes:
        yield ""
        yield from draw(drawn_view.nodes, width=device.width, paint=_paint if device.color else _plain)
    for number, (sign, sentence, style) in enumerate(footnotes(drawn_view, subject)):
        yield from [""] if not number else []
        yield from page.wrap(sentence, page.paint(f"{sign}:", style), f"{sign}:")


def _plain(text: str, _part: Part, _node: Node) -> str:
    return text


def _paint(text: str, part: Part, node: Node) -> str:
    """Add colors. Signs and words already show who has a revision and that it is a head."""
    style = _FAINT if node.kind != "revision" else _STYLES[node.state.kind]
    if not text or (part == "text" and node.kind == "revision"):
        return text
    if part == "name" and any(mark in ("head", "effective head") for mark in node.marks):
        style = f"1;{style}"
    return f"\x1b[{style}m{text}\x1b[0m" if part != "lanes" else text
