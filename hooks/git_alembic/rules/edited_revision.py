"""edited-revision: the code of a published revision changed. Comments, formatting and docstrings may change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import take_back
from git_alembic.history.snapshot_and_change import Change

if TYPE_CHECKING:
    from git_alembic.findings.finding import CausingFinding

SLUG = "edited-revision"
WHY = "Databases where {} already applied keep the old schema. To change every database, add a new revision."
MANY = 5  # edited revisions; from this number on, one finding covers all


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per revision, or one for many. Other rules handle the identifiers."""
    edited = [
        (revision, olds[0])
        for revision, olds in change.changed_revisions
        if all(
            old.blob != revision.blob and change.code.get(old.blob) != change.code.get(revision.blob) for old in olds
        )
    ]
    if len(edited) >= MANY:
        first = edited[0][0]
        ids = tuple(revision.id for revision, _ in edited)
        message = f"the code of {len(edited)} published revisions changed: {quote_ids(ids)}"
        by_hand = Repair("move the changes that you want to keep into a new revision, and revert the rest")
        yield Finding(SLUG, first.path, first.id_line, ids, message, why=WHY.format("they were"), repairs=(by_hand,))
        return
    for revision, old in edited:
        yield Finding(
            SLUG,
            revision.path,
            revision.id_line,
            (revision.id,),
            f"the code of published revision '{revision.id}' changed",
            why=WHY.format("it was"),
            repairs=(take_back(change, revision.path, old),),
        )


def is_consequence(finding: Finding, causing: CausingFinding) -> bool:
    """True if the finding is about the unreadable file alone."""
    return finding.path == causing.cause.path and not finding.revisions[1:]
