"""Writes queries for SQLite. Raises NotReplayed if SQLite lacks something.

Functions that SQLite lacks have names like `pg_…`. Booleans are 0 and 1; arrays and jsonb are JSON text.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Callable, Mapping, Optional

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.parser import Node, strings
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_expression_writer import (
    ExpressionWriter,
    registered_operand,
)

Relation = Callable[[Node], Optional[str]]


def mirror_name(name: Name) -> str:
    """Return the name of a table in SQLite."""
    return f"{name.schema}.{name.name}"


class QueryWriter(ExpressionWriter):
    """Writes queries. `relation` returns the name of a relation in SQLite; parameters are `?1`, `?2`, …"""

    def __init__(self, relation: Relation, defaults: Callable[[Node], Mapping[str, Node]]) -> None:
        super().__init__()
        self.relation = relation
        self.defaults = defaults
        self.with_names: list[str] = []
        self.before: list[tuple[str, str]] = []

    @abstractmethod
    def statement(self, kind: str, node: Node) -> str:
        """Write a statement."""

    def select(self, node: Node) -> str:
        parts = [self.with_clause(node)]
        if "larg" in node:
            parts.append(self.set_operation(node))
        elif "valuesLists" in node:
            rows = ("({})".format(self.write_list(value["List"]["items"])) for value in node["valuesLists"])
            parts.append("VALUES " + ", ".join(rows))
        else:
            parts.append(self.plain_select(node))
        parts.append(self.ending(node))
        return " ".join(filter(None, parts))

    def set_operation(self, node: Node) -> str:
        word = {"SETOP_UNION": "UNION", "SETOP_INTERSECT": "INTERSECT", "SETOP_EXCEPT": "EXCEPT"}[node["op"]]
        word += " ALL" if node.get("all") else ""
        sides = (self.select(node["larg"]), self.select(node["rarg"]))
        endings = ("sortClause", "limitCount", "limitOffset", "withClause", "larg")
        wrapped = (
            f"SELECT * FROM ({text})" if any(key in side for key in endings) else text
            for side, text in zip((node["larg"], node["rarg"]), sides)
        )  # fmt: skip
        return f" {word} ".join(wrapped)

    def plain_select(self, node: Node) -> str:
        distinct = node.get("distinctClause")
        if distinct and distinct != [{}]:
            return self.distinct_on(node)
        sources = ", ".join(self.source(item) for item in node.get("fromClause", ()))
        targets = ", ".join(self.target(item["ResTarget"]) for item in node.get("targetList", ())) or "1"
        parts = ["SELECT DISTINCT " if distinct else "SELECT ", targets, " FROM " + sources if sources else ""]
        if "whereClause" in node:
            parts.append(" WHERE " + self.expression(node["whereClause"]))
        if "groupClause" in node:
            parts.append(" GROUP BY " + self.write_list(node["groupClause"]))
        if "havingClause" in node:
            parts.append(" HAVING " + self.expression(node["havingClause"]))
        return "".join(parts)

    def distinct_on(self, node: Node) -> str:
        """Write DISTINCT ON with row numbers."""
        keys = self.write_list(node["distinctClause"])
        order = ", ".join(self.sorting(item["SortBy"]) for item in node.get("sortClause", ())) or "1"
        number = f"row_number() OVER (PARTITION BY {keys} ORDER BY {order})"
        plain = {key: item for key, item in node.items() if key not in ("distinctClause", "sortClause")}
        names = [f"_{count}" for count in range(len(node["targetList"]))]
        targets = [{"ResTarget": {**item["ResTarget"], "name": name}} for item, name in zip(node["targetList"], names)]
        inner = self.plain_select({**plain, "targetList": targets}).replace("SELECT ", f"SELECT {number} AS _n, ", 1)
        return "SELECT {} FROM ({}) WHERE _n = 1".format(", ".join(names), inner)

    def ending(self, node: Node) -> str:
        parts = []
        if "sortClause" in node and node.get("distinctClause", [{}]) == [{}]:
            parts.append("ORDER BY " + ", ".join(self.sorting(item["SortBy"]) for item in node["sortClause"]))
        limit, offset = node.get("limitCount"), node.get("limitOffset")
        if limit and not limit.get("A_Const", {}).get("isnull"):
            parts.append("LIMIT " + self.expression(limit))
        elif offset:
            parts.append("LIMIT -1")
        if offset:
            parts.append("OFFSET " + self.expression(offset))
        return " ".join(parts)

    def with_clause(self, node: Node) -> str:
        clause = node.get("withClause")
        if not clause:
            return ""
        texts = []
        for item in clause["ctes"]:
            cte = item["CommonTableExpr"]
            self.with_names.append(cte["ctename"])
            names = strings(cte.get("aliascolnames", ()))
            listed = "({})".format(", ".join(quote_name(name) for name in names)) if names else ""
            ((kind, query),) = cte["ctequery"].items()
            text = self.select(query) if kind == "SelectStmt" else self.store_changed_rows(cte["ctename"], kind, query)
            texts.append("{}{} AS ({})".format(quote_name(cte["ctename"]), listed, text))
        return "WITH {}{}".format("RECURSIVE " if clause.get("recursive") else "", ", ".join(texts))

    def store_changed_rows(self, name: str, kind: str, node: Node) -> str:
        """Run a WITH that changes data first and store its rows."""
        kept = f"with:{name}"
        self.before.append((self.statement(kind, node), kept))
        self.unqualified = False
        return f"SELECT * FROM {quote_name(kept)}"

    def target(self, node: Node) -> str:
        text = self.expression(registered_operand(node["val"]))
        return "{} AS {}".format(text, quote_name(node["name"])) if "name" in node else text

    def table(self, node: Node, alias: bool = True) -> str:
        name = node["relname"]
        if "schemaname" not in node and name in self.with_names:
            text = quote_name(name)
        else:
            found = self.relation(node)
            if found is None:
                raise NotReplayed(f"the relation {name}")
            text = quote_name(found)
        alias_name = node.get("alias", {}).get("aliasname", name)
        return f"{text} AS {quote_name(alias_name)}" if alias else text

    def source(self, node: Node) -> str:
        ((kind, fields),) = node.items()
        if kind == "RangeVar":
            return self.table(fields)
        if kind == "RangeSubselect":
            return self.subselect(fields)
        if kind == "JoinExpr":
            return self.join(fields)
        if kind == "RangeFunction":
            return self.function(fields)
        raise NotReplayed(f"FROM with {kind}")

    def function(self, node: Node) -> str:
        """Write a function that returns rows with SQLite's json_each."""
        call = node["functions"][0]["List"]["items"][0].get("FuncCall")
        name = strings(call["funcname"])[-1] if call else ""
        alias = node.get("alias", {})
        if name not in _ROWS or ("colnames" in alias and len(alias["colnames"]) > 1):
            raise NotReplayed(f"FROM with {name or 'a function'}")
        called: str = alias.get("aliasname", name)
        if not name.endswith("each"):
            self.scalars.add(called)
            self.scalars.update(strings(alias.get("colnames", ())))
        return "json_each({}({})) AS {}".format(_ROWS[name], self.write_list(call.get("args", ())), quote_name(called))

    def subselect(self, node: Node) -> str:
        alias = node.get("alias", {})
        query = self.select(node["subquery"]["SelectStmt"])
        names = strings(alias.get("colnames", ()))
        if names:
            query = "WITH {0}({1}) AS ({2}) SELECT * FROM {0}".format(
                quote_name("_" + alias["aliasname"]), ", ".join(quote_name(name) for name in names), query
            )
        return "({}) AS {}".format(query, quote_name(alias.get("aliasname", "_")))

    def join(self, node: Node) -> str:
        words_of = {
            "JOIN_INNER": "JOIN",
            "JOIN_LEFT": "LEFT JOIN",
            "JOIN_RIGHT": "RIGHT JOIN",
            "JOIN_FULL": "FULL JOIN",
        }
        word = ("NATURAL " if node.get("isNatural") else "") + words_of[node["jointype"]]
        text = "{} {} {}".format(self.source(node["larg"]), word, self.source(node["rarg"]))
        if "quals" in node:
            return text + " ON " + self.expression(node["quals"])
        if "usingClause" in node:
            return text + " USING ({})".format(", ".join(quote_name(name) for name in strings(node["usingClause"])))
        return text


# Functions that return rows, and the function that turns their arguments into JSON.
_ROWS = {
    "unnest": "pg_array", "jsonb_array_elements": "", "json_array_elements": "", "jsonb_array_elements_text": "",
    "json_array_elements_text": "", "jsonb_each": "", "json_each": "", "jsonb_each_text": "", "json_each_text": "",
    "generate_series": "pg_series", "jsonb_object_keys": "pg_keys", "json_object_keys": "pg_keys",
}  # fmt: skip
