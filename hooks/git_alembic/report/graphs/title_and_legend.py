"""The words of every drawing: what it shows, what its signs mean, and what it cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.terminal.text_width import shorten, strip_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from git_alembic.drawing.history_view import DatabaseMark, Subject
    from git_alembic.drawing.node import Node, State
    from git_alembic.report.graphs import DrawnView

MOST_NAMED = 3  # published refs that get a name
WIDEST = 60  # columns of a message


class Footnote(NamedTuple):
    """A few words on the subject, a sentence, and the style of these words."""

    what: str
    sentence: str
    style: str = "warning"

    def __str__(self) -> str:
        return f"{self.what}: {self.sentence}"


def title(drawn_view: DrawnView, subject: Subject) -> str:
    """Return one line: the environment, the tree, and the counts of revisions, heads and bases."""
    environment, graph = drawn_view.view.shown.environment, drawn_view.view.shown.graph
    location = f" ({environment.script_location})" if environment.script_location != environment.name else ""
    counts = [
        format_count(len(graph), "revision"),
        format_count(len(graph.heads), "head"),
        format_count(len(graph.bases), "base"),
    ]
    extent = f"; {drawn_view.extent}" if drawn_view.extent else ""
    return f"{environment.name}{location} in {subject.name}: {', '.join(counts)}{extent}"


def meanings(drawn_views: Sequence[DrawnView], subject: Subject) -> dict[State, str]:
    """Explain each state that occurs. Empty if all revisions are published, or if that isn't known."""
    occurring = {node.state.kind for drawn_view in drawn_views for node in drawn_view.nodes if node.kind != "rest"}
    if occurring <= {"published"}:
        return {}
    names = [name for name, _ in subject.published_commits or ()]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    published = f"published: in {', '.join(names[:MOST_NAMED])}{more}" if names else "in the history"
    words: dict[State, str] = {
        "published": published,
        "unpublished": "unpublished",
        "staged": "staged, not committed",
        "elsewhere": f"not in {subject.name}",
    }
    return {state: words[state] for state in words if state in occurring}


def footnotes(drawn_view: DrawnView, subject: Subject) -> Iterator[Footnote]:
    """Yield the notes below a drawing: where the databases are, and what it cannot show."""
    for mark in drawn_view.view.databases or ():
        yield Footnote(mark.title, _describe_database(drawn_view, mark), "path")
    if not drawn_view.nodes:
        yield Footnote("nothing to draw", drawn_view.extent or "the history is empty")
    for file in drawn_view.view.shown.unreadable:
        yield Footnote("cannot be read", f"{file.path}{f':{file.line}' if file.line else ''}: {file.reason}")
    if subject.reason:
        yield Footnote("could not determine which revisions are published", subject.reason)


def _describe_database(drawn_view: DrawnView, mark: DatabaseMark) -> str:
    """Say where a database is, and which revisions of the history it hasn't run."""
    graph = drawn_view.view.shown.graph
    unknown = [rev_id for rev_id in mark.revisions if rev_id not in drawn_view.view.graph]
    state = f"at {' and '.join(mark.revisions)}" if mark.revisions else "not at any revision"
    if unknown:
        are = "is" if len(unknown) == 1 else "are"
        return f"{mark.url} is {state}; {' and '.join(unknown)} {are} not in this history (see `git alembic doctor`)"
    if mark.tables and not mark.revisions:
        return f"{mark.url} is {state}, but has {format_count(mark.tables, 'table')} (see `git alembic doctor`)"
    waiting = len(graph) - len(graph.needed(mark.revisions))
    return f"{mark.url} is {state}, {format_count(waiting, 'revision')} to run"


def inscription(node: Node) -> tuple[str, ...]:
    """Return the name, message and marks of a node, one line each."""
    marks = f"({', '.join(node.marks)})" if node.marks else ""
    return tuple(line for line in (node.name, shorten(strip_controls(node.text), WIDEST), marks) if line)
