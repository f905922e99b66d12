"""Histories as Mermaid, in the code fence that GitHub and GitLab need in a pull request, an issue or a page."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from git_alembic.report.graphs.dot_and_mermaid import diagram_lines
from git_alembic.terminal.text_width import strip_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_alembic.drawing.history_view import Subject
    from git_alembic.report.graphs import DrawnView

_CLASSES = {
    "published": "fill:#e8f0fe,stroke:#1a5fb4,color:#10243e",
    "unpublished": "fill:#fff4d6,stroke:#9a6700,color:#3d2b00",
    "staged": "fill:#dff5e1,stroke:#1a7f37,stroke-width:3px,color:#0a3d17",
    "elsewhere": "fill:#f6e8fb,stroke:#8250df,stroke-dasharray:4 3,color:#35155f",
    "run": "fill:none,stroke:#8b949e,stroke-dasharray:2 3,color:#6e7781",
}


def render_mermaid(drawn_views: Sequence[DrawnView], subject: Subject) -> str:
    styles = [f"  classDef {name} {style}" for name, style in _CLASSES.items()]
    return "\n".join(["```mermaid", "flowchart TD", *diagram_lines(_Mermaid(), drawn_views, subject), *styles, "```"])


class _Mermaid:
    group_end = "end"

    def group_start(self, number: int, title: str) -> Sequence[str]:
        return f'subgraph e{number}["{_escaped(title)}"]', "  direction TB"

    def note(self, name: str, text: str) -> str:
        return self.node(name, (text,), "run")

    def node(self, name: str, lines: Sequence[str], style: str) -> str:
        label = "<br/>".join(map(_escaped, lines))
        return f'{name}["{label}"]:::{style}'

    def edge(self, upper: str, lower: str, *, is_dependency: bool) -> str:
        return f"{upper} {'-. needed by .->' if is_dependency else '-->'} {lower}"


def _escaped(text: str) -> str:
    """Return the text in ASCII, with a numbered entity for every character that Mermaid or Markdown could interpret."""
    plain = string.ascii_letters + string.digits + " .,:/()-+"
    return "".join(c if c in plain else f"#{ord(c)};" for c in strip_controls(text))
