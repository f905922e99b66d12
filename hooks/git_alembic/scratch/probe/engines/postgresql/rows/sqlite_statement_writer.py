"""Writes queries and data statements for SQLite. Raises NotReplayed if SQLite lacks something."""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, Mapping, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.postgresql.parser import Node, walk
from git_alembic.scratch.probe.engines.postgresql.rows.sqlite_query_writer import QueryWriter


class StatementWriter(QueryWriter):
    """Writes statements."""

    def statement(self, kind: str, node: Node) -> str:
        self.renames_ctid = any(kind == "ResTarget" and item.get("name") == "ctid" for kind, item in walk(node))
        writers: Mapping[str, Callable[[Node], str]] = {
            "SelectStmt": self.select, "InsertStmt": self.insert, "UpdateStmt": self.update, "DeleteStmt": self.delete,
        }  # fmt: skip
        if kind not in writers:
            raise NotReplayed(kind)
        return writers[kind](node)

    def insert(self, node: Node) -> str:
        first = self.with_clause(node)
        defaults = self.defaults(node["relation"])
        names = [item["ResTarget"]["name"] for item in node.get("cols", ())]
        source = node.get("selectStmt", {}).get("SelectStmt")
        if source is None:
            rows, names = ["(" + ", ".join(self.expression(value) for value in defaults.values()) + ")"], list(defaults)
            body = "VALUES " + rows[0] if names else "DEFAULT VALUES"
            return self._write_insert(node, names, first, body)
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
        return self._write_insert(node, names + left, first, body)

    def row(
        self, items: Sequence[Node], names: Sequence[str], left: Sequence[str], defaults: Mapping[str, Node]
    ) -> str:
        texts = [
            self.expression(defaults.get(name, _NULL) if "SetToDefault" in item else item)
            for item, name in zip(items, names)
        ]
        texts += [self.expression(defaults[name]) for name in left]
        return "({})".format(", ".join(texts))

    def _write_insert(self, node: Node, names: Sequence[str], first: str, body: str) -> str:
        columns = " ({})".format(", ".join(quote_name(name) for name in names)) if names else ""
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
        return quote_name(node["name"]) if "name" in node else self.expression(node["expr"])

    def returning(self, node: Node) -> str:
        targets = node.get("returningClause", {}).get("exprs") or node.get("returningList")
        self.unqualified = True  # SQLite's RETURNING does not know the name of the table
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
            texts.append("{} = {}".format(quote_name(target["name"]), self.expression(value)))
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
                names.append(quote_name(each["ResTarget"]["name"]))
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
