"""Finds where a lost revision belongs today. Its environment may have moved, or have a twin for another dialect."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.lost_revisions.search import FileVersion, LostRevision
from git_alembic.revisions.revision import Revision

_LONGEST_SLUG = 40  # characters of the message in Alembic's file names


@dataclass(frozen=True)
class RestoreTarget:
    """A lost revision, the version to restore, and its environment (None if no environment is left)."""

    lost: LostRevision
    version: FileVersion
    snapshot: Snapshot | None

    @cached_property
    def path(self) -> str:
        """Return the path where the file belongs today."""
        return _path(self.version.revision, self.snapshot)

    @property
    def is_executable(self) -> bool:
        """True if git's version of the file is executable."""
        return self.version.mode.endswith("755")

    @property
    def is_held(self) -> bool:
        """True if Alembic already loads it from this working tree or its index."""
        is_loaded = self.snapshot is not None and self.snapshot.environment.holds(self.version.revision.path)
        return is_loaded and self.version.where in ("index", "working tree")

    @cached_property
    def after(self) -> RevisionGraph:
        """Return the history of its environment with the restored revision."""
        revisions = self.snapshot.graph.revisions if self.snapshot else ()
        others = [revision for revision in revisions if revision.path != self.path]
        return RevisionGraph([*others, self.version.revision._replace(path=self.path)])


def find_restore_targets(lost: LostRevision, snapshots: Sequence[Snapshot]) -> list[RestoreTarget]:
    """Return a target for each environment that the id may belong to, with the first suitable file."""
    targets: dict[str, RestoreTarget] = {}
    for version in lost.files:
        for snapshot in _environments_of(version.revision, snapshots):
            targets.setdefault(snapshot.environment.name if snapshot else "", RestoreTarget(lost, version, snapshot))
    return list(targets.values())


def _environments_of(revision: Revision, snapshots: Sequence[Snapshot]) -> list[Snapshot | None]:
    """Return the environments that load the path; else those that know its parents or children; else all.

    Twins have the same ids, so only those with the most similar folders remain.
    """
    loading = [snapshot for snapshot in snapshots if snapshot.environment.holds(revision.path)]
    related = [snapshot for snapshot in snapshots if _relatives(revision, snapshot.graph)]
    candidates = loading or related or snapshots
    most = max((_shared_folders(revision.path, snapshot) for snapshot in candidates), default=0)
    return [*(snapshot for snapshot in candidates if _shared_folders(revision.path, snapshot) == most)] or [None]


def _shared_folders(path: str, snapshot: Snapshot) -> int:
    """Count the folder names that a path and an environment have in common."""
    names = {name for folder in snapshot.environment.versions for name in folder.split("/")}
    return len(names.intersection(path.split("/")[:-1]))


def _relatives(revision: Revision, graph: RevisionGraph) -> list[Revision]:
    """List the parents, then the children."""
    parents = [graph[id_] for id_ in (*revision.down, *revision.depends) if id_ in graph]
    return [*parents, *(child for child in graph.revisions if revision.id in (*child.down, *child.depends))]


def _path(revision: Revision, snapshot: Snapshot | None) -> str:
    name = posixpath.basename(revision.path) or _file_name(revision)
    if snapshot is None or snapshot.environment.holds(revision.path):
        return revision.path or name
    folders = [posixpath.dirname(relative.path) for relative in _relatives(revision, snapshot.graph)]
    return posixpath.join(next(iter(folders or snapshot.environment.versions), ""), name)


def _file_name(revision: Revision) -> str:
    """Return the file name that Alembic would choose."""
    slug = "_".join(re.findall(r"\w+", revision.message)).lower()
    if len(slug) > _LONGEST_SLUG:
        slug = slug[:_LONGEST_SLUG].rsplit("_", 1)[0] + "_"
    return f"{re.sub(r'[^0-9A-Za-z_.]', '_', revision.id)}_{slug}.py"
