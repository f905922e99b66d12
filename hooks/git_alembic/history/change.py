"""One environment before and after: all that a rule may know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from git_alembic.environments.discovery import Environment
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision, Unreadable

MOST_LISTED = 5  # revisions of each side that a message names


class Snapshot(NamedTuple):
    """The revisions of one environment in one tree; `name` says which tree ("HEAD", "origin/main", "the index")."""

    name: str
    environment: Environment
    graph: RevisionGraph
    unreadable: tuple[Unreadable, ...] = ()
    strays: Mapping[str, str] = MappingProxyType({})  # id -> path, of what Alembic does not load


class Sighting(NamedTuple):
    """Where a revision that the judged history lacks was seen: one sentence, and an argv that brings it."""

    sentence: str
    command: tuple[str, ...] = ()


class Prediction(NamedTuple):
    """What merging the judged history with a target would give."""

    target: Snapshot
    merged: Snapshot
    conflicts: tuple[str, ...] = ()  # paths that both sides changed; taken as the judged side has them
    bearers: Mapping[str, str] = MappingProxyType({})  # who brought the target's revisions, and when
    fetch: tuple[str, ...] = ()  # the command that gets the target, where it is newer than its tracking ref


@dataclass(frozen=True)
class Change:
    """What a commit (or a push) does to one environment.

    `before` holds a snapshot per parent, each as it was there; () means no baseline: everything is judged. `published`
    is what published refs hold; `predictions` what merging with each target would give, where asked for; `code` maps
    blob ids to fingerprints, as far as they are compared; `sightings` ids of missing parents to where they are.
    """

    environment: Environment
    before: tuple[Snapshot, ...]
    after: Snapshot
    published: Snapshot
    predictions: tuple[Prediction, ...] = ()
    heads_allowed: int | str = 1
    code: Mapping[str, str] = field(default_factory=dict)
    sightings: Mapping[str, Sighting] = field(default_factory=dict)

    @cached_property
    def baseline(self) -> tuple[RevisionGraph, ...]:
        """The graphs before, one per parent."""
        return tuple(side.graph for side in self.before)

    @property
    def first(self) -> RevisionGraph:
        """The history of the first parent; empty where there is no baseline."""
        return self.baseline[0] if self.baseline else RevisionGraph(())

    @cached_property
    def gone(self) -> tuple[str, ...]:
        """Published ids that every parent has and the judged history lacks, sorted."""
        if not self.baseline:
            return ()
        had = frozenset.intersection(*(frozenset(graph.by_id) for graph in self.baseline))
        return tuple(sorted(id_ for id_ in had.difference(self.after.graph.by_id) if id_ in self.published.graph))

    @cached_property
    def touched(self) -> tuple[tuple[Revision, tuple[Revision, ...]], ...]:
        """(after, one per parent and published ref that has it) of each published revision whose file changed.

        A file that is the same in one of the parents, or as published, is not this change's doing and left out.
        """
        sides = (*self.baseline, self.published.graph)
        known = [
            revision
            for revision in self._unlike
            if len(self.after.graph.by_id[revision.id]) == 1 and all(revision.id in graph for graph in sides)
        ]
        if not known or not self.baseline:
            return ()
        same = {(old.blob, old.path) for graph in {*sides} for old in graph.revisions}
        olds = {revision: [old for graph in sides for old in graph.by_id[revision.id]] for revision in known}
        return tuple(
            (revision, tuple(olds[revision])) for revision in known if (revision.blob, revision.path) not in same
        )

    @cached_property
    def new(self) -> tuple[Revision, ...]:
        """Revision files whose content no parent has, by path."""
        blobs = {revision.blob for graph in self.baseline for revision in graph.revisions} if self._unlike else ()
        return tuple(revision for revision in self._unlike if revision.blob not in blobs)

    @cached_property
    def _unlike(self) -> tuple[Revision, ...]:
        """The revision files that are not the very objects of a parent's: few, and among them all that changed."""
        shared = set[int]().union(*(map(id, graph.revisions) for graph in self.baseline))
        return tuple(revision for revision in self.after.graph.revisions if id(revision) not in shared)


def excess(graph: RevisionGraph, allowed: int | str) -> int:
    """How many heads a history has beyond those allowed: a number, or "one-per-label"."""
    if isinstance(allowed, int):
        return max(0, len(graph.heads) - allowed)
    lines = {min(graph.labels(head), default="") for head in graph.heads}
    return len(graph.heads) - len(lines)


def quoted(ids: Iterable[str]) -> str:
    """Ids as a list in a sentence: 'a', 'b' and 'c'; from the eleventh on only counted."""
    shown = [f"'{id_}'" for id_ in ids]
    if len(shown) > 10:
        return f"{', '.join(shown[:9])} and {len(shown) - 9} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
