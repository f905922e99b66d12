"""Runs statements on an emulated server: on its catalog, and on its rows."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Callable, Mapping, Sequence

from git_alembic.scratch.probe.engines.emulation.driver import Result
from git_alembic.scratch.probe.engines.emulation.engine_base import Note
from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.mysql import show_and_describe
from git_alembic.scratch.probe.engines.mysql.catalog import Catalog, Database, collation_of
from git_alembic.scratch.probe.engines.mysql.ddl import statement_dispatch
from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import (
    Session,
    StatementContext,
    new_session,
    variable,
    variable_key,
)
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader, Tokens, split
from git_alembic.scratch.probe.engines.mysql.rows.data_statement_execution import ensure_tables, run_data_statement
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_expression_writer import ExpressionWriter
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_mirror import Mirror
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_statement_writer import selected_names
from git_alembic.scratch.probe.engines.mysql.transactions import TRANSACTION_WORDS, TransactionControl

_DATA = ("SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "VALUES", "(", "TABLE")

_DONE = Result(touched=0)


class Server:
    """Runs statements. `note` records those that were not replayed."""

    def __init__(self, catalog: Catalog, budget: Budget, note: Note) -> None:
        self.catalog = catalog
        self.budget = budget
        self.note = note
        self.mirror = Mirror(catalog, budget)
        self.transactions = TransactionControl(self.mirror)

    def session(self, database: str) -> Session:
        """Return the session of a new connection, and create the database if it is missing."""
        collation = collation_of("utf8mb4", self.catalog.is_mariadb)
        if database not in self.catalog.databases:
            self.catalog.databases[database] = Database(collation)
        return new_session(database, self.catalog.version, collation)

    def execute(self, session: Session, text: str) -> Result:
        """Run all statements of a text and return the last result."""
        result = _DONE
        parts = split(text)
        if not parts:
            raise ServerError(1065, "Query was empty")
        if len(parts) > 1 and session.single_statements:
            raise Reader(parts[1], text).error()
        for tokens in parts:
            self.budget.spend("statements")
            result = self._statement(StatementContext(self.catalog, session), tokens, text)
        return result

    def _statement(self, context: StatementContext, tokens: Tokens, text: str) -> Result:
        statement = text[tokens[0].start : tokens[-1].end]
        try:
            return self._run(context, Reader(tokens, text), statement)
        except (NotReplayed, LookupError, ValueError, AttributeError) as reason:
            self.note(statement, str(reason) if isinstance(reason, NotReplayed) else f"not understood: {reason!r}")
            if tokens[0].matches("INSERT", "UPDATE", "DELETE", "REPLACE", "CALL", "LOAD", "EXECUTE"):
                self.mirror.is_exact = False
            return Result(selected_names(tokens), (), 0) if tokens[0].matches("SELECT", "WITH", "SHOW") else _DONE

    def _run(self, context: StatementContext, reader: Reader, text: str) -> Result:
        first = reader.token.value
        if first in _DATA:
            return run_data_statement(self.mirror, context, reader, text)
        if first in TRANSACTION_WORDS:
            self.transactions.run(reader)
            return _DONE
        if first in _OWN:
            return _OWN[first](self, context, reader)
        if first in ("CALL", "DO", "LOAD", "HANDLER", "XA", "SIGNAL", "INSTALL", "BINLOG"):
            raise NotReplayed(first)
        return self._change(context, reader)

    def _change(self, context: StatementContext, reader: Reader) -> Result:
        self.transactions.commit()
        before = {name: dict(content.tables) for name, content in self.catalog.databases.items()}
        statement_dispatch.apply(context, reader, lambda query: self._names(context, query))
        if (
            not reader.is_at_end
            and reader.tokens[0].matches("ALTER", "DROP")
            and reader.tokens[1].matches("TABLE", "INDEX")
        ):
            raise reader.error()
        self._check_rows(before)
        self.mirror.apply_schema_changes()
        return _DONE

    def _check_rows(self, before: Mapping[str, Mapping[str, Any]]) -> None:
        """Undo the change if the rows forbid it."""
        old_tables = {table.number: table for tables in before.values() for table in tables.values()}
        try:
            for database, content in self.catalog.databases.items():
                for name, table in content.tables.items():
                    if before.get(database, {}).get(name) is not table:
                        self.mirror.check(old_tables.get(table.number), table)
        except ServerError:
            for database, tables in before.items():
                if database in self.catalog.databases:
                    self.catalog.databases[database].tables = dict(tables)
            raise

    def _names(self, context: StatementContext, query: str) -> list[str]:
        """Return the names of a query's columns."""
        (tokens,) = split(query)
        return run_data_statement(self.mirror, context, Reader(tokens, query), query).names or []

    def end(self) -> None:
        """End a session and drop its temporary tables."""
        for content in self.catalog.databases.values():
            content.tables = {name: table for name, table in content.tables.items() if not table.temporary}
        self.mirror.apply_schema_changes()

    def _truncate(self, context: StatementContext, reader: Reader) -> Result:
        self.transactions.commit()
        reader.need("TRUNCATE")
        reader.take("TABLE")
        first = reader.name()
        database, name = (first, reader.name()) if reader.take(".") else ("", first)
        self.mirror.truncate(context.table(database, name))
        return _DONE

    def _show(self, context: StatementContext, reader: Reader) -> Result:
        word = reader.next().value
        views = partial(self._view_columns, context)
        if word != "SHOW" and (reader.sees("SELECT") or reader.sees("FORMAT")):
            return Result(["EXPLAIN"], [], 0)
        answer = show_and_describe.answer_show if word == "SHOW" else show_and_describe.describe
        names, rows = answer(context, reader, views)
        if reader.take("LIKE"):
            pattern = reader.string().lower().replace("%", "*").replace("_", "?")
            rows = [row for row in rows if fnmatchcase(str(row[0]).lower(), pattern)]
        elif reader.sees("WHERE"):
            rows = self._filter(context, names, rows, reader)
        return Result(names, list(rows), len(rows))

    def _filter(
        self, context: StatementContext, names: list[str], rows: Sequence[Any], reader: Reader
    ) -> Sequence[Any]:
        columns = [f"{quote_name(name)} COLLATE NOCASE" for name in names]
        self.mirror.replace_table("information_schema.shown", columns, rows)
        condition = ExpressionWriter(lambda name: variable(context.session, name)).rest(reader)
        return self.mirror.run(f"SELECT * FROM information_schema.shown {condition}").rows

    def _view_columns(self, context: StatementContext, database: str, name: str) -> list[str]:
        text = self.catalog.databases[database].views[name].text
        match = re.search(r"\bAS\s+(?=\(*\s*(SELECT|WITH)\b)", text, re.IGNORECASE)
        try:
            return self._names(context, text[match.end() :]) if match else []
        except (NotReplayed, ServerError):
            return []

    def _use(self, context: StatementContext, reader: Reader) -> Result:
        reader.next()
        context.session.database = context.resolve_database(reader.name())
        return _DONE

    def _set(self, context: StatementContext, reader: Reader) -> Result:
        reader.next()
        if reader.take_any("NAMES", "CHARACTER SET", "TRANSACTION", "PASSWORD", "ROLE", "SESSION TRANSACTION"):
            return _DONE
        while not reader.is_at_end:
            clause = reader.inner(reader.until(","))
            reader.take(",")
            clause.take_any("GLOBAL", "SESSION", "LOCAL", "PERSIST")
            name = clause.next().text
            clause.take("=") or clause.take(":=")
            context.session.variables[variable_key(name)] = self._value(context, clause)
        return _DONE

    def _value(self, context: StatementContext, reader: Reader) -> Any:
        rest = reader.tokens[reader.position :]
        if len(rest) == 1 and rest[0].kind in ("word", "string"):
            return rest[0].value
        ensure_tables(self.mirror, context, rest, reader.text)
        if re.search(r"information_schema", reader.text, re.IGNORECASE):
            self.mirror.describe()
        self.mirror.database = lambda: context.session.database
        query = ExpressionWriter(lambda name: variable(context.session, name)).rest(reader)
        return self.mirror.run(f"SELECT {query}").rows[0][0]

    def _prepare(self, context: StatementContext, reader: Reader) -> Result:
        """Run PREPARE, EXECUTE or DEALLOCATE PREPARE."""
        word = reader.next().value
        if word == "PREPARE":
            name = reader.name().lower()
            reader.need("FROM")
            token = reader.next()
            text = variable(context.session, token.text) if token.kind == "variable" else token.value
            context.session.prepared[name] = str(text)
        elif word == "EXECUTE":
            return self.execute(context.session, context.session.prepared[reader.name().lower()])
        return _DONE


_OWN: Mapping[str, Callable[[Server, StatementContext, Reader], Result]] = {
    "SHOW": Server._show, "DESCRIBE": Server._show, "DESC": Server._show, "EXPLAIN": Server._show,  # noqa: SLF001 - our own class
    "SET": Server._set, "USE": Server._use, "TRUNCATE": Server._truncate, "PREPARE": Server._prepare,  # noqa: SLF001 - our own class
    "EXECUTE": Server._prepare, "DEALLOCATE": Server._prepare,  # noqa: SLF001 - our own class
}  # fmt: skip
