"""Writes queries and data statements for SQLite; raises NotReplayed for what SQLite cannot do.

Functions that SQLite lacks have names like `pg_…`. Booleans are 0 and 1; arrays and jsonb are JSON text.
"""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, Mapping, Optional, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.sqlite_rows import quoted
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import strings, walk
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_expressions import ExpressionWriter, named

Relation = Callable[[Node], Optional[str]]


def mirrored(name: Name) -> str:
    """Return the name of a table in SQLite."""
    return f"{name.schema}.{name.name}"


class StatementWriter(ExpressionWriter):
    """Writes statements. `relation` returns the name of a relation in SQLite; parameters are `?1`, `?2`, …"""

    def __init__(self, relation: Relation, defaults: Callable[[Node], Mapping[str, Node]]) -> None:
        super().__init__()
        self.relation = relation
        self.defaults = defaults
        self.known: list[str] = []
        self.before: list[tuple[str, str]] = []

    def statement(self, kind: str, node: Node) -> str:
        self.renames_ctid = any(kind == "ResTarget" and item.get("name") == "ctid" for kind, item in walk(node))
        writers: Mapping[str, Callable[[Node], str]] = {
            "SelectStmt": self.select, "InsertStmt": self.insert, "UpdateStmt": self.update, "DeleteStmt": self.delete,
        }  # fmt: skip
        if kind not in writers:
            raise NotReplayed(kind)
        return writers[kind](node)

    def select(self, node: Node) -> str:
        parts = [self.with_clause(node)]
        if "larg" in node:
            parts.append(self.set_operation(node))
        elif "valuesLists" in node:
            rows = ("({})".format(self.listed(value["List"]["items"])) for value in node["valuesLists"])
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
            parts.append(" GROUP BY " + self.listed(node["groupClause"]))
        if "havingClause" in node:
            parts.append(" HAVING " + self.expression(node["havingClause"]))
        return "".join(parts)

    def distinct_on(self, node: Node) -> str:
        """Write DISTINCT ON with row numbers."""
        keys = self.listed(node["distinctClause"])
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
            self.known.append(cte["ctename"])
            names = strings(cte.get("aliascolnames", ()))
            listed = "({})".format(", ".join(quoted(name) for name in names)) if names else ""
            ((kind, query),) = cte["ctequery"].items()
            text = self.select(query) if kind == "SelectStmt" else self.changed(cte["ctename"], kind, query)
            texts.append("{}{} AS ({})".format(quoted(cte["ctename"]), listed, text))
        return "WITH {}{}".format("RECURSIVE " if clause.get("recursive") else "", ", ".join(texts))

    def changed(self, name: str, kind: str, node: Node) -> str:
        """Write a WITH that changes data: it runs first, and its rows are kept."""
        kept = f"with:{name}"
        self.before.append((self.statement(kind, node), kept))
        self.unqualified = False
        return f"SELECT * FROM {quoted(kept)}"

    def target(self, node: Node) -> str:
        text = self.expression(named(node["val"]))
        return "{} AS {}".format(text, quoted(node["name"])) if "name" in node else text

    def table(self, node: Node, alias: bool = True) -> str:
        name = node["relname"]
        if "schemaname" not in node and name in self.known:
            text = quoted(name)
        else:
            found = self.relation(node)
            if found is None:
                raise NotReplayed(f"the relation {name}")
            text = quoted(found)
        named = node.get("alias", {}).get("aliasname", name)
        return f"{text} AS {quoted(named)}" if alias else text

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
        return "json_each({}({})) AS {}".format(_ROWS[name], self.listed(call.get("args", ())), quoted(called))

    def subselect(self, node: Node) -> str:
        alias = node.get("alias", {})
        query = self.select(node["subquery"]["SelectStmt"])
        names = strings(alias.get("colnames", ()))
        if names:
            query = "WITH {0}({1}) AS ({2}) SELECT * FROM {0}".format(
                quoted("_" + alias["aliasname"]), ", ".join(quoted(name) for name in names), query
            )
        return "({}) AS {}".format(query, quoted(alias.get("aliasname", "_")))

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
            return text + " USING ({})".format(", ".join(quoted(name) for name in strings(node["usingClause"])))
        return text

    def insert(self, node: Node) -> str:
        first = self.with_clause(node)
        defaults = self.defaults(node["relation"])
        names = [item["ResTarget"]["name"] for item in node.get("cols", ())]
        source = node.get("selectStmt", {}).get("SelectStmt")
        if source is None:
            rows, names = ["(" + ", ".join(self.expression(value) for value in defaults.values()) + ")"], list(defaults)
            body = "VALUES " + rows[0] if names else "DEFAULT VALUES"
            return self._inserted(node, names, first, body)
        if not names:
            names = list(defaults)[: _width(source)]
        left = [name for name in defaults if name not in names]
        if "valuesLists" in source:
            body = "VALUES " + ", ".join(
                self.row(value["List"]["items"], names, left, defaults) for value in source["valuesLists"]
            )
        else:
            extra = "".join(", " + self.expression(defaults[name]) for name in left)
            body = f"SELECT _s.*{extra} FROM ({self.select(source)}) AS _s WHERE 1"
        return self._inserted(node, names + left, first, body)

    def row(
        self, items: Sequence[Node], names: Sequence[str], left: Sequence[str], defaults: Mapping[str, Node]
    ) -> str:
        texts = [
            self.expression(defaults.get(name, _NULL) if "SetToDefault" in item else item)
            for item, name in zip(items, names)
        ]
        texts += [self.expression(defaults[name]) for name in left]
        return "({})".format(", ".join(texts))

    def _inserted(self, node: Node, names: Sequence[str], first: str, body: str) -> str:
        columns = " ({})".format(", ".join(quoted(name) for name in names)) if names else ""
        text = "{} INSERT INTO {}{} {}".format(first, self.table(node["relation"]), columns, body)
        return text.strip() + self.conflict(node) + self.returning(node)

    def conflict(self, node: Node) -> str:
        clause = node.get("onConflictClause")
        if not clause:
            return ""
        infer = clause.get("infer", {})
        where = " WHERE " + self.expression(infer["whereClause"]) if "whereClause" in infer else ""
        elements = ", ".join(self.element(item["IndexElem"]) for item in infer.get("indexElems", ()))
        aim = f" ({elements}){where}" if elements else ""
        if clause["action"] == "ONCONFLICT_NOTHING":
            return f" ON CONFLICT{aim} DO NOTHING"
        text = " ON CONFLICT{} DO UPDATE SET {}".format(
            aim, self.assignments(clause["targetList"], self.defaults(node["relation"]))
        )
        return text + (" WHERE " + self.expression(clause["whereClause"]) if "whereClause" in clause else "")

    def element(self, node: Node) -> str:
        return quoted(node["name"]) if "name" in node else self.expression(node["expr"])

    def returning(self, node: Node) -> str:
        targets = node.get("returningClause", {}).get("exprs") or node.get("returningList")
        self.unqualified = True  # RETURNING of SQLite does not know the name of the table
        return " RETURNING " + ", ".join(self.target(target["ResTarget"]) for target in targets) if targets else ""

    def assignments(self, targets: Iterable[Node], defaults: Mapping[str, Node]) -> str:
        texts: list[str] = []
        for item in targets:
            target = item["ResTarget"]
            if "indirection" in target:
                raise NotReplayed("SET of a part of a value")
            if "MultiAssignRef" in target["val"]:
                texts.extend(self.several(targets, item))
                continue
            value = defaults.get(target["name"], _NULL) if "SetToDefault" in target["val"] else target["val"]
            texts.append("{} = {}".format(quoted(target["name"]), self.expression(value)))
        return ", ".join(texts)

    def several(self, targets: Iterable[Node], entry: Node) -> Iterator[str]:
        """Write `SET (a, b) = …`, which the parser splits into several targets."""
        reference = entry["ResTarget"]["val"]["MultiAssignRef"]
        if reference["colno"] != 1:
            return
        names = []
        for each in targets:
            other = each["ResTarget"]["val"].get("MultiAssignRef", {})
            if other.get("source") == reference["source"]:
                names.append(quoted(each["ResTarget"]["name"]))
        yield "({}) = {}".format(", ".join(names), self.expression(reference["source"]))

    def update(self, node: Node) -> str:
        parts = [
            self.with_clause(node),
            "UPDATE",
            self.table(node["relation"]),
            "SET",
            self.assignments(node["targetList"], self.defaults(node["relation"])),
        ]
        if "fromClause" in node:
            parts.append("FROM " + ", ".join(self.source(item) for item in node["fromClause"]))
        if "whereClause" in node:
            parts.append("WHERE " + self.expression(node["whereClause"]))
        return " ".join(filter(None, parts)) + self.returning(node)

    def delete(self, node: Node) -> str:
        where = node.get("whereClause")
        text = "{} DELETE FROM {}".format(self.with_clause(node), self.table(node["relation"]))
        condition = self.expression(where) if where else ""
        if "usingClause" in node:
            sources = ", ".join(self.source(item) for item in node["usingClause"])
            condition = "EXISTS (SELECT 1 FROM {} WHERE {})".format(sources, condition or "1")
        return (text + (" WHERE " + condition if condition else "")).strip() + self.returning(node)


def _width(select: Node) -> int:
    if "valuesLists" in select:
        return len(select["valuesLists"][0]["List"]["items"])
    return len(select.get("targetList", ())) if "larg" not in select else _width(select["larg"])


_NULL: Node = {"A_Const": {"isnull": True}}
# Functions that return rows, and the function that turns their arguments into JSON.
_ROWS = {
    "unnest": "pg_array", "jsonb_array_elements": "", "json_array_elements": "", "jsonb_array_elements_text": "",
    "json_array_elements_text": "", "jsonb_each": "", "json_each": "", "jsonb_each_text": "", "json_each_text": "",
    "generate_series": "pg_series", "jsonb_object_keys": "pg_keys", "json_object_keys": "pg_keys",
}  # fmt: skip
