"""CHECK constraints of a table, and the columns in the expressions of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from git_alembic.scratch.probe.engines.mysql.catalog import Check, Table, charset_of
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.mysql.ddl.stored_expression_text import (
    Writer,
    mentioned_columns,
    rename_in_expression,
)
from git_alembic.scratch.probe.engines.mysql.errors import ServerError, no_column
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import CheckSpec
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Tokens


def define_checks(context: StatementContext, place: tuple[str, str], table: Table, specs: Sequence[CheckSpec]) -> Table:
    """Add new checks to the table. Raise if a name is taken, or if a check names a missing column."""
    symbols = {check.symbol.lower() for check in specs}
    checks = list(table.checks)
    for spec in specs:
        name = spec.symbol or _generate_name(context, place[1], symbols.union(check.name.lower() for check in checks))
        if any(check.name.lower() == name.lower() for check in checks) or _is_taken(context, place, name):
            message = f"Duplicate check constraint name '{name}'."
            mariadb = ServerError(1826, f"Duplicate CHECK constraint name '{name}'")
            raise mariadb if context.is_mariadb else ServerError(3822, message)
        checks.append(Check(name, _write_expression(context, table, spec.tokens), spec.enforced))
    column_names = {column.name for column in table.columns}
    for check in checks:
        if context.is_mariadb:
            _refuse_unknown(table, check.text, "CHECK")
        elif mentioned_columns(check.text) - column_names:
            raise used_by_check(check, min(mentioned_columns(check.text) - column_names))
    return replace(table, checks=tuple(checks))


def refuse_unknown_columns(context: StatementContext, table: Table) -> None:
    """Raise if an expression of a column names a missing column."""
    clause = "GENERATED ALWAYS AS" if context.is_mariadb else "generated column function"
    for column in table.columns:
        _refuse_unknown(table, column.generated, clause)
        _refuse_unknown(table, column.check, "CHECK")


def used_by_check(check: Check, name: str) -> ServerError:
    return ServerError(
        3959, f"Check constraint '{check.name}' uses column '{name}', hence column cannot be dropped or renamed."
    )


def _write_expression(context: StatementContext, table: Table, tokens: Tokens) -> str:
    text = Writer(context.is_mariadb, charset_of(table.collation)).write_tokens(tokens)
    spelled = {column.name.lower(): column.name for column in table.columns}
    for name in mentioned_columns(text):
        if name not in spelled.values() and name.lower() in spelled:
            text = rename_in_expression(text, name, spelled[name.lower()])
    return text


def _is_taken(context: StatementContext, place: tuple[str, str], name: str) -> bool:
    """True if another table has a check of this name. MySQL allows a name once per database."""
    if context.is_mariadb:
        return False
    checks = (check for table in context.other_tables(place) for check in table.checks)
    return any(check.name.lower() == name.lower() for check in checks)


def _generate_name(context: StatementContext, table: str, taken: set[str]) -> str:
    stem, number = "CONSTRAINT_" if context.is_mariadb else f"{table}_chk_", 1
    while f"{stem}{number}".lower() in taken:
        number += 1
    return f"{stem}{number}"


def _refuse_unknown(table: Table, text: str, clause: str) -> None:
    column_names = {column.name.lower() for column in table.columns}
    for name in sorted(mentioned_columns(text)):
        if name.lower() not in column_names:
            raise no_column(name, clause)
