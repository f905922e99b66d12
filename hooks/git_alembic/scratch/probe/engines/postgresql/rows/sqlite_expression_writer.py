"""Writes expressions for SQLite."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Callable, Iterable, Mapping

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name, quoted_text
from git_alembic.scratch.probe.engines.postgresql.parser import Node, strings


class ExpressionWriter(ABC):
    """Writes expressions. The statement writer provides `select`."""

    def __init__(self) -> None:
        self.unqualified = False
        self.scalars: set[str] = set()
        self.renames_ctid = False

    @abstractmethod
    def select(self, node: Node) -> str:
        """Write a query."""

    def write_list(self, nodes: Iterable[Node]) -> str:
        return ", ".join(self.expression(node) for node in nodes)

    def expression(self, node: Node) -> str:
        ((kind, fields),) = node.items()
        writer = _WRITERS.get(kind)
        if writer is None:
            raise NotReplayed(f"an expression with {kind}")
        return writer(self, fields)

    def constant(self, node: Node) -> str:
        if node.get("isnull"):
            return "NULL"
        if "ival" in node:
            return str(node["ival"].get("ival", 0))
        if "fval" in node:
            return str(node["fval"]["fval"])
        if "boolval" in node:
            return "1" if node["boolval"].get("boolval") else "0"
        if "bsval" in node:
            return quoted_text(node["bsval"]["bsval"][1:])
        return quoted_text(node.get("sval", {}).get("sval", ""))

    def column(self, node: Node) -> str:
        fields = node["fields"]
        plain = strings(field for field in fields if "String" in field)
        if plain and plain[-1] in self.scalars:
            return "value" if len(plain) > 1 or "." in plain[-1] else quote_name(plain[-1]) + ".value"
        if plain[-1:] == ["ctid"] and not self.renames_ctid:
            plain[-1] = "rowid"
        names = [quote_name(name) for name in plain]
        if "A_Star" in fields[-1]:
            return ".".join([*names[-1:], "*"])
        return names[-1] if self.unqualified else ".".join(names[-2:])

    def cast(self, node: Node) -> str:
        names = strings(node["typeName"]["names"])
        inner = self.expression(registered_operand(node["arg"]))
        if names[-1] in _REGISTERED:
            return f"pg_oid({quoted_text(names[-1])}, {inner})"
        if node["typeName"].get("arrayBounds"):
            return f"pg_array({inner})"
        text = f"pg_cast({inner}, {quoted_text(names[-1])})"
        length = node["typeName"].get("typmods")
        return (
            f"substr({text}, 1, {self.write_list(length)})" if length and names[-1] in ("varchar", "bpchar") else text
        )

    def call(self, node: Node) -> str:
        name = strings(node["funcname"])[-1]
        if "over" in node or node.get("agg_within_group"):
            return self.window(name, node)
        distinct = "DISTINCT " if node.get("agg_distinct") else ""
        nodes = node.get("args", ())
        if name in _BY_NAME:
            nodes = [registered_operand(item) for item in nodes]
        arguments = "*" if node.get("agg_star") else distinct + self.write_list(nodes)
        text = f"{_RENAMED.get(name, quote_name(name))}({arguments})"
        if "agg_filter" in node:
            text += " FILTER (WHERE {})".format(self.expression(node["agg_filter"]))
        return text

    def window(self, name: str, node: Node) -> str:
        over = node.get("over")
        if over is None or "name" in over or node.get("agg_within_group"):
            raise NotReplayed(f"the function {name}")
        parts = []
        if "partitionClause" in over:
            parts.append("PARTITION BY " + self.write_list(over["partitionClause"]))
        if "orderClause" in over:
            parts.append("ORDER BY " + ", ".join(self.sorting(item["SortBy"]) for item in over["orderClause"]))
        arguments = "*" if node.get("agg_star") else self.write_list(node.get("args", ()))
        return "{}({}) OVER ({})".format(name, arguments, " ".join(parts))

    def operation(self, node: Node) -> str:
        kind = node["kind"]
        writer = _OPERATIONS.get(kind)
        if writer is None:
            raise NotReplayed(f"an expression with {kind}")
        return writer(self, node)

    def operator(self, node: Node) -> str:
        name = strings(node["name"])[-1]
        right = self.expression(node["rexpr"])
        if "lexpr" not in node:
            return f"({name} {right})" if name in "+-" else f"pg_operate({quoted_text(name)}, NULL, {right})"
        left = self.expression(node["lexpr"])
        if name in _SHARED:
            return f"({left} {name} {right})"
        return f"pg_operate({quoted_text(name)}, {left}, {right})"

    def within(self, node: Node) -> str:
        word = "IN" if strings(node["name"])[-1] == "=" else "NOT IN"
        return "({} {} ({}))".format(
            self.expression(node["lexpr"]), word, self.write_list(node["rexpr"]["List"]["items"])
        )

    def between(self, node: Node) -> str:
        low, high = (self.expression(item) for item in node["rexpr"]["List"]["items"])
        word = "NOT BETWEEN" if "NOT" in node["kind"] else "BETWEEN"
        return "({} {} {} AND {})".format(self.expression(node["lexpr"]), word, low, high)

    def distinct(self, node: Node) -> str:
        word = "IS NOT" if node["kind"] == "AEXPR_DISTINCT" else "IS"
        return "({} {} {})".format(self.expression(node["lexpr"]), word, self.expression(node["rexpr"]))

    def write_quantified(self, node: Node) -> str:
        name = quoted_text(strings(node["name"])[-1])
        word = "'any'" if node["kind"] == "AEXPR_OP_ANY" else "'all'"
        return "pg_compare({}, {}, {}, {})".format(
            name, word, self.expression(node["lexpr"]), self.expression(node["rexpr"])
        )

    def null_if(self, node: Node) -> str:
        return "NULLIF({}, {})".format(self.expression(node["lexpr"]), self.expression(node["rexpr"]))

    def boolean(self, node: Node) -> str:
        texts = [self.expression(item) for item in node["args"]]
        if node["boolop"] == "NOT_EXPR":
            return f"(NOT {texts[0]})"
        return "({})".format(" {} ".format(node["boolop"].partition("_")[0]).join(texts))

    def null_test(self, node: Node) -> str:
        word = "IS NULL" if node["nulltesttype"] == "IS_NULL" else "IS NOT NULL"
        return "({} {})".format(self.expression(node["arg"]), word)

    def boolean_test(self, node: Node) -> str:
        words_of = {"IS_TRUE": "IS 1", "IS_NOT_TRUE": "IS NOT 1", "IS_FALSE": "IS 0", "IS_NOT_FALSE": "IS NOT 0",
                    "IS_UNKNOWN": "IS NULL", "IS_NOT_UNKNOWN": "IS NOT NULL"}  # fmt: skip
        return "({} {})".format(self.expression(node["arg"]), words_of[node["booltesttype"]])

    def case(self, node: Node) -> str:
        parts = ["CASE"]
        if "arg" in node:
            parts.append(self.expression(node["arg"]))
        for item in node["args"]:
            when = item["CaseWhen"]
            parts.append("WHEN {} THEN {}".format(self.expression(when["expr"]), self.expression(when["result"])))
        if "defresult" in node:
            parts.append("ELSE " + self.expression(node["defresult"]))
        return " ".join([*parts, "END"])

    def coalesce(self, node: Node) -> str:
        return "COALESCE({}, NULL)".format(self.write_list(node["args"]))

    def extreme(self, node: Node) -> str:
        return "pg_{}({})".format(node["op"].replace("IS_", "").lower(), self.write_list(node["args"]))

    def sql_value(self, node: Node) -> str:
        return "pg_value({})".format(quoted_text(node["op"].replace("SVFOP_", "").replace("_N", "")))

    def array(self, node: Node) -> str:
        return "pg_make_array({})".format(self.write_list(node.get("elements", ())))

    def row_expression(self, node: Node) -> str:
        return "({})".format(self.write_list(node.get("args", ())))

    def sub_link(self, node: Node) -> str:
        kind, query = node["subLinkType"], self.select(node["subselect"]["SelectStmt"])
        if kind == "EXISTS_SUBLINK":
            return f"EXISTS ({query})"
        if kind == "EXPR_SUBLINK":
            return f"({query})"
        if kind == "ANY_SUBLINK" and strings(node.get("operName", ())) in ([], ["="]):
            return "({} IN ({}))".format(self.expression(node["testexpr"]), query)
        if kind == "ARRAY_SUBLINK":
            return f"(SELECT pg_collect(_a.v) FROM (WITH _w(v) AS ({query}) SELECT v FROM _w) AS _a)"
        raise NotReplayed(f"an expression with {kind}")

    def collate(self, node: Node) -> str:
        return self.expression(node["arg"])

    def parameter(self, node: Node) -> str:
        return "?{}".format(node.get("number", 1))

    def indirection(self, node: Node) -> str:
        text = self.expression(node["arg"])
        for step in node["indirection"]:
            if "A_Indices" not in step or "uidx" not in step["A_Indices"] or "lidx" in step["A_Indices"]:
                raise NotReplayed("a part of a value")
            text = "pg_item({}, {})".format(text, self.expression(step["A_Indices"]["uidx"]))
        return text

    def sorting(self, node: Node) -> str:
        text = self.expression(node["node"])
        descending = node.get("sortby_dir") == "SORTBY_DESC"
        nulls = node.get("sortby_nulls", "SORTBY_NULLS_DEFAULT")
        first = descending if nulls == "SORTBY_NULLS_DEFAULT" else nulls == "SORTBY_NULLS_FIRST"
        return "{} {} NULLS {}".format(text, "DESC" if descending else "ASC", "FIRST" if first else "LAST")


def registered_operand(node: Node) -> Node:
    """Return the operand of a cast to a regclass or a similar type."""
    cast = node.get("TypeCast")
    registered = cast and strings(cast["typeName"]["names"])[-1] in _REGISTERED
    return cast["arg"] if cast and registered else node


_REGISTERED = frozenset(["regclass", "regtype", "regnamespace"])
_BY_NAME = frozenset(["nextval", "currval", "setval", "pg_get_serial_sequence"])
_SHARED = frozenset(["=", "<>", "<", ">", "<=", ">=", "*", "/", "%"])
_RENAMED = {
    "now": "pg_now", "length": "length", "char_length": "length", "substring": "substr", "substr": "substr",
    "btrim": "trim", "string_agg": "group_concat", "array_agg": "pg_collect", "jsonb_agg": "pg_collect",
    "json_agg": "pg_collect", "bool_or": "max", "bool_and": "min", "count": "count", "date_part": "pg_extract",
    "extract": "pg_extract", "random": "pg_random", "concat": "pg_concat", "round": "round", "format": "pg_format",
    "left": "pg_left", "right": "pg_right", "log": "pg_log", "timezone": "pg_timezone", "replace": "replace",
}  # fmt: skip
_E = ExpressionWriter
_OPERATIONS: Mapping[str, Callable[[ExpressionWriter, Node], str]] = {
    "AEXPR_OP": _E.operator, "AEXPR_LIKE": _E.operator, "AEXPR_ILIKE": _E.operator, "AEXPR_SIMILAR": _E.operator,
    "AEXPR_IN": _E.within, "AEXPR_BETWEEN": _E.between, "AEXPR_NOT_BETWEEN": _E.between,
    "AEXPR_DISTINCT": _E.distinct, "AEXPR_NOT_DISTINCT": _E.distinct, "AEXPR_OP_ANY": _E.write_quantified,
    "AEXPR_OP_ALL": _E.write_quantified, "AEXPR_NULLIF": _E.null_if,
}  # fmt: skip
_WRITERS: dict[str, Callable[[ExpressionWriter, Any], str]] = {
    "A_Const": _E.constant, "ColumnRef": _E.column, "TypeCast": _E.cast, "FuncCall": _E.call, "A_Expr": _E.operation,
    "BoolExpr": _E.boolean, "NullTest": _E.null_test, "BooleanTest": _E.boolean_test, "CaseExpr": _E.case,
    "CoalesceExpr": _E.coalesce, "MinMaxExpr": _E.extreme, "SQLValueFunction": _E.sql_value, "A_ArrayExpr": _E.array,
    "RowExpr": _E.row_expression, "SubLink": _E.sub_link, "CollateClause": _E.collate, "ParamRef": _E.parameter,
    "A_Indirection": _E.indirection,
}  # fmt: skip
