"""INSERT, REPLACE and UPDATE, with a check for values that are too long."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import table_name
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Tokens
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_mirror import Mirror, StatementResult, TableName

FILLING = ("INSERT", "REPLACE", "UPDATE")
_SAVEPOINT = "`statement of git-alembic`"


def change_rows(mirror: Mirror, context: StatementContext, tokens: Tokens, query: str) -> StatementResult:
    """Run a statement that sets values. If a value is too long, the statement has no effect."""
    place, strict = _target(context, tokens), context.session.is_strict and not tokens[1].matches("IGNORE")
    adding = tokens[0].matches("INSERT") and not any(token.matches("DUPLICATE") for token in tokens)
    since = mirror.last_row(place) if place and adding else 0
    mirror.connection.execute(f"SAVEPOINT {_SAVEPOINT}")
    try:
        answer = mirror.run(query)
        if place and mirror.is_exact:
            mirror.fit(place, since, adding, strict)
    except ServerError:
        mirror.connection.execute(f"ROLLBACK TO {_SAVEPOINT}")
        raise
    finally:
        if mirror.connection.in_transaction:  # an interruption ends the transaction
            mirror.connection.execute(f"RELEASE {_SAVEPOINT}")
    return answer


def _target(context: StatementContext, tokens: Tokens) -> TableName | None:
    """Return the table in which INSERT, REPLACE or UPDATE sets values."""
    reader = Reader(tokens, "")
    while reader.take_any(*FILLING, "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "IGNORE", "INTO"):
        continue
    database, name = table_name(reader)
    place = context.resolve_database(database)
    return (place, name) if name in context.catalog.databases[place].tables else None
