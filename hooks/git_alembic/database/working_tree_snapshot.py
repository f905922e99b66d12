"""Reads the history that Alembic would load from the working tree now, staged or not."""

from __future__ import annotations

import os
from collections.abc import Iterator

from git_alembic.environments.environment import Environment
from git_alembic.history.environment_change import Snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.lost_revisions.revision_query import list_python_files
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision, Unreadable


def working_tree_snapshot(top: str, snapshot: Snapshot) -> Snapshot:
    """Return the same environment with the files of the working tree."""
    readings = list(_readings(top, snapshot.environment))
    graph = RevisionGraph(reading for reading in readings if isinstance(reading, Revision))
    unreadable = tuple(sorted(reading for reading in readings if isinstance(reading, Unreadable)))
    return snapshot._replace(name="the working tree", graph=graph, unreadable=unreadable)


def _readings(top: str, environment: Environment) -> Iterator[Revision | Unreadable]:
    paths = {path for folder in environment.versions for path in list_python_files(top, folder)}
    return (_reading(top, path) for path in sorted(path for path in paths if environment.holds(path)))


def _reading(top: str, path: str) -> Revision | Unreadable:
    try:
        with open(os.path.join(top, path), "rb") as stream:
            return read_revision(path, "", stream.read())
    except OSError as error:
        return Unreadable(path, "", f"it cannot be read: {error.strerror}")
