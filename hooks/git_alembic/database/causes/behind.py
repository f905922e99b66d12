"""`behind`: the history has revisions that the database has not run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.database.facts_for_causes import DatabaseFacts, describe_match, describe_revision
from git_alembic.findings.counts_and_quoted_ids import format_count, quote_ids

_MOST = 5  # revisions in the list


def find(facts: DatabaseFacts) -> Iterator[Cause]:
    pending = facts.pending
    if not pending:
        return
    count = format_count(len(pending), "revision")
    if facts.rows:
        message = f"the database is {count} behind {quote_ids(facts.graph.heads)}"
        evidence = [f"it is at {', '.join(describe_revision(facts.graph, row) for row in facts.rows)}"]
    else:
        every = f"all {count} have" if len(pending) > 1 else f"{count} has"
        message = f"the database is empty, so {every} to run"
        exception = " except an empty version table" if facts.database.version.exists else ""
        evidence = [f"it has no tables{exception}"]
    evidence += [f"to run: {line}" for line in _list_revisions(facts, pending)]
    evidence += describe_match(facts.match)
    yield Cause("behind", message, tuple(evidence), pending, _repairs(facts))


def _repairs(facts: DatabaseFacts) -> tuple[CauseRepair, ...]:
    """Return the upgrade. If the schema is that of a later revision, stamp first."""
    upgrade = CauseRepair("upgrade the database", (facts.upgrade(),), Effect(facts.rows, facts.graph.heads))
    if facts.match is None or not facts.match.is_exact or set(facts.match.revisions) == set(facts.rows):
        return (upgrade,)
    return (facts.stamp_repair(facts.match.revisions), upgrade)


def _list_revisions(facts: DatabaseFacts, ids: Sequence[str]) -> list[str]:
    """Return one line per revision, without the middle of a long list."""
    lines = [facts.describe_with_origin(id_) for id_ in ids]
    if len(lines) <= _MOST:
        return lines
    return [*lines[: _MOST - 2], f"… {len(lines) - _MOST + 1} more …", lines[-1]]
