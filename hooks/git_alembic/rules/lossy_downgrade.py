"""lossy-downgrade: a downgrade leaves something that its upgrade created, or doesn't restore what it removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.findings.finding import Finding, Repair
from git_alembic.scratch.scratch_result import ScratchResult

SLUG = "lossy-downgrade"
WHY = "After an upgrade and a downgrade, the schema is not what it was before, and the next upgrade may fail."

REPAIR = Repair("make `downgrade()` undo exactly what `upgrade()` does")


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
                    f"`downgrade()` in '{trip.revision}' does not restore the schema: {_count_leftovers(trip.left)}",
                    why=WHY,
                    repairs=(REPAIR,),
                    details=tuple(trip.left),
                )


def _count_leftovers(operations: Sequence[str]) -> str:
    return f"{format_count(len(operations), 'difference')} {'are' if operations[1:] else 'is'} left"
