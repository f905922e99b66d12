"""Draws histories for a terminal, a pull request, Graphviz or as an image, and exports them as data.

In: views of histories, and the nodes to draw. Out: text. It reads no repository and writes no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_alembic.drawing.history_view import HistoryView, Subject
    from git_alembic.drawing.node import Node

GraphFormat = Literal["text", "mermaid", "dot", "svg", "json"]


class DrawnView(NamedTuple):
    """One environment and the part that is drawn. `extent` describes this part; "" for all of it."""

    view: HistoryView
    nodes: tuple[Node, ...]
    extent: str = ""


class TextDevice(NamedTuple):
    """The device that shows the text."""

    width: int
    color: bool
    encoding: str


def render_graph(drawn_views: Sequence[DrawnView], subject: Subject, format_: GraphFormat, device: TextDevice) -> str:
    """Return the drawing without its last newline. `device` concerns text only."""
    if format_ == "json":
        from git_alembic.report.graphs.json import render_json

        return render_json(drawn_views, subject)
    if format_ == "mermaid":
        from git_alembic.report.graphs.mermaid import render_mermaid

        return render_mermaid(drawn_views, subject)
    if format_ == "dot":
        from git_alembic.report.graphs.dot import render_dot

        return render_dot(drawn_views, subject)
    if format_ == "svg":
        from git_alembic.report.graphs.svg import render_svg

        return render_svg(drawn_views, subject)
    from git_alembic.report.graphs.text import render_text

    return render_text(drawn_views, subject, device)
