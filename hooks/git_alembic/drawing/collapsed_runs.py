"""Finds the straight runs of revisions that a drawing collapses into one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.drawing.node import Remarks, RevisionState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from git_alembic.history.graph import RevisionGraph

SHORTEST_RUN = {"published": 3}  # collapsing two revisions would save only one line
SHORTEST_OTHER_RUN = 10  # unpublished revisions are the interesting ones


def collapse_runs(
    graph: RevisionGraph, ordered: Sequence[str], parents: Mapping[str, tuple[str, ...]], remarks: Remarks
) -> Iterator[tuple[str, ...]]:
    """Yield all ids. A straight run of revisions without remarks is one tuple."""
    below: dict[str, list[str]] = {}
    for rev_id in ordered:
        for up in parents[rev_id]:
            below.setdefault(up, []).append(rev_id)
    speaking = _with_remarks(graph, remarks)
    straight = {
        rev_id
        for rev_id in ordered
        if rev_id not in speaking
        and len(parents[rev_id]) == len(below.get(rev_id, ())) == 1
        and len(below[parents[rev_id][0]]) == 1
    }
    done: set[str] = set()
    for rev_id in ordered:
        if rev_id not in done:
            run = tuple(_run(rev_id, straight, below, remarks.states))
            done.update(run)
            state = remarks.states.get(rev_id, RevisionState())
            is_collapsed = len(run) >= SHORTEST_RUN.get(state.kind, SHORTEST_OTHER_RUN)
            yield from [run] if is_collapsed else ((id_,) for id_ in run)


def _run(
    start: str, straight: Collection[str], below: Mapping[str, Sequence[str]], states: Mapping[str, RevisionState]
) -> Iterator[str]:
    rev_id = start
    yield rev_id
    while rev_id in straight:
        rev_id = below[rev_id][0]
        if rev_id not in straight or rev_id == start or states.get(rev_id) != states.get(start):
            return
        yield rev_id


def _with_remarks(graph: RevisionGraph, remarks: Remarks) -> set[str]:
    """Return the revisions that have more to show than their place in the history."""
    with_declarations = {
        revision.id
        for revision in graph.revisions
        if revision.depends or revision.labels or len(graph.by_id[revision.id]) > 1
    }
    missing = {rev_id for rev_id, _ in graph.missing}
    looped = {rev_id for cycle in graph.cycles for rev_id in cycle}
    needed = {need for rev_id in with_declarations for need in graph.dependencies(rev_id)}
    return {*with_declarations, *missing, *looped, *needed, *remarks.notes, *remarks.kept, *(remarks.heads or ())}
