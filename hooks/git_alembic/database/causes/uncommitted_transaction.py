"""`uncommitted-transaction`: env.py begins a transaction before `context.configure` and never commits it."""

from __future__ import annotations

from collections.abc import Iterator

from git_alembic.database.database_state import CodeLine
from git_alembic.database.diagnosis import Cause
from git_alembic.database.facts_for_causes import DatabaseFacts
from git_alembic.findings.counts_and_quoted_ids import quote_ids

_ADVICE = (
    "Until then, `alembic stamp` and `alembic upgrade` have no effect. Call `connection.commit()` "
    "before context.configure, or run everything inside `with connection.begin():`"
)


def find(facts: DatabaseFacts) -> Iterator[Cause]:
    code_line = facts.database.uncommitted
    if code_line is None:
        return
    content = f"holds {quote_ids(facts.rows)}" if facts.rows else "contains no revisions"
    exists = facts.database.version.exists
    table = facts.database.version_table
    evidence = (
        f"the version table {table} {content}" if exists else f"the version table {table} does not exist",
        "Alembic does not commit a transaction that is already open, so env.py has to commit it",
        _ADVICE,
        "then run `git alembic doctor` again",
    )
    yield Cause("uncommitted-transaction", describe_uncommitted(code_line), evidence, facts.rows)


def describe_uncommitted(code_line: CodeLine) -> str:
    """Say where the transaction begins, in one sentence. `sync` uses it too."""
    where = f"{code_line.path}:{code_line.line}" if code_line.path else "env.py"
    return (
        f"{where} begins a transaction before context.configure and never commits it, so Alembic's changes "
        "to the database are rolled back"
    )
