"""unreadable-revision: a new or changed revision file cannot be understood."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change

SLUG = "unreadable-revision"
WHY = "Alembic loads every file of the version folder, so one that it cannot load stops every command"


def find(change: Change) -> Iterator[Finding]:
    """One finding per file that no parent holds as it is."""
    known = {(file.path, file.blob) for side in change.before for file in side.unreadable}
    for file in change.after.unreadable:
        if (file.path, file.blob) not in known:
            yield Finding(SLUG, file.path, file.line, (), file.reason, why=WHY)
    for revision in change.new:
        if revision.problem is not None:
            yield Finding(SLUG, revision.path, revision.problem_line, (revision.id,), revision.problem, why=WHY)
