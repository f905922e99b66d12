"""Builds the nodes of a drawing from a history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from git_alembic.drawing.collapsed_runs import collapse_runs
from git_alembic.drawing.node import Node, Remarks, RevisionState
from git_alembic.drawing.revision_marks import find_marks
from git_alembic.findings.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from git_alembic.history.graph import RevisionGraph
    from git_alembic.revisions.revision import Revision


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
        text = counted(len(run), "revision") + (f", {counted(merges, 'merge')}" if merges else "")
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
