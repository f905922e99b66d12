"""changed-down-revision: a published revision has another parent than it had, and that repairs nothing."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change, quoted
from git_alembic.rules.advice import take_back

SLUG = "changed-down-revision"
WHY = "Databases past it never run what was put in between, and new databases run it in another order."


def find(change: Change) -> Iterator[Finding]:
    """One finding per revision; none where heads or missing parents became fewer, or for the new base of a squash."""
    if not change.changed_revisions or change.repairs_graph:
        return
    for revision, olds in change.changed_revisions:
        now = set(revision.down)
        squashed = not now and all(parent in change.deleted_ids for parent in olds[0].down)
        if all(set(old.down) != now for old in olds) and not squashed:
            yield Finding(
                SLUG,
                revision.path,
                revision.down_line,
                (revision.id,),
                f"published revision '{revision.id}' now comes after {_named(revision.down)}, "
                f"not after {_named(olds[0].down)}",
                why=WHY,
                repairs=(take_back(change, revision.path, olds[0]),),
            )


def _named(ids: tuple[str, ...]) -> str:
    return quoted(ids) if ids else "nothing (a base)"
