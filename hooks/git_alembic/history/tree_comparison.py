"""Matches the environments of two trees. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.history.environment_change import Snapshot
from git_alembic.history.graph import RevisionGraph


def match(snapshots: Sequence[Snapshot], others: Sequence[Snapshot], name: str) -> list[Snapshot]:
    """Return each snapshot's counterpart in another tree: by folders, else by name, else by the most common ids.

    A new environment gets an empty counterpart.
    """
    found: dict[int, Snapshot] = {}
    left = dict(enumerate(others))
    # Folders come first. Otherwise a new environment would replace one that lost a revision to it.
    for likeness in (_shared_folders, _likeness):
        ranked = sorted(
            (likeness(snapshot, other), -at, -place)
            for at, snapshot in enumerate(snapshots)
            for place, other in left.items()
            if at not in found
        )
        for likely, at, place in reversed(ranked):
            if any(likely) and -at not in found and -place in left:
                found[-at] = left.pop(-place)
    return [
        found.get(at, Snapshot(name, snapshot.environment, RevisionGraph(()))) for at, snapshot in enumerate(snapshots)
    ]


def list_unmatched(snapshots: Sequence[Snapshot], others: Sequence[Snapshot]) -> list[Snapshot]:
    """Return the snapshots of `others` without a counterpart: these environments are gone."""
    taken = match(snapshots, others, "")
    return [other for other in others if len(other.graph) and all(other is not snapshot for snapshot in taken)]


def _shared_folders(snapshot: Snapshot, other: Snapshot) -> tuple[int, int]:
    same = len(set(snapshot.environment.versions) & set(other.environment.versions))
    return (same, int(snapshot.environment.name == other.environment.name)) if same else (0, 0)


def _likeness(snapshot: Snapshot, other: Snapshot) -> tuple[int, int]:
    shared = len(snapshot.graph.by_id.keys() & other.graph.by_id.keys())
    same_name = snapshot.environment.name == other.environment.name
    return int(same_name and bool(shared or not len(snapshot.graph) or not len(other.graph))), shared
