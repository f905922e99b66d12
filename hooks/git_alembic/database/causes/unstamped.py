"""`unstamped` and `empty-version-table`: no row says which revisions made the tables of the database.

Alembic never writes NULL. A version table with NULL is `empty-version-table`, and doctor can't check it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.database.facts_for_causes import STAMP_LATER, DatabaseFacts, describe_revision
from git_alembic.findings.counts_and_quoted_ids import format_count, quote_ids

_MOST = 5  # lines per kind


def find(facts: DatabaseFacts) -> Iterator[Cause]:
    if not facts.graph.ids:
        return
    if facts.has_unrecorded_tables:
        yield _explain_missing_stamp(facts)
    elif facts.has_null:
        yield _null_row(facts)


def _explain_missing_stamp(facts: DatabaseFacts) -> Cause:
    """Return the cause for tables without a revision in the version table."""
    null = facts.has_null
    content = "holds NULL, which Alembic never writes" if null else "is empty"
    exists = facts.database.version.exists
    name = facts.database.version_table
    table = f"the version table {name} {content}" if exists else f"the version table {name} does not exist"
    tables = facts.tables
    count = format_count(len(tables), "table")
    evidence = [f"the database has {count} ({', '.join(tables[:_MOST])}{', …' * (len(tables) > _MOST)}), and {table}"]
    consequence = "the revision of the database is unknown" if null else "Alembic would begin with the first revision"
    sentence, more, repairs = _match_schema(facts, purge=null)
    return Cause(
        "empty-version-table" if exists else "unstamped",
        f"{table}, so {consequence}; {sentence}",
        (*evidence, *more),
        facts.match.revisions if facts.match else (),
        repairs,
        severity="cannot-judge" if null else "error",
    )


def _null_row(facts: DatabaseFacts) -> Cause:
    """Return the cause for NULL beside other rows, or in an empty database."""
    table, rows = facts.database.version_table, facts.rows
    content = (
        f"NULL as well as {quote_ids(rows)}; Alembic never writes NULL" if rows else "NULL, which Alembic never writes"
    )
    message = f"the version table {table} holds {content}, so the revision of the database is unknown"
    stamp = facts.stamp(rows, purge=True) if rows else [facts.command("stamp", "--purge", "base")]
    upgrade = facts.upgrade_from(rows)
    title = "remove the NULL row"
    title += ", then upgrade" if upgrade else ""
    title += "" if rows else " (the database has no tables, so no revision was applied)"
    repair = CauseRepair(title, (*stamp, *upgrade), Effect(rows, facts.graph.heads))
    evidence = (f"look at the rows of {table}",)
    repairs = () if facts.unknown_rows else (repair,)
    return Cause("empty-version-table", message, evidence, rows, repairs, severity="cannot-judge")


def _match_schema(facts: DatabaseFacts, *, purge: bool) -> tuple[str, list[str], tuple[CauseRepair, ...]]:
    """Return (a clause on the revision with the same schema, the evidence, the repairs)."""
    match = facts.match
    if match is None or not match.revisions:
        evidence = [match.doubt] if match and match.doubt else []
        if match and match.is_incomplete:
            return "the schema could not be compared with all revisions", evidence, ()
        return "the schema matches no revision", evidence, ()
    evidence = [f"the match was checked {match.basis}"] if match.basis else []
    if match.alike:
        evidence.append(f"{quote_ids(match.alike)} has the same schema: the revisions after it don't change any tables")
    evidence += [match.doubt] if match.doubt else []
    evidence += _shorten(match.differences)
    if match.is_exact:
        described = ", ".join(describe_revision(facts.graph, revision) for revision in match.revisions)
        repair = facts.stamp_repair(match.revisions, purge=purge)
        return f"the schema matches {described}", evidence, (repair,)
    sentence = f"the schema matches no revision; the closest is {quote_ids(match.revisions)}"
    return sentence, [*evidence, STAMP_LATER], ()


def _shorten(lines: Sequence[str]) -> list[str]:
    most = 2 * _MOST
    return [*lines[:most], f"… and {len(lines) - most} more"] if len(lines) > most else list(lines)
