"""stale-docstring: the docstring's `Revises:` or `Revision ID:` line contradicts the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.findings.finding import Finding, Repair
from git_alembic.findings.repairs_shared_by_rules import RUN_FIX
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import Revision

if TYPE_CHECKING:
    from git_alembic.findings.finding import CausingFinding

SLUG = "stale-docstring"
WHY = "Alembic goes by the code; people read the docstring."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per new or changed file."""
    for revision in change.new:
        if message := find_contradiction(revision):
            repairs = (Repair("correct the docstring", (RUN_FIX,)),)
            yield Finding(SLUG, revision.path, 1, (revision.id,), message, why=WHY, repairs=repairs)


def is_consequence(finding: Finding, causing: CausingFinding) -> bool:
    """True if the file got another id or parent."""
    return finding.path == causing.cause.path


def find_contradiction(revision: Revision) -> str:
    """Return how the docstring contradicts the code, or "" if it doesn't."""
    if revision.doc_id is not None and revision.doc_id != revision.id:
        return f"the docstring says \"Revision ID: {revision.doc_id}\", but the code says '{revision.id}'"
    if revision.doc_down is not None and set(revision.doc_down) != set(revision.down):
        code = quote_ids(revision.down) or "None"
        return f'the docstring says "Revises: {", ".join(revision.doc_down)}", but the code says {code}'
    return ""
