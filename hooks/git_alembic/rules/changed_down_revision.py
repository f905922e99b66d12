"""changed-down-revision: a published revision has a new parent, and this repairs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import BY_HAND, Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX, take_back
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision

if TYPE_CHECKING:
    from git_alembic.findings.finding import CausingFinding

SLUG = "changed-down-revision"
INSERTED = "Where '{}' was already applied, revisions inserted before it never run; on new databases, they run first."
REMOVED = "'{}' ran after {} on existing databases, but may run first on new databases."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per revision.

    Silent if heads or missing parents became fewer, or if no database loses a step.
    """
    if not change.changed_revisions or change.repairs_graph:
        return
    for revision, olds in change.changed_revisions:
        now = set(revision.down)
        if all(set(old.down) != now for old in olds) and not _is_harmless(change, revision, olds[0]):
            yield Finding(
                SLUG,
                revision.path,
                revision.down_line,
                (revision.id,),
                _message(revision, olds[0]),
                why=_why(change, revision, olds[0]),
                repairs=_repairs(change, revision, olds[0]),
            )


def is_consequence(finding: Finding, causing: CausingFinding) -> bool:
    """True if the revision lost only deleted parents."""
    (id_,) = finding.revisions
    change = causing.change
    dropped_parents = set(change.expected[id_].down) - set(change.after.graph[id_].down) or {id_}
    return dropped_parents <= set(causing.cause.revisions)


def _is_harmless(change: Change, revision: Revision, old: Revision) -> bool:
    """True if the new parents are the parents of deleted ones, or if the same revisions still come before this one."""
    dropped_parents, new_parents = set(old.down).difference(revision.down), set(revision.down).difference(old.down)
    if (
        dropped_parents
        and dropped_parents <= set(change.deleted_ids)
        and change.expected.ancestors(dropped_parents).issuperset(new_parents)
    ):
        return True
    return change.after.graph.needed([revision.id]) == change.expected.needed([revision.id])


def _repairs(change: Change, revision: Revision, old: Revision) -> tuple[Repair, ...]:
    """Return the repairs. `git alembic fix` also moves inserted revisions to the top; it can't if a parent is gone."""
    graph = change.after.graph
    by_hand = take_back(change, revision.path, old)
    if not revision.down or graph.missing or any(parent not in graph for parent in old.down):
        return (by_hand,)
    back = f"put '{revision.id}' back after {quote_ids(old.down)}" if old.down else f"make '{revision.id}' a base again"
    return (Repair(back, (RUN_FIX,)), by_hand._replace(title=BY_HAND))


def _why(change: Change, revision: Revision, old: Revision) -> str:
    now, before = change.after.graph.needed([revision.id]), change.expected.needed([revision.id])
    if now - before:
        return INSERTED.format(revision.id)
    removed = [parent for parent in old.down if parent not in now] or sorted(before.difference(now))
    return REMOVED.format(revision.id, quote_ids(removed))


def _message(revision: Revision, old: Revision) -> str:
    start = f"published revision '{revision.id}'"
    if not revision.down:
        return f"{start} is now a base; it used to come after {quote_ids(old.down)}"
    if set(old.down).intersection(revision.down):
        return f"the parents of {start} changed from {quote_ids(old.down)} to {quote_ids(revision.down)}"
    before = f", not after {quote_ids(old.down)}" if old.down else "; it used to be a base"
    return f"{start} now comes after {quote_ids(revision.down)}{before}"
