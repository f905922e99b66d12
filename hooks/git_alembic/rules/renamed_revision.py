"""renamed-revision: the same revision id is now in a file with another name."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.history.snapshot_and_change import Change

SLUG = "renamed-revision"
WHY = "Alembic goes by the id, so nothing breaks; links and other branches still use the old name."


def find(change: Change) -> Iterator[Finding]:
    """Yield one finding per file. Moving the whole folder renames no revision."""
    for revision, olds in change.changed_revisions:
        name = _name(revision.path)
        if all(_name(old.path) != name for old in olds):
            back = Repair("undo the rename", (Command(("git", "mv", revision.path, olds[0].path)),))
            message = f"the file for published revision '{revision.id}' was renamed from {_name(olds[0].path)}"
            yield Finding(SLUG, revision.path, revision.id_line, (revision.id,), message, why=WHY, repairs=(back,))


def _name(path: str) -> str:
    return path.rpartition("/")[2]
