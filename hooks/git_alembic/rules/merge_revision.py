"""merge-revision: there is a new merge revision. For teams that keep one line."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Repair
from git_alembic.findings.wording import quoted
from git_alembic.history.change import Change
from git_alembic.rules.advice import FIX

SLUG = "merge-revision"
WHY = "This project keeps its history in one line."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per new revision with several parents."""
    for revision in change.new:
        if len(set(revision.down)) > 1:
            message = f"'{revision.id}' merges {quoted(revision.down)}"
            instead = Repair("delete the file, then put one line on top of the other", (FIX,))
            yield Finding(SLUG, revision.path, revision.down_line, (revision.id,), message, why=WHY, repairs=(instead,))
