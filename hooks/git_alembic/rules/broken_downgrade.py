"""broken-downgrade: a new revision cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.rules.advice import failed_at
from git_alembic.scratch.result import ScratchResult

SLUG = "broken-downgrade"
WHY = (
    "a deploy cannot be rolled back, and a switch of branches leaves the database where it is; a downgrade that is not "
    "meant to be raises NotImplementedError"
)


def find(result: ScratchResult) -> Iterator[Finding]:
    """The revision whose downgrade failed."""
    failure = result.run.failure
    new = next((revision for revision in result.new if failure and revision.id == failure.revision), None)
    if failure is None or new is None or failure.stage != "downgrade":
        return
    path, line = failed_at(failure, new)
    message = f"'{new.id}' cannot be taken back: {failure.type}: {failure.message}"
    yield Finding(SLUG, path, line, (new.id,), message, why=WHY)
