"""edited-revision: the code of a published revision differs; comments, formatting and docstrings are free."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change
from git_alembic.rules.advice import take_back

SLUG = "edited-revision"
WHY = "databases that have run it keep the old schema and nothing will tell them; a new revision reaches them all"


def find(change: Change) -> Iterator[Finding]:
    """One finding per revision; identifiers have rules of their own."""
    for revision, olds in change.changed_revisions:
        now = change.code.get(revision.blob)
        if all(old.blob != revision.blob and change.code.get(old.blob) != now for old in olds):
            yield Finding(
                SLUG,
                revision.path,
                revision.id_line,
                (revision.id,),
                f"the code of published revision '{revision.id}' changed",
                why=WHY,
                fixes=take_back(change, revision.path, olds[0].path),
            )
