"""stale-docstring: the docstring's `Revises:` or `Revision ID:` line contradicts the code."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Fix
from git_alembic.history.change import Change, quoted
from git_alembic.revisions.revision import Revision

SLUG = "stale-docstring"
WHY = "Alembic goes by the code; people who read the docstring are misled"


def find(change: Change) -> Iterator[Finding]:
    """One finding per new or changed file."""
    for revision in change.new:
        if said := _contradiction(revision):
            yield Finding(
                SLUG,
                revision.path,
                1,
                (revision.id,),
                said,
                why=WHY,
                fixes=(Fix(("git", "alembic", "fix"), note="corrects the docstring"),),
            )


def _contradiction(revision: Revision) -> str:
    if revision.doc_id is not None and revision.doc_id != revision.id:
        return f"the docstring says \"Revision ID: {revision.doc_id}\", the code says '{revision.id}'"
    if revision.doc_down is not None and set(revision.doc_down) != set(revision.down):
        code = quoted(revision.down) or "None"
        return f'the docstring says "Revises: {", ".join(revision.doc_down)}", the code says {code}'
    return ""
