"""broken-upgrade: a new revision fails on the scratch database."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding, Repair
from git_alembic.scratch.scratch_result import ScratchResult

SLUG = "broken-upgrade"
WHY = "`alembic upgrade head` fails at this revision."
WHY_AGAIN = f"After a downgrade, {WHY}"

REPAIR = Repair("correct `upgrade()`")
REPAIR_AGAIN = Repair("make `downgrade()` undo everything that `upgrade()` does")


def find(result: ScratchResult) -> Iterator[Finding]:
    """Yield the revision whose first or second upgrade failed. The second one follows a downgrade."""
    failed = result.failed_revision("upgrade", "roundtrip", "again")
    if failed is None:
        return
    failure, revision, line = failed
    again = " when run again after the downgrade" if failure.stage == "again" else ""
    yield Finding(
        SLUG,
        revision.path,
        line,
        (revision.id,),
        f"`upgrade()` in '{revision.id}' fails{again}: {failure.type}: {failure.message}",
        why=WHY_AGAIN if again else WHY,
        repairs=(REPAIR_AGAIN if again else REPAIR,),
    )
