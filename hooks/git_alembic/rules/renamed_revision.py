"""renamed-revision: the same revision id now lives in a file of another name."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Fix
from git_alembic.history.change import Change

SLUG = "renamed-revision"
WHY = "Alembic goes by the id, so nothing breaks; but links, reviews and branches that touch the old file go astray"


def find(change: Change) -> Iterator[Finding]:
    """One finding per file; a move of the whole folder renames nothing."""
    for revision, olds in change.changed_revisions:
        name = _name(revision.path)
        if all(_name(old.path) != name for old in olds):
            yield Finding(
                SLUG,
                revision.path,
                revision.id_line,
                (revision.id,),
                f"published revision '{revision.id}' was renamed from {_name(olds[0].path)}",
                why=WHY,
                fixes=(Fix(("git", "mv", revision.path, olds[0].path), note="takes the rename back"),),
            )


def _name(path: str) -> str:
    return path.rpartition("/")[2]
