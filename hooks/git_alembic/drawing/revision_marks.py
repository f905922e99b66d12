"""The marks of a revision in a drawing: head, base, labels, staged, unpublished, `only in origin/main` and more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.drawing.node import Remarks, RevisionState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from git_alembic.drawing.history_view import HistoryView
    from git_alembic.history.graph import RevisionGraph


def find_remarks(view: HistoryView) -> Remarks:
    """Return the remarks on revisions from outside their own history: other trees, staged changes and databases."""
    states = {rev_id: _state(view, rev_id) for rev_id in view.graph.ids}
    noted = ((rev_id, tuple(_notes(view, rev_id))) for rev_id in view.graph.ids)
    notes = {rev_id: notes for rev_id, notes in noted if notes}
    return Remarks(notes, states, heads=view.shown.graph.heads)


def _state(view: HistoryView, rev_id: str) -> RevisionState:
    if rev_id not in view.shown.graph:
        return RevisionState("elsewhere", f"only in {' and '.join(view.holders(rev_id))}")
    if view.parents and not any(rev_id in snapshot.graph for snapshot in view.parents):
        return RevisionState("staged", "staged")
    published = view.published_snapshots
    is_published = published is None or any(rev_id in snapshot.graph for snapshot in published)
    return RevisionState() if is_published else RevisionState("unpublished", "unpublished")


def _notes(view: HistoryView, rev_id: str) -> Iterator[str]:
    tips = view.tips(rev_id)
    if tips and rev_id not in view.shown.graph and tips == view.holders(rev_id):
        yield "head there"
    else:
        yield from tips
    if edits := view.staged_changes(rev_id):
        yield f"staged: new {' and '.join(edits)}"
    yield from view.databases_at(rev_id)


def find_marks(graph: RevisionGraph, rev_id: str, drawn: Collection[str], remarks: Remarks) -> Iterator[str]:
    """Yield the marks of a revision. `drawn` are the parents above it in the drawing."""
    if rev_id in (graph.heads if remarks.heads is None else remarks.heads):
        yield "effective head" if rev_id in graph.effective_heads else "head"
    yield remarks.states.get(rev_id, RevisionState()).words
    yield from remarks.notes.get(rev_id, ())
    if rev_id not in graph:
        yield "not in this history"
        return
    yield "base" if rev_id in graph.bases else ""
    if drawn and (merged := [up for up in graph.parents(rev_id) if up not in drawn]):
        yield f"merges {_join_names(merged)}"
    yield from _declaration_marks(graph, rev_id)
    yield "in a cycle" if any(rev_id in cycle for cycle in graph.cycles) else ""


def _declaration_marks(graph: RevisionGraph, rev_id: str) -> Iterator[str]:
    """Yield what its file declares besides its parents, and what is wrong with them."""
    revision = graph[rev_id]
    if revision.labels:
        yield f"{'label' if len(revision.labels) == 1 else 'labels'} {_join_names(revision.labels)}"
    if dependencies := [name for name in revision.depends if (rev_id, name) not in graph.missing_dependencies]:
        yield f"depends on {_join_names(dependencies)}"
    if missing := [name for name in revision.down if name not in graph]:
        yield f"missing {'parent' if len(missing) == 1 else 'parents'} {_join_names(missing)}"
    if unknown := [name for name in revision.depends if (rev_id, name) in graph.missing_dependencies]:
        yield f"missing {'dependency' if len(unknown) == 1 else 'dependencies'} {_join_names(unknown)}"
    if len(graph.by_id[rev_id]) > 1:
        yield f"declared in {len(graph.by_id[rev_id])} files"


def _join_names(names: Iterable[str]) -> str:
    return " and ".join(names)
