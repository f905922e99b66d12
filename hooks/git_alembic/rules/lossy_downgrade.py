"""lossy-downgrade: a downgrade leaves something that its upgrade created, or doesn't restore what it removed."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.findings.finding import Finding
from git_alembic.findings.wording import counted
from git_alembic.scratch.result import ScratchResult

SLUG = "lossy-downgrade"
WHY = "After an upgrade and a downgrade the database differs from before, and the next upgrade may fail."


def find(result: ScratchResult) -> Iterator[Finding]:
    """Yield one finding per revision."""
    paths = {revision.id: revision.path for revision in result.new}
    for database in result.run.databases:
        for trip in database.roundtrips:
            if trip.left:
                yield Finding(
                    SLUG,
                    paths.get(trip.revision, ""),
                    0,
                    (trip.revision,),
                    f"the downgrade of '{trip.revision}' leaves {counted(len(trip.left), 'difference')}:",
                    why=WHY,
                    details=tuple(trip.left),
                )
