"""Histories as a graph for Graphviz: `git alembic graph --format dot | dot -Tpdf > history.pdf`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.report.graphs.dot_and_mermaid import diagram_lines
from git_alembic.terminal.text_width import strip_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_alembic.drawing.history_view import Subject
    from git_alembic.report.graphs import DrawnView

_STYLES = {
    "published": "",
    "unpublished": ' fillcolor="#fff4d6" color="#9a6700"',
    "staged": ' fillcolor="#dff5e1" color="#1a7f37" penwidth="2"',
    "elsewhere": ' style="rounded,filled,dashed" fillcolor="#f6e8fb" color="#8250df"',
    "run": ' style="rounded,dotted" color="#8b949e" fontcolor="#57606a"',
}


def render_dot(drawn_views: Sequence[DrawnView], subject: Subject) -> str:
    lines = [
        "digraph history {",
        '  graph [fontname="Helvetica" labeljust="l"];',
        '  node [shape="box" style="rounded,filled" fillcolor="#e8f0fe" color="#1a5fb4" fontname="Helvetica"];',
    ]
    return "\n".join([*lines, *diagram_lines(_Dot(), drawn_views, subject), "}"])


class _Dot:
    group_end = "}"

    def group_start(self, number: int, title: str) -> Sequence[str]:
        return f"subgraph cluster_{number} {{", f'  label="{_escaped(title)}";'

    def note(self, name: str, text: str) -> str:
        return f'{name} [label="{_escaped(text)}" shape="plain"];'

    def node(self, name: str, lines: Sequence[str], style: str) -> str:
        label = r"\n".join(map(_escaped, lines))
        return f'{name} [label="{label}"{_STYLES[style]}];'

    def edge(self, upper: str, lower: str, *, is_dependency: bool) -> str:
        dashed = ' [style="dashed" label="needed by" fontsize="9"]' if is_dependency else ""
        return f"{upper} -> {lower}{dashed};"


def _escaped(text: str) -> str:
    """Return the text in ASCII. Graphviz reads HTML entities."""
    safe = strip_controls(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return safe.encode("ascii", "xmlcharrefreplace").decode()
