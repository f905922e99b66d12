"""Writes histories in a language for graphs: one group per environment, with its notes, nodes and edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from git_alembic.drawing.node import edges
from git_alembic.report.graphs.title_and_legend import footnotes, inscription, title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_alembic.drawing.history_view import Subject
    from git_alembic.report.graphs import DrawnView


class GraphLanguage(Protocol):
    """The syntax of a language. `name` is the identifier of a node, and texts are not escaped yet.

    The style of a node is the state of its revision, or "run".
    """

    group_end: str

    def group_start(self, number: int, title: str) -> Sequence[str]: ...

    def note(self, name: str, text: str) -> str: ...

    def node(self, name: str, lines: Sequence[str], style: str) -> str: ...

    def edge(self, upper: str, lower: str, *, is_dependency: bool) -> str: ...


def diagram_lines(language: GraphLanguage, drawn_views: Sequence[DrawnView], subject: Subject) -> list[str]:
    """Return the lines of all groups, indented by two columns."""
    return [
        f"  {line}"
        for number, drawn_view in enumerate(drawn_views)
        for line in _group(language, drawn_view, subject, number)
    ]


def _group(language: GraphLanguage, drawn_view: DrawnView, subject: Subject, number: int) -> Iterator[str]:
    names = {node.key: f"e{number}n{position}" for position, node in enumerate(drawn_view.nodes)}
    yield from language.group_start(number, title(drawn_view, subject))
    for position, note in enumerate(footnotes(drawn_view, subject)):
        yield f"  {language.note(f'e{number}r{position}', str(note))}"
    for node in drawn_view.nodes:
        style = node.state.kind if node.kind == "revision" else "run"
        yield f"  {language.node(names[node.key], inscription(node), style)}"
    for edge in edges(drawn_view.nodes):
        yield f"  {language.edge(names[edge.upper], names[edge.lower], is_dependency=edge.is_dependency)}"
    yield language.group_end
