"""Histories as Mermaid, in the code fence that GitHub and GitLab need in a pull request, an issue or a page."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from git_alembic.drawing.node import edges
from git_alembic.report.graphs.title_and_legend import footnotes, inscription, title
from git_alembic.terminal.text_width import strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_alembic.drawing.history_view import Subject
    from git_alembic.drawing.node import Node
    from git_alembic.report.graphs import Portrait

_CLASSES = {
    "published": "fill:#e8f0fe,stroke:#1a5fb4,color:#10243e",
    "unpublished": "fill:#fff4d6,stroke:#9a6700,color:#3d2b00",
    "staged": "fill:#dff5e1,stroke:#1a7f37,stroke-width:3px,color:#0a3d17",
    "elsewhere": "fill:#f6e8fb,stroke:#8250df,stroke-dasharray:4 3,color:#35155f",
    "run": "fill:none,stroke:#8b949e,stroke-dasharray:2 3,color:#6e7781",
}


def render_mermaid(portraits: Sequence[Portrait], subject: Subject) -> str:
    lines = ["```mermaid", "flowchart TD"]
    for number, portrait in enumerate(portraits):
        lines += [f"  {line}" for line in _environment(portrait, subject, number)]
    lines += [f"  classDef {name} {style}" for name, style in _CLASSES.items()]
    return "\n".join([*lines, "```"])


def _environment(portrait: Portrait, subject: Subject, number: int) -> Iterator[str]:
    names = {node.key: f"e{number}n{at}" for at, node in enumerate(portrait.nodes)}
    yield f'subgraph e{number}["{_escaped(title(portrait, subject))}"]'
    yield "  direction TB"
    for at, note in enumerate(footnotes(portrait, subject)):
        yield f'  e{number}r{at}["{_escaped(str(note))}"]:::run'
    for node in portrait.nodes:
        kind = node.standing.state if node.kind == "revision" else "run"
        yield f'  {names[node.key]}["{_inscription(node)}"]:::{kind}'
    for edge in edges(portrait.nodes):
        yield f"  {names[edge.upper]} {'-. needed by .->' if edge.is_dependency else '-->'} {names[edge.lower]}"
    yield "end"


def _inscription(node: Node) -> str:
    return "<br/>".join(map(_escaped, inscription(node)))


def _escaped(text: str) -> str:
    """Return the text in ASCII, with a numbered entity for every character that Mermaid or Markdown could interpret."""
    plain = string.ascii_letters + string.digits + " .,:/()-+"
    return "".join(c if c in plain else f"#{ord(c)};" for c in strip_controls(text))
