"""Runs DO blocks: the statements of PL/pgSQL that migrations use."""

from __future__ import annotations

import re
from typing import Any, Callable, ContextManager, Mapping, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.execution_limits import Budget
from git_alembic.scratch.probe.engines.postgresql.errors import ServerError
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Parser
from git_alembic.scratch.probe.engines.postgresql.quoting_and_parameters import plain_literal

_CONDITIONS = {
    "duplicate_object": "42710", "duplicate_table": "42P07", "duplicate_column": "42701", "duplicate_schema": "42P06",
    "undefined_table": "42P01", "undefined_column": "42703", "undefined_object": "42704", "unique_violation": "23505",
    "undefined_function": "42883", "dependent_objects_still_exist": "2BP01", "invalid_schema_name": "3F000",
    "invalid_table_definition": "42P16", "not_null_violation": "23502", "foreign_key_violation": "23503",
    "check_violation": "23514", "string_data_right_truncation": "22001", "invalid_text_representation": "22P02",
    "raise_exception": "P0001", "feature_not_supported": "0A000", "wrong_object_type": "42809",
}  # fmt: skip
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?|.", re.DOTALL)
Query = Callable[[str], Sequence[Mapping[str, Any]]]


class _Return(Exception):
    pass


class _Exit(Exception):
    pass


class Block:
    """A DO block. `run` runs a statement, `query` returns rows as mappings."""

    def __init__(
        self, run: Callable[[str], None], query: Query, savepoint: Callable[[], ContextManager[None]], budget: Budget
    ) -> None:
        self.run = run
        self.query = query
        self.savepoint = savepoint
        self.budget = budget
        self.variables: dict[str, Any] = {}
        self.names: list[str] = []

    def execute(self, parser: Parser, text: str) -> None:
        """Run a DO statement."""
        (function,) = (item["PLpgSQL_function"] for item in parser.functions(text))
        for datum in function.get("datums", ()):
            ((kind, fields),) = datum.items()
            name = fields.get("refname", "")
            self.names.append(name)
            default = fields.get("default_val")
            if kind == "PLpgSQL_var" and default:
                self.variables[name] = self.evaluate(default)
            elif name:
                self.variables.setdefault(name, None)
        try:
            self.run_statement(function["action"])
        except _Return:
            return

    def run_statements(self, nodes: Any) -> None:
        for node in nodes or ():
            self.run_statement(node)

    def run_statement(self, node: Node) -> None:
        ((kind, fields),) = node.items()
        known = _STATEMENTS.get(kind)
        if known is None:
            raise NotReplayed(f"{kind} in a DO block")
        known(self, fields)

    def fill_variables(self, expression: Node) -> str:
        """Return the text of an expression with the values of variables."""
        text = expression["PLpgSQL_expr"]["query"]

        def replacement(match: re.Match[str]) -> str:
            word = match[0]
            first, dot, rest = word.partition(".")
            if word in self.variables and not isinstance(self.variables[word], dict):
                return _literal(self.variables[word])
            if dot and isinstance(self.variables.get(first), dict) and rest in self.variables[first]:
                return _literal(self.variables[first][rest])
            return word

        return _TOKEN.sub(replacement, text)

    def evaluate(self, expression: Node) -> Any:
        rows = self.query(f"SELECT ({self.fill_variables(expression)}) AS v")
        return rows[0]["v"] if rows else None

    def run_block(self, node: Node) -> None:
        handlers = node.get("exceptions", {}).get("PLpgSQL_exception_block", {}).get("exc_list", ())
        if not handlers:
            self.run_statements(node.get("body"))
            return
        try:
            with self.savepoint():
                self.run_statements(node.get("body"))
        except ServerError as error:
            handler = _handler(handlers, error)
            if handler is None:
                raise
            self.variables["sqlerrm"] = error.message
            self.run_statements(handler.get("action"))

    def run_if(self, node: Node) -> None:
        if self.evaluate(node["cond"]):
            self.run_statements(node.get("then_body"))
            return
        for item in node.get("elsif_list", ()):
            branch = item["PLpgSQL_if_elsif"]
            if self.evaluate(branch["cond"]):
                self.run_statements(branch.get("stmts"))
                return
        self.run_statements(node.get("else_body"))

    def run_sql(self, node: Node) -> None:
        text = self.fill_variables(node["sqlstmt"])
        if node.get("into"):
            self.select_into(node, text)
        else:
            self.run(text)

    def select_into(self, node: Node, text: str) -> None:
        rows = self.query(text)
        row = rows[0] if rows else {}
        self.variables["found"] = bool(rows)
        target = node.get("target", {})
        ((kind, fields),) = target.items()
        if kind == "PLpgSQL_rec":
            self.variables[fields["refname"]] = dict(row)
            return
        for item, value in zip(fields.get("fields", ()), [*row.values(), *[None] * 20]):
            self.variables[item["name"]] = value

    def run_execute(self, node: Node) -> None:
        text = self.evaluate(node["query"])
        if text is None:
            raise NotReplayed("EXECUTE of what is not known")
        if node.get("into"):
            self.select_into(node, str(text))
        else:
            self.run(str(text))

    def run_perform(self, node: Node) -> None:
        text = self.fill_variables(node["expr"])
        self.variables["found"] = bool(self.query(text if text.lstrip()[:6].upper() == "SELECT" else "SELECT " + text))

    def run_assignment(self, node: Node) -> None:
        text = node["expr"]["PLpgSQL_expr"]["query"]
        name, _, rest = text.partition(":=") if ":=" in text else text.partition("=")
        self.variables[name.strip()] = self.evaluate({"PLpgSQL_expr": {"query": rest.strip()}})

    def loop_over_query(self, node: Node) -> None:
        text = self.fill_variables(node["query"])
        name = next(iter(node["var"].values())).get("refname", "")
        target = node["var"].get("PLpgSQL_row")
        for row in self.query(text):
            if target:
                for item, value in zip(target.get("fields", ()), row.values()):
                    self.variables[item["name"]] = value
            else:
                self.variables[name] = dict(row)
            try:
                self.run_statements(node.get("body"))
            except _Exit:
                return

    def loop_over_range(self, node: Node) -> None:
        name = next(iter(node["var"].values())).get("refname", "")
        low, high = int(self.evaluate(node["lower"])), int(self.evaluate(node["upper"]))
        for number in range(low, high + 1):
            self.budget.spend("iterations")
            self.variables[name] = number
            try:
                self.run_statements(node.get("body"))
            except _Exit:
                return

    def loop_while(self, node: Node) -> None:
        while True:
            self.budget.spend("iterations")
            if "cond" in node and not self.evaluate(node["cond"]):
                return
            try:
                self.run_statements(node.get("body"))
            except _Exit:
                return

    def exit_loop(self, node: Node) -> None:
        if "cond" not in node or self.evaluate(node["cond"]):
            raise _Exit

    def return_early(self, _: Node) -> None:
        raise _Return

    def raise_error(self, node: Node) -> None:
        if node.get("elog_level", 0) >= 21:
            raise ServerError(str(node.get("message", "raised")).replace("%", "?"), "P0001")

    def ignore(self, _: Node) -> None:
        """Run NULL, which does nothing."""


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else plain_literal(str(value))


def _handler(handlers: Any, error: ServerError) -> Node | None:
    for item in handlers:
        handler: Node = item["PLpgSQL_exception"]
        names = [each["PLpgSQL_condition"]["condname"] for each in handler["conditions"]]
        if "others" in names or any(_CONDITIONS.get(name) == error.code for name in names):
            return handler
    return None


_STATEMENTS: Mapping[str, Callable[[Block, Node], None]] = {
    "PLpgSQL_stmt_block": Block.run_block, "PLpgSQL_stmt_if": Block.run_if, "PLpgSQL_stmt_execsql": Block.run_sql,
    "PLpgSQL_stmt_dynexecute": Block.run_execute, "PLpgSQL_stmt_perform": Block.run_perform,
    "PLpgSQL_stmt_assign": Block.run_assignment, "PLpgSQL_stmt_fors": Block.loop_over_query,
    "PLpgSQL_stmt_fori": Block.loop_over_range,
    "PLpgSQL_stmt_loop": Block.loop_while, "PLpgSQL_stmt_while": Block.loop_while, "PLpgSQL_stmt_exit": Block.exit_loop,
    "PLpgSQL_stmt_return": Block.return_early, "PLpgSQL_stmt_raise": Block.raise_error,
    "PLpgSQL_stmt_getdiag": Block.ignore,
}  # fmt: skip
