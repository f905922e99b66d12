"""Pairs the environments of two trees. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.history.change import Snapshot
from git_alembic.history.graph import RevisionGraph


def pair(snapshots: Sequence[Snapshot], others: Sequence[Snapshot], name: str) -> list[Snapshot]:
    """Return the counterpart of each snapshot in another tree: same folders, else same name, else the most common ids.

    A new environment gets an empty counterpart.
    """
    left = list(others)
    found = []
    for snapshot in snapshots:
        best = max(left, key=lambda other: _likeness(snapshot, other), default=None)
        if best is not None and any(_likeness(snapshot, best)):
            left.remove(best)
            found.append(best)
        else:
            found.append(Snapshot(name, snapshot.environment, RevisionGraph(())))
    return found


def unpaired(snapshots: Sequence[Snapshot], others: Sequence[Snapshot]) -> list[Snapshot]:
    """The snapshots of `others` that no snapshot is the counterpart of: environments that are gone."""
    taken = pair(snapshots, others, "")
    return [other for other in others if len(other.graph) and all(other is not snapshot for snapshot in taken)]


def _likeness(snapshot: Snapshot, other: Snapshot) -> tuple[int, int, int]:
    same_folders = len(set(snapshot.environment.versions) & set(other.environment.versions))
    if same_folders:
        return same_folders, int(snapshot.environment.name == other.environment.name), 0
    shared = len(snapshot.graph.by_id.keys() & other.graph.by_id.keys())
    same_name = int(
        snapshot.environment.name == other.environment.name
        and (shared or not len(snapshot.graph) or not len(other.graph))
    )
    return same_folders, same_name, shared
