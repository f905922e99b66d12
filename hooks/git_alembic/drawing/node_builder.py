"""Builds the nodes of a drawing from a history. A straight run of revisions becomes one node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from git_alembic.drawing.node import Node, Remarks, RevisionState
from git_alembic.drawing.revision_marks import find_marks
from git_alembic.findings.counts_and_quoted_ids import format_count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from git_alembic.history.graph import RevisionGraph
    from git_alembic.revisions.revision import Revision
SHORTEST_RUN = {"published": 3}  # collapsing two revisions would save only one line
SHORTEST_OTHER_RUN = 10  # unpublished revisions are the interesting ones


def build_nodes(graph: RevisionGraph, parents: Mapping[str, tuple[str, ...]], remarks: Remarks) -> tuple[Node, ...]:
    """Return the nodes for the keys of `parents` in topological order. Each is drawn under the nodes of its value."""
    position = {rev_id: number for number, rev_id in enumerate(graph.topological())}
    ordered = sorted(parents, key=lambda rev_id: position.get(rev_id, len(position)))
    runs = list(collapse_runs(graph, ordered, parents, remarks))
    last = {rev_id: run[0] for run in runs for rev_id in run}
    return tuple(_node(graph, run, parents, remarks, last) for run in runs)


def _node(
    graph: RevisionGraph,
    run: tuple[str, ...],
    parents: Mapping[str, tuple[str, ...]],
    remarks: Remarks,
    keys: Mapping[str, str],
) -> Node:
    above = tuple(keys[up] for up in parents[run[0]])
    state = remarks.states.get(run[0], RevisionState())
    if len(run) > 1:
        merges = sum(1 for rev_id in run if len(graph.parents(rev_id)) > 1)
        text = format_count(len(run), "revision") + (f", {format_count(merges, 'merge')}" if merges else "")
        return Node(run, above, text, marks=(state.words,) if state.words else (), state=state, kind="run")
    rev_id = run[0]
    marks = tuple(filter(None, find_marks(graph, rev_id, parents[rev_id], remarks)))
    needs = tuple(dict.fromkeys(keys[need] for need in graph.dependencies(rev_id) if need in keys))
    return Node(run, above, rev_id, _subject(graph[rev_id]) if rev_id in graph else "", marks, state, needs)


def _subject(revision: Revision) -> str:
    """Return what a revision is about: its message, or its file name without the id."""
    if any(map(str.isalnum, revision.message)):
        return revision.message
    stem = revision.path.rpartition("/")[2].removesuffix(".py")
    about = re.sub(rf"(?<![^\W_]){re.escape(revision.id)}(?![^\W_])", "", stem).strip("_-. ").replace("_", " ")
    return about if any(map(str.isalpha, about)) else ""


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
