"""Branch labels: which revisions they hold for, and which are declared twice."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from git_alembic.history.graph_traversal import follow_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from git_alembic.history.graph import RevisionGraph
    from git_alembic.revisions.revision import Revision

_LABELS = attrgetter("labels")


def find_label_clashes(revisions: Iterable[Revision], ids: Collection[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(label, the ids that it would name) of those that several revisions declare, or that are an id as well."""
    declared: dict[str, list[str]] = {}
    for revision in filter(_LABELS, revisions):
        for label in revision.labels:
            declared.setdefault(label, [label] if label in ids else []).append(revision.id)
    return tuple(
        (label, tuple(sorted(set(owners))))
        for label, owners in sorted(declared.items())
        if len(owners) > 1 and not label.startswith("<")
    )


def spread_labels(graph: RevisionGraph, revisions: Iterable[Revision]) -> dict[str, set[str]]:
    """Revision id -> the labels that hold for it; `revisions` has one per id."""
    held: dict[str, set[str]] = {}
    for revision in filter(_LABELS, revisions):
        for rev_id in graph.descendants([revision.id]).union(_line_through(graph, revision.id)):
            held.setdefault(rev_id, set()).update(revision.labels)
    return held


def _line_through(graph: RevisionGraph, rev_id: str) -> set[str]:
    """The unforked, unmerged line from the tip below a revision upwards; nothing where a fork is below it.

    A dependent counts as a child here, as in `RevisionMap._add_branches`.
    """
    *_, tip = follow_line(rev_id, graph.children)
    line = set()
    for step in follow_line(tip, graph.parents):
        if len({*graph.children(step), *graph.dependents(step)}) > 1 or step in graph.merge_points:
            break
        line.add(step)
    return line
