"""Runs queries and data statements in SQLite: creates their tables, and rejects values that are too long."""

from __future__ import annotations

import re

from git_alembic.scratch.probe.engines.emulation.driver import Result
from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import SYSTEM, StatementContext, variable
from git_alembic.scratch.probe.engines.mysql.errors import ServerError, no_table
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import table_name
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Tokens
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_mirror import Mirror, TableName
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_statement_writer import StatementWriter

_FILLING = ("INSERT", "REPLACE", "UPDATE")
_SAVEPOINT = "`statement of git-alembic`"


def run_data_statement(mirror: Mirror, context: StatementContext, reader: Reader, text: str) -> Result:
    """Run a query, INSERT, REPLACE, UPDATE or DELETE in SQLite."""
    tokens = reader.tokens
    ensure_tables(mirror, context, tokens, text)
    mirror.database = lambda: context.session.database
    if not mirror.connection.in_transaction:
        mirror.apply_schema_changes()
    if re.search(r"information_schema", text, re.IGNORECASE):
        mirror.describe()
    if not tokens[0].matches("SELECT", "WITH", "(", "VALUES") and not mirror.connection.in_transaction:
        mirror.connection.execute("BEGIN")
    query = StatementWriter(reader.text, lambda name: variable(context.session, name)).statement(tokens)
    answer = _change_rows(mirror, context, tokens, query) if tokens[0].matches(*_FILLING) else mirror.run(query)
    touched = len(answer.rows) if answer.names is not None else max(answer.touched, 0)
    return answer._replace(touched=touched)


def _change_rows(mirror: Mirror, context: StatementContext, tokens: Tokens, query: str) -> Result:
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
    while reader.take_any(*_FILLING, "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "IGNORE", "INTO"):
        continue
    database, name = table_name(reader)
    place = context.resolve_database(database)
    return (place, name) if name in context.catalog.databases[place].tables else None


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
