"""changed-revision-id: a published file declares another revision id than it did."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change
from git_alembic.revisions.revision import Revision
from git_alembic.rules.advice import bring_back

SLUG = "changed-revision-id"
WHY = "a database stamped with the old id can no longer be upgraded: \"Can't locate revision identified by '{}'\""


def find(change: Change) -> Iterator[Finding]:
    """One finding per file."""
    for id_, revision in successors(change).items():
        yield Finding(
            SLUG,
            revision.path,
            revision.id_line,
            (id_, revision.id),
            f"published revision '{id_}' now calls itself '{revision.id}'",
            why=WHY.format(id_),
            fixes=(bring_back(change, change.first_parent[id_].path),),
        )


def successors(change: Change) -> dict[str, Revision]:
    """For each published id that is gone, the revision that now stands in its file, if that is a new one."""
    if not change.deleted_ids:
        return {}
    by_path = {revision.path: revision for revision in change.after.graph.revisions}
    found = {id_: by_path.get(change.first_parent[id_].path) for id_ in change.deleted_ids}
    return {id_: now for id_, now in found.items() if now and all(now.id not in before for before in change.baseline)}
