"""The causes that doctor reports: one module per cause, or per pair of similar causes.

In: the facts on one database. Out: `Cause` values. To add or change a cause, edit its module. A new cause also needs a
line in `CAUSES` and its name in `CauseName` (`diagnosis.py`). The causes are pure: they don't run git or open a
database.
Other packages import `uncommitted_transaction`, `unreachable` and `wrong_target`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from git_alembic.database.causes import (
    behind,
    multiple_heads,
    overlapping_revisions,
    uncommitted_transaction,
    unknown_revision,
    unstamped,
    up_to_date,
)
from git_alembic.database.diagnosis import Cause
from git_alembic.database.facts_for_causes import DatabaseFacts

# In the order of the checks: the first cause that applies explains the database.
CAUSES: tuple[Callable[[DatabaseFacts], Iterator[Cause]], ...] = (
    uncommitted_transaction.find,  # first, because env.py would roll back any other repair
    unstamped.find,  # also empty-version-table
    unknown_revision.find,  # also ahead
    overlapping_revisions.find,
    multiple_heads.find,
    behind.find,
    up_to_date.find,
)


def find_causes(facts: DatabaseFacts) -> list[Cause]:
    """Return the causes of the first kind that applies. `wrong_target` and `unreachable` are checked separately."""
    return next((causes for find in CAUSES if (causes := list(find(facts)))), [])
