"""Histories as a graph for Graphviz: `git alembic graph --format dot | dot -Tpdf > history.pdf`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.drawing.node import edges
from git_alembic.report.graphs.title_and_legend import footnotes, inscription, title
from git_alembic.terminal.text_width import strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_alembic.drawing.history_view import Subject
    from git_alembic.drawing.node import Node
    from git_alembic.report.graphs import Portrait

_STYLES = {
    "published": "",
    "unpublished": ' fillcolor="#fff4d6" color="#9a6700"',
    "staged": ' fillcolor="#dff5e1" color="#1a7f37" penwidth="2"',
    "elsewhere": ' style="rounded,filled,dashed" fillcolor="#f6e8fb" color="#8250df"',
    "run": ' style="rounded,dotted" color="#8b949e" fontcolor="#57606a"',
}


def render_dot(portraits: Sequence[Portrait], subject: Subject) -> str:
    lines = [
        "digraph history {",
        '  graph [fontname="Helvetica" labeljust="l"];',
        '  node [shape="box" style="rounded,filled" fillcolor="#e8f0fe" color="#1a5fb4" fontname="Helvetica"];',
    ]
    for number, portrait in enumerate(portraits):
        lines += [f"  {line}" for line in _environment(portrait, subject, number)]
    return "\n".join([*lines, "}"])


def _environment(portrait: Portrait, subject: Subject, number: int) -> Iterator[str]:
    names = {node.key: f"e{number}n{at}" for at, node in enumerate(portrait.nodes)}
    yield f"subgraph cluster_{number} {{"
    yield f'  label="{_escaped(title(portrait, subject))}";'
    for at, note in enumerate(footnotes(portrait, subject)):
        yield f'  e{number}r{at} [label="{_escaped(str(note))}" shape="plain"];'
    for node in portrait.nodes:
        style = _STYLES[node.standing.state if node.kind == "revision" else "run"]
        yield f'  {names[node.key]} [label="{_inscription(node)}"{style}];'
    for edge in edges(portrait.nodes):
        dashed = ' [style="dashed" label="needed by" fontsize="9"]' if edge.is_dependency else ""
        yield f"  {names[edge.upper]} -> {names[edge.lower]}{dashed};"
    yield "}"


def _inscription(node: Node) -> str:
    return r"\n".join(map(_escaped, inscription(node)))


def _escaped(text: str) -> str:
    """Return the text in ASCII. Graphviz reads HTML entities."""
    safe = strip_controls(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return safe.encode("ascii", "xmlcharrefreplace").decode()
