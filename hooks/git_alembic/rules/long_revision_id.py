"""long-revision-id: a new revision id is longer than the column that holds it in a database."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Repair
from git_alembic.history.snapshot_and_change import Change

SLUG = "long-revision-id"
LONGEST = 32  # characters of alembic_version.version_num: https://alembic.sqlalchemy.org/en/latest/api/runtime.html
WHY = "PostgreSQL and MySQL refuse to store it, so the upgrade fails; SQLite stores it."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per new id. Silent if a baseline already has long ids, or if the project widens the column."""
    long = [revision for revision in change.new if len(revision.id) > LONGEST]
    if not long or change.widens_version_table:
        return
    if any(len(id_) > LONGEST for graph in change.baseline_graphs for id_ in graph.by_id):
        return
    for revision in long:
        length = f"has {len(revision.id)} characters; alembic_version can store only {LONGEST}"
        message = f"revision id '{revision.id}' {length}"
        shorter = Repair("use a shorter id, in this file and in the `down_revision` of the files that refer to it")
        yield Finding(SLUG, revision.path, revision.id_line, (revision.id,), message, why=WHY, repairs=(shorter,))
