"""Finds what each commit of a history changes in version folders and configuration files."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from git_alembic.environments.configuration_files import HEADS_FILE, may_affect_environment
from git_alembic.errors import CannotCheck
from git_alembic.git import Entry, Repository, is_file
from git_alembic.history.snapshot_reader import SnapshotReader

PATHSPECS = ("*.py", "*.ini", "*pyproject.toml", f"*{HEADS_FILE}")


class RelevantDifferences(NamedTuple):
    """`by_commit` omits all other files. `revision_blobs` are the blobs that look like revisions."""

    by_commit: Mapping[str, Sequence[Entry]]
    revision_blobs: frozenset[str]


def find_relevant_differences(
    repository: Repository, differences: Mapping[str, Sequence[Entry]], reader: SnapshotReader
) -> RelevantDifferences:
    """Keep the files of version folders and the configuration files."""
    blobs = {
        entry.new
        for entries in differences.values()
        for entry in entries
        if entry.path.endswith(".py") and is_file(entry.new_mode)
    }
    try:
        relevant = reader.find_relevant_blobs(blobs)
    except CannotCheck:  # an object is missing; if it matters, reading the version folder fails later
        relevant = reader.find_relevant_blobs(repository.existing(blobs))
    paths = {entry.path for entries in differences.values() for entry in entries if entry.new in relevant}
    folders = {posixpath.dirname(path) for path in paths}

    def is_relevant(path: str) -> bool:
        return (
            not path.endswith(".py")
            or path in paths
            or posixpath.basename(path) == "env.py"
            or posixpath.dirname(path) in folders
        )

    relevant_entries = (
        (commit, [entry for entry in entries if may_affect_environment(entry.path) and is_relevant(entry.path)])
        for commit, entries in differences.items()
    )
    alike = frozenset(blob for blob, is_revision in relevant.items() if is_revision)
    return RelevantDifferences({commit: entries for commit, entries in relevant_entries if entries}, alike)
