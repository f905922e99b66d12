"""The tables that a query or data statement uses."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import SYSTEM, StatementContext
from git_alembic.scratch.probe.engines.mysql.errors import no_table
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Tokens
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_mirror import Mirror


def ensure_tables(mirror: Mirror, context: StatementContext, tokens: Tokens, text: str) -> None:
    """Raise for a table that does not exist. Create the others in SQLite."""
    reader, expressions = Reader(tokens, text), _common_table_expressions(tokens)
    while not reader.is_at_end:
        token = reader.next()
        if not reader.sees_name() or not token.matches("FROM", "JOIN", "INTO", "UPDATE", "TABLE"):
            continue
        if token.matches("UPDATE") and reader.position > 1 and reader.tokens[reader.position - 2].matches("KEY", "FOR"):
            continue
        if not reader.token.matches("IGNORE", "SELECT", "DUAL", "LOW_PRIORITY", "LATERAL"):
            _ensure_table(mirror, context, reader, expressions)


def _ensure_table(mirror: Mirror, context: StatementContext, reader: Reader, expressions: set[str]) -> None:
    first = reader.name()
    database, name = (first, reader.name()) if reader.take(".") else ("", first)
    if reader.sees("(") and not reader.tokens[0].matches("INSERT", "REPLACE"):
        return
    if (not database and name.lower() in expressions) or database.lower() in SYSTEM:
        return
    place = context.resolve_database(database)
    content = context.catalog.databases[place]
    if name in content.tables:
        mirror.ensure_table(place, name)
    elif name in content.views:
        raise NotReplayed("a view")
    elif not _is_alias(reader, name):
        raise no_table(place, name)


def _common_table_expressions(tokens: Tokens) -> set[str]:
    """Return the names of common table expressions: `name AS (` and `name (columns) AS (`."""
    names = set()
    for place, token in enumerate(tokens[:-2]):
        if tokens[place + 1].matches("AS") and tokens[place + 2].matches("("):
            name = tokens[_opening(tokens, place) - 1] if token.matches(")") else token
            names.add((name.value if name.kind == "name" else name.text).lower())
    return names


def _opening(tokens: Tokens, place: int) -> int:
    """Return the position of the matching opening parenthesis."""
    depth = 0
    for position in range(place, 0, -1):
        depth += tokens[position].matches(")") - tokens[position].matches("(")
        if depth == 0:
            return position
    return 0


def _is_alias(reader: Reader, name: str) -> bool:
    """True if a name after FROM or UPDATE is an alias of a table in the same statement."""
    names = [token.value if token.kind == "name" else token.text for token in reader.tokens]
    return names.count(name) > 1 and reader.tokens[0].matches("DELETE") and not reader.tokens[1].matches("FROM")
