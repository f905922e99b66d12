"""changed-revision-id: a published revision has a new id."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Repair
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision

SLUG = "changed-revision-id"
WHY = "Databases at the old id can't be upgraded: \"Can't locate revision identified by '{}'\"."
REPAIRING = "Databases at '{old}' need `alembic stamp --purge {parent}`, then `alembic upgrade head`."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per revision. It is a warning if the new id repairs a fork or a duplicate."""
    for old, revision in successors(change).items():
        message = f"published revision '{old}' now has the id '{revision.id}'"
        finding = Finding(SLUG, revision.path, revision.id_line, (old, revision.id), message)
        if change.repairs_graph:
            yield finding._replace(why=_stamp(change, old), severity="warning")
            continue
        from git_alembic.findings.repairs_shared_by_rules import bring_back

        back = bring_back(change, (change.expected[old],))
        keep = Repair(f"restore the id '{old}', which existing databases use", back)
        yield finding._replace(why=WHY.format(old), repairs=(keep,))


def successors(change: Change) -> dict[str, Revision]:
    """Map each published id that is gone to the new revision in its file, or to the new revision with its code."""
    if not change.deleted_ids:
        return {}
    new = [
        revision
        for revision in change.after.graph.revisions
        if all(revision.id not in g for g in change.baseline_graphs)
    ]
    by_path = {revision.path: revision for revision in new}
    by_code = {code: revision for revision in new if (code := change.code.get(revision.blob))}
    by_old_id: dict[str, Revision] = {}
    for id_ in change.deleted_ids:
        old = change.expected[id_]
        code = change.code.get(old.blob)
        successor = by_path.get(old.path) or (by_code.get(code) if code else None)
        if successor and successor not in by_old_id.values():
            by_old_id[id_] = successor
    return by_old_id


def _stamp(change: Change, old: str) -> str:
    graph: RevisionGraph = change.expected
    parents = graph.parents(old)
    return REPAIRING.format(old=old, parent=" ".join(parents) or "base")
