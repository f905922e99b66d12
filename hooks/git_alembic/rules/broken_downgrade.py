"""broken-downgrade: the downgrade of a new revision fails."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Repair
from git_alembic.scratch.scratch_result import ScratchResult

SLUG = "broken-downgrade"
WHY = "A deployment can't be rolled back, and `git alembic sync` can't downgrade the revision."
REPAIR = Repair("correct `downgrade()`; if it isn't supposed to work, raise NotImplementedError there")


def find(result: ScratchResult) -> Iterator[Finding]:
    """Yield the revision whose downgrade failed."""
    failed = result.failed_revision("downgrade")
    if failed is None:
        return
    failure, revision, line = failed
    message = f"`downgrade()` in '{revision.id}' fails: {failure.type}: {failure.message}"
    yield Finding(SLUG, revision.path, line, (revision.id,), message, why=WHY, repairs=(REPAIR,))
