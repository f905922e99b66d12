"""Branch labels: which revisions they cover, and which labels are declared twice."""

from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.history.graph_algorithms.graph_traversal import follow_line, reach

if TYPE_CHECKING:
    from git_alembic.revisions.revision import Revision

_LABELS = attrgetter("labels")


class Edges(NamedTuple):
    """The links between revisions: id -> ids."""

    parents: Mapping[str, tuple[str, ...]]
    children: Mapping[str, tuple[str, ...]]
    dependents: Mapping[str, tuple[str, ...]]
    merge_points: frozenset[str]


def find_label_clashes(
    revisions: "Iterable[Revision]", ids: Collection[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (label, its ids) of labels that several revisions declare, or that are also an id."""
    declared: dict[str, list[str]] = {}
    for revision in filter(_LABELS, revisions):
        for label in revision.labels:
            declared.setdefault(label, [label] if label in ids else []).append(revision.id)
    return tuple(
        (label, tuple(sorted(set(owners))))
        for label, owners in sorted(declared.items())
        if owners[1:] and not label.startswith("<")
    )


def spread_labels(revisions: "Iterable[Revision]", edges: Edges) -> dict[str, set[str]]:
    """Map each revision id to its labels. `revisions` has one revision per id."""
    labels: dict[str, set[str]] = {}
    for revision in filter(_LABELS, revisions):
        below = reach([revision.id], lambda rev_id: edges.children.get(rev_id, ()))
        for rev_id in below.union(_line_through(revision.id, edges)):
            labels.setdefault(rev_id, set()).update(revision.labels)
    return labels


def _line_through(rev_id: str, edges: Edges) -> set[str]:
    """Return the line without forks and merges from the tip upward, or nothing if there is a fork below.

    A dependent counts as a child here, as in `RevisionMap._add_branches`.
    """
    *_, tip = follow_line(rev_id, lambda node: edges.children.get(node, ()))
    line = set()
    for step in follow_line(tip, lambda node: edges.parents.get(node, ())):
        if len({*edges.children.get(step, ()), *edges.dependents.get(step, ())}) > 1 or step in edges.merge_points:
            break
        line.add(step)
    return line
