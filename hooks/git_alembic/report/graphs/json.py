"""Histories as JSON of version 1: keys are never renamed or removed under one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.report.json import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_alembic.drawing.history_view import DatabaseMark, HistoryView, Subject
    from git_alembic.git.refs import NamedCommit
    from git_alembic.report.graphs import DrawnView

VERSION = 1


def render_json(drawn_views: Sequence[DrawnView], subject: Subject) -> str:
    document = {
        "version": VERSION,
        "source": "index" if subject.commit is None else subject.commit,
        "published": None if subject.published_commits is None else [_ref(ref) for ref in subject.published_commits],
        "target": subject.target and _ref(subject.target),
        "environments": [_environment(drawn_view) for drawn_view in drawn_views],
    }
    return dumps(document, indent=2)


def _ref(ref: NamedCommit) -> dict[str, str]:
    return {"name": ref.name, "commit": ref.commit}


def _environment(drawn_view: DrawnView) -> dict[str, object]:
    """Return the facts of the whole history. `history` lists what is drawn, and what only other trees have."""
    view = drawn_view.view
    environment, graph = view.shown.environment, view.shown.graph
    drawn = {rev_id for node in drawn_view.nodes if node.kind != "rest" for rev_id in node.ids}
    return {
        "name": environment.name,
        "script_location": environment.script_location,
        "versions": environment.versions,
        "revisions": len(graph),
        "heads": graph.heads,
        "effective_heads": graph.effective_heads,
        "bases": graph.bases,
        "branch_points": graph.branch_points,
        "merge_points": graph.merge_points,
        "missing_parents": graph.missing_parents,
        "duplicates": graph.duplicates,
        "cycles": graph.cycles,
        "unreadable": [{"path": file.path, "line": file.line, "reason": file.reason} for file in view.shown.unreadable],
        "databases": None if view.databases is None else [_database(mark) for mark in view.databases],
        "history": [_revision(view, rev_id) for rev_id in view.graph.topological() if rev_id in drawn],
    }


def _database(mark: DatabaseMark) -> dict[str, object]:
    return {"name": mark.name, "url": mark.url, "at": mark.revisions, "tables": mark.tables}


def _revision(view: HistoryView, rev_id: str) -> dict[str, object]:
    revision = view.graph[rev_id]
    return {
        "id": rev_id,
        "path": revision.path,
        "message": revision.message,
        "down_revision": revision.down,
        "depends_on": revision.depends,
        "branch_labels": revision.labels,
        "state": view.remarks.states[rev_id].kind,
        "also_in": view.holders(rev_id),
        "head_of": view.tips(rev_id),
        "staged_changes": view.staged_changes(rev_id),
        "marks": view.databases_at(rev_id),
    }
