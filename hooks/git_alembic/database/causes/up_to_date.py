"""`up-to-date`: the database is at the heads of the history."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.database.diagnosis import Cause
from git_alembic.database.facts_for_causes import DatabaseFacts
from git_alembic.findings.counts_and_quoted_ids import quote_ids


def find(facts: DatabaseFacts) -> Iterator[Cause]:
    """Yield the cause without a condition, because it is checked last."""
    heads = quote_ids(facts.rows)
    message = f"the database is at {heads}, the head of the history"
    if not facts.graph.ids and not facts.rows:
        message = "the history has no revisions yet, and none were applied to the database"
    yield Cause("up-to-date", message, revisions=facts.rows, severity="ok")
