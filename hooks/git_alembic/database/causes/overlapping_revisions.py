"""`overlapping-revisions`: the version table has a revision and its ancestor."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.database.diagnosis import Cause
from git_alembic.database.facts_for_causes import DatabaseFacts, describe_revision
from git_alembic.findings.counts_and_quoted_ids import format_count, quote_ids


def find(facts: DatabaseFacts) -> Iterator[Cause]:
    ancestors = facts.ancestor_rows
    if not ancestors:
        return
    others = tuple(row for row in facts.rows if row not in ancestors)
    evidence = [f"{facts.database.version_table} holds {quote_ids(facts.rows)}"]
    for row in ancestors:
        later = quote_ids(other for other in others if row in facts.graph.ancestors([other]))
        evidence.append(f"{describe_revision(facts.graph, row)} is an ancestor of {later}")
    extra = "the extra row is" if len(ancestors) == 1 else "the extra rows are"
    evidence.append(f'Alembic fails with "overlaps with other requested revisions" until {extra} removed')
    message = f"the version table has {format_count(len(ancestors), 'row')} too many: "
    message += (
        f"{quote_ids(ancestors)} {'are ancestors' if len(ancestors) > 1 else 'is an ancestor'} of "
        "another revision in the table"
    )
    repair = facts.stamp_repair(
        others, purge=True, title=f"keep only the row{'s' * (len(others) > 1)} {quote_ids(others)}"
    )
    yield Cause("overlapping-revisions", message, tuple(evidence), facts.rows, (repair,))
