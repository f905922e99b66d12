"""broken-downgrade: the downgrade of a new revision fails."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Repair
from git_alembic.findings.shared_repairs import failed_at
from git_alembic.scratch.result import ScratchResult

SLUG = "broken-downgrade"
WHY = "A deployment can't be rolled back, and `git alembic sync` can't downgrade the revision."
REPAIR = Repair("correct `downgrade()`; if it isn't supposed to work, raise NotImplementedError there")


def find(result: ScratchResult) -> Iterator[Finding]:
    """Yield the revision whose downgrade failed."""
    failure = result.run.failure
    new = next((revision for revision in result.new if failure and revision.id == failure.revision), None)
    if failure is None or new is None or failure.stage != "downgrade":
        return
    path, line = failed_at(failure, new)
    message = f"`downgrade()` in '{new.id}' fails: {failure.type}: {failure.message}"
    yield Finding(SLUG, path, line, (new.id,), message, why=WHY, repairs=(REPAIR,))
