"""Merges the graphs of both sides of a merge, revision by revision. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from git_alembic.history.graph import RevisionGraph

if TYPE_CHECKING:
    from git_alembic.revisions.revision import Revision


def merge_published(
    first: RevisionGraph, others: Iterable[tuple[RevisionGraph, RevisionGraph]], published: RevisionGraph
) -> tuple[RevisionGraph, frozenset[str]]:
    """Merge published parents, each with its merge base before it, into the first parent.

    Return (the result, the ids that keep the first parent's version although another parent also changed it). A
    version of the first parent that is published stays, because the merge continues the line of that parent.
    """
    merged, stays = first, set[str]()
    for base, other in others:
        stays |= {
            id_
            for id_ in first.by_id.keys() & other.by_id.keys()
            if len({_files(graph, id_) for graph in (base, first, other)}) > 2
            and set(_files(first, id_)) <= set(_files(published, id_))
        }
        merged = merge_graphs(base, merged, other, keep=stays)
    return merged, frozenset(stays)


def merge_graphs(
    base: RevisionGraph, ours: RevisionGraph, theirs: RevisionGraph, keep: Collection[str] = ()
) -> RevisionGraph:
    """Merge two histories, revision by revision. If both sides changed a revision, the version of `theirs` counts.

    For an id in `keep`, the version of `ours` counts then.
    """
    if theirs is base or theirs is ours:
        return ours
    if ours is base:
        return theirs
    revisions: list[Revision] = []
    for id_ in {**ours.by_id, **theirs.by_id}:
        base_files, our_files, their_files = _files(base, id_), _files(ours, id_), _files(theirs, id_)
        source = ours if id_ in keep or their_files in (base_files, our_files) else theirs
        revisions.extend(source.by_id.get(id_, ()))
    return RevisionGraph(revisions)


def _files(graph: RevisionGraph, id_: str) -> tuple[tuple[str, str], ...]:
    """Return the path and blob of each file that declares an id."""
    return tuple((revision.path, revision.blob) for revision in graph.by_id.get(id_, ()))
