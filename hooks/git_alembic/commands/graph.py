"""`git alembic graph`: draw the history of the index or of a commit."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from git_alembic.checking.shared_command_line_options import add_published_option
from git_alembic.database.database_state import DatabaseState
from git_alembic.drawing.history_view import DatabaseMark, HistoryView
from git_alembic.drawing.revision_selection import NEIGHBOR_STEPS, find_neighbors, select, select_all
from git_alembic.drawing.view_loader import LoadedViews
from git_alembic.errors import CannotCheck
from git_alembic.history.graph import RevisionGraph
from git_alembic.report import emit, encoding_of, wants_color
from git_alembic.report.graphs import DrawnView, GraphFormat, TextDevice, render_graph
from git_alembic.terminal.argument_parser import ArgumentParser
from git_alembic.terminal.spelling_suggestion import did_you_mean

DESCRIPTION = (
    "Draw the revisions in the index, with bases at the top and heads at the bottom. Marks "
    "revisions that are unpublished and revisions that exist only on the target branch. Linear "
    "stretches of the history are collapsed."
)


class GraphOptions(argparse.Namespace):
    rev: str | None
    around: str | None
    since: str | None
    database: bool
    environment: list[str]
    published: list[str]
    format: GraphFormat
    color: Literal["auto", "always", "never"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. 0: drawn, however broken the history is. Raise CannotCheck if it cannot be read."""
    options = parser().parse_args(argv, GraphOptions())
    loaded_views = LoadedViews(options.rev, options.published, options.environment)
    views = _with_databases(loaded_views.views) if options.database else loaded_views.views
    device = TextDevice(
        width=shutil.get_terminal_size().columns,
        color=wants_color(options.color, sys.stdout, os.environ),
        encoding=encoding_of(sys.stdout),
    )
    emit(
        render_graph(_drawn_views(loaded_views, views, options), loaded_views.subject, options.format, device),
        sys.stdout,
    )
    return 0


def parser() -> argparse.ArgumentParser:
    argument_parser = ArgumentParser("git alembic graph", description=DESCRIPTION)
    argument_parser.add_argument("--rev", metavar="REV", help="draw this commit instead of the index")
    where = argument_parser.add_mutually_exclusive_group()
    where.add_argument(
        "--around", metavar="REVISION", help=f"draw only the revisions within {NEIGHBOR_STEPS} steps of this one"
    )
    where.add_argument("--since", metavar="REF", help="draw only the revisions that this commit does not have")
    argument_parser.add_argument(
        "--format",
        choices=("text", "mermaid", "dot", "svg", "json"),
        default="text",
        help="for a terminal, a pull request, Graphviz, an image, or a program (default: text)",
    )
    argument_parser.add_argument(
        "--database",
        action="store_true",
        help="also mark the revision each database is at (connects with the project's Python, the same way env.py "
        "does; read-only)",
    )
    argument_parser.add_argument(
        "--environment", metavar="NAME", action="append", default=[], help="draw only this environment (repeatable)"
    )
    add_published_option(argument_parser)
    argument_parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="color the drawing (default: auto)"
    )
    return argument_parser


def _with_databases(views: Sequence[HistoryView]) -> list[HistoryView]:
    """Add the databases of each environment to its view. Raise CannotCheck if one can't be inspected."""
    from git_alembic.database.inspection import Inspection, load_environments
    from git_alembic.git import Repository

    repository = Repository()
    snapshots, settings = load_environments(repository, [view.shown.environment.name for view in views])
    inspections = (Inspection(repository, settings, snapshot) for snapshot in snapshots)
    databases = {inspection.environment.name: inspection.databases() for inspection in inspections}
    return [replace(view, databases=tuple(map(_make_mark, databases[view.shown.environment.name]))) for view in views]


def _make_mark(database: DatabaseState) -> DatabaseMark:
    rows = dict.fromkeys(row for row in database.version.rows if row is not None)
    return DatabaseMark(database.label, database.url.text, tuple(rows), len(database.tables))


def _drawn_views(loaded_views: LoadedViews, views: Sequence[HistoryView], options: GraphOptions) -> list[DrawnView]:
    """Return the views, each with the part that is drawn."""
    if options.around is not None:
        return _surroundings(views, options.around)
    if options.since is None:
        return [DrawnView(view, select_all(view.graph, view.remarks)) for view in views]
    return [
        DrawnView(view, select(view.graph, view.missing_from(old), view.remarks), f"what {options.since} does not have")
        for view, old in zip(views, loaded_views.before(options.since), strict=True)
    ]


def _surroundings(views: Sequence[HistoryView], name: str) -> list[DrawnView]:
    matching = [(view, rev_id) for view in views for rev_id in _matching_ids(view.graph, name)]
    if not matching:
        hint = did_you_mean(name, [rev_id for view in views for rev_id in view.graph.ids])
        raise CannotCheck(f"there is no revision {name!r} in this history{hint}")
    return [
        DrawnView(
            view,
            select(view.graph, find_neighbors(view.graph, rev_id, NEIGHBOR_STEPS), view.remarks),
            f"{NEIGHBOR_STEPS} steps around {rev_id}",
        )
        for view, rev_id in matching
    ]


def _matching_ids(graph: RevisionGraph, name: str) -> list[str]:
    """Return the revisions that an id, the start of an id, or a branch label refers to."""
    if name in graph:
        return [name]
    labeled = [revision.id for revision in graph.revisions if name in revision.labels]
    begun = [rev_id for rev_id in graph.ids if name and rev_id.startswith(name)]
    if len(begun) > 1 and not labeled:
        raise CannotCheck(f"{name!r} is ambiguous: it is a prefix of {len(begun)} revisions: {', '.join(begun[:10])}")
    return labeled or begun
