"""Runs statements on an emulated database: on its catalog, and on its rows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, Sequence

from git_alembic.scratch.probe.engines.emulation.driver import Result
from git_alembic.scratch.probe.engines.emulation.engine_base import Note
from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Name, Type
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_dispatch import DATA, apply
from git_alembic.scratch.probe.engines.postgresql.ddl.views import query_columns, referenced_relations
from git_alembic.scratch.probe.engines.postgresql.do_blocks import Block
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError, SyntaxProblem
from git_alembic.scratch.probe.engines.postgresql.expressions.default_comparison import compare_values, find_comparison
from git_alembic.scratch.probe.engines.postgresql.expressions.stored_expressions import Expressions
from git_alembic.scratch.probe.engines.postgresql.parser import Node, ParseError, Statement, has_flag, strings, walk
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import (
    Parameters,
    inline_parameters,
    number_parameters,
)
from git_alembic.scratch.probe.engines.postgresql.rows.constraint_checks import ConstraintChecks, check_labels
from git_alembic.scratch.probe.engines.postgresql.rows.session_variables_and_functions import (
    set_variable,
    show_variable,
)
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_mirror import Mirror
from git_alembic.scratch.probe.engines.postgresql.rows.value_conversion import from_sqlite, to_sqlite

_SAVEPOINT = "`block of git-alembic`"


class Database:
    """Runs statements. `note` records those that were not replayed."""

    def __init__(self, catalog: Catalog, expressions: Expressions, budget: Budget, note: Note) -> None:
        self.catalog = catalog
        self.parser = expressions.parser
        self.budget = budget
        self.in_block = False
        self.note = note
        self.mirror = Mirror(catalog, self.parser, budget)
        self.constraint_checks = ConstraintChecks(self.mirror)
        self.context = StatementContext(catalog, expressions, self.constraint_checks)

    def execute(self, text: str, parameters: Parameters = None) -> Result:
        """Run all statements of a text and return the last result."""
        self.budget.spend("statements")
        text, values = number_parameters(text, parameters)
        result = Result()
        for statement in self._parse(text, values):
            result = self.statement(statement, values)
        return result

    def _parse(self, text: str, values: Sequence[Any]) -> Sequence[Statement]:
        try:
            return self.parser.statements(text)
        except ParseError as error:
            if not values:
                raise SyntaxProblem(str(error)) from error
        try:
            return self.parser.statements(inline_parameters(text, values))
        except ParseError as error:
            raise SyntaxProblem(str(error)) from error

    def statement(self, statement: Statement, values: Sequence[Any] = ()) -> Result:
        """Run one statement."""
        alone = _outside_transactions(statement)
        if alone and self.in_block:
            raise ServerError(f"{alone} cannot run inside a transaction block", "25001")
        comparison = find_comparison(statement) if statement.kind == "SelectStmt" and not values else None
        if comparison:
            return self._compare(comparison, statement)
        if statement.kind in DATA and "intoClause" not in statement.fields:
            return self._data(statement, values)
        if statement.kind == "VariableShowStmt":
            return Result([statement.fields["name"]], [(show_variable(self.catalog, statement.fields["name"]),)], 1)
        try:
            self._change(statement)
        except NotReplayed as reason:
            self.note(statement.text, str(reason))
        self.mirror.apply_schema_changes()
        return Result()

    def _compare(self, comparison: Node, statement: Statement) -> Result:
        """Compare two values by their text or by SQLite."""
        name = statement.fields["targetList"][0]["ResTarget"].get("name", "?column?")
        try:
            equal, text = compare_values(comparison, self.context.scope())
            answer = equal if equal is not None else self.mirror.run(self.parser.statements("SELECT " + text)[0]).rows
        except NotReplayed:
            return self._data(statement, ())
        value = answer if isinstance(answer, bool) else answer and answer[0][0]
        return Result([name], [(None if value is None else bool(value),)], 1)

    def _change(self, statement: Statement) -> None:
        if statement.kind == "DoStmt":
            self._block(statement)
        elif statement.kind == "TruncateStmt":
            for node in statement.fields["relations"]:
                self.mirror.truncate(self.context.table(node["RangeVar"]))
        elif statement.kind == "VariableSetStmt":
            set_variable(self.catalog, statement.fields)
        elif statement.kind != "ExplainStmt":
            apply(self.context, statement)

    def _block(self, statement: Statement) -> None:
        for node in statement.fields["args"]:
            element = node["DefElem"]
            if element["defname"] == "language" and element["arg"]["String"]["sval"] != "plpgsql":
                raise NotReplayed("DO in another language")
        try:
            Block(self._run, self._rows, self._savepoint, self.budget).execute(self.parser, statement.text)
        except ParseError as error:
            raise NotReplayed(str(error)) from error

    def _run(self, text: str) -> None:
        self.execute(text)

    def _rows(self, text: str) -> Any:
        result = self.execute(text)
        return [dict(zip(result.names or (), row)) for row in result.rows]

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """Undo everything in the block if the server raises an error."""
        catalog, tables = self.catalog.copy(), dict(self.mirror.tables)
        self.mirror.connection.execute(f"SAVEPOINT {_SAVEPOINT}")
        try:
            yield
        except ServerError:
            self.catalog.restore(catalog)
            self.mirror.forget_system_catalogs()
            self.mirror.tables = tables
            self.mirror.connection.execute(f"ROLLBACK TO {_SAVEPOINT}")
            raise
        finally:
            if self.mirror.connection.in_transaction:  # an interruption ends the transaction
                self.mirror.connection.execute(f"RELEASE {_SAVEPOINT}")

    def _data(self, statement: Statement, values: Sequence[Any]) -> Result:
        columns = self._columns(statement)
        names = [name for name, _ in columns]
        check_labels(self.catalog, self.context.new_labels, statement, values)
        changed = self._changed_table(statement)
        since = self.constraint_checks.last_row(changed) if changed and _only_adds(statement) else 0
        try:
            answer = self.mirror.run(statement, [to_sqlite(value) for value in values])
        except NotReplayed as reason:
            if self._is_idle(statement):
                return Result(names or None, (), 0)
            self.note(statement.text, str(reason))
            return Result(names or None, _likely_answer(statement, names), 0)
        if changed:
            self.constraint_checks.check_changes(self.catalog.tables[changed], statement.kind, since)
        if answer.rows is None:
            return Result(None, (), answer.touched)
        width = len(answer.rows[0]) if answer.rows else len(names)
        names += ["?column?"] * (width - len(names))
        kinds = [kind for _, kind in columns] if width == len(columns) else [None] * width
        rows = [tuple(from_sqlite(value, kind) for value, kind in zip(row, kinds)) for row in answer.rows]
        return Result(names[:width], rows, len(rows) if statement.kind == "SelectStmt" else answer.touched)

    def _changed_table(self, statement: Statement) -> Name | None:
        if statement.kind == "SelectStmt":
            return None
        return self.context.find(statement.fields["relation"], self.catalog.tables)

    def _is_idle(self, statement: Statement) -> bool:
        """True if a statement has no rows to work on."""
        fields = statement.fields
        if statement.kind == "InsertStmt":
            fields = fields.get("selectStmt", {}).get("SelectStmt", {})
        elif statement.kind != "SelectStmt":
            return self._is_empty({"RangeVar": fields["relation"]})
        aggregating = (
            any(kind == "FuncCall" for kind, _ in walk(fields.get("targetList", ()))) and "groupClause" not in fields
        )
        return not aggregating and any(self._is_empty(node) for node in fields.get("fromClause", ()))

    def _is_empty(self, source: Node) -> bool:
        ((kind, fields),) = source.items()
        if kind == "JoinExpr" and fields["jointype"] == "JOIN_INNER":
            return self._is_empty(fields["larg"]) or self._is_empty(fields["rarg"])
        if kind == "JoinExpr" and fields["jointype"] == "JOIN_LEFT":
            return self._is_empty(fields["larg"])
        table = self.context.find(fields, self.catalog.tables) if kind == "RangeVar" else None
        return table is not None and not self.mirror.has_rows(table)

    def _columns(self, statement: Statement) -> list[tuple[str, Type | None]]:
        """Return the names and types of the columns that a data statement returns."""
        self._check_relations(statement.fields)
        if statement.kind == "SelectStmt":
            return query_columns(self.context, {"SelectStmt": statement.fields}, {})
        if not self.context.find(statement.fields["relation"], self.catalog.views):
            self.context.table(statement.fields["relation"])
        targets = statement.fields.get("returningClause", {}).get("exprs") or statement.fields.get("returningList", [])
        source = {"RangeVar": statement.fields["relation"]}
        return query_columns(self.context, {"SelectStmt": {"targetList": targets, "fromClause": [source]}}, {})

    def _check_relations(self, query: Node) -> None:
        for _ in referenced_relations(self.context, query):
            continue


def _only_adds(statement: Statement) -> bool:
    return statement.kind == "InsertStmt" and "onConflictClause" not in statement.fields


def _outside_transactions(statement: Statement) -> str:
    """Return the name of a statement that cannot run in a transaction, or ""."""
    fields = statement.fields
    if statement.kind == "IndexStmt" and fields.get("concurrent"):
        return "CREATE INDEX CONCURRENTLY"
    if statement.kind == "DropStmt" and fields.get("concurrent"):
        return "DROP INDEX CONCURRENTLY"
    if statement.kind == "VacuumStmt" and fields.get("is_vacuumcmd"):
        return "VACUUM"
    return {"CreatedbStmt": "CREATE DATABASE", "DropdbStmt": "DROP DATABASE", "AlterSystemStmt": "ALTER SYSTEM"}.get(
        statement.kind, ""
    )


def _likely_answer(statement: Statement, names: Sequence[str]) -> Sequence[tuple[Any, ...]]:
    """Return the most likely rows of a query that was not understood."""
    fields = statement.fields
    if statement.kind != "SelectStmt" or "larg" in fields or "groupClause" in fields:
        return ()
    values = [node["ResTarget"]["val"] for node in fields.get("targetList", ())]
    if values and all(_is_count(value) for value in values):
        return [(0,) * len(names)]
    if len(values) == 1 and values[0].get("SubLink", {}).get("subLinkType") == "EXISTS_SUBLINK":
        return [(False,)]
    return [(None,) * len(names)] if not has_flag(fields, "fromClause") and "whereClause" not in fields else ()


def _is_count(node: Node) -> bool:
    return "FuncCall" in node and strings(node["FuncCall"]["funcname"])[-1] == "count"
