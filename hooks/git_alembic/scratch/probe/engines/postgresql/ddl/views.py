"""Views: their columns and the relations that they read. Types are known for simple queries."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator, List, Mapping, Optional, Sequence, Tuple

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM, missing
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Column, Name, Table, Type, View
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import TEXT, UNKNOWN
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import DuplicateTable, ServerError
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import BOOL
from git_alembic.scratch.probe.engines.postgresql.expressions.syntax_to_typed_expression import analyze
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, strings, walk

_Columns = List[Tuple[str, Optional[Type]]]


def create_view(context: StatementContext, node: Node, text: str) -> None:
    name = context.new_name(node["view"])
    if name in context.catalog.views and has_flag(node, "replace"):
        del context.catalog.views[name]
    context.claim(name)
    context.catalog.views[name] = replace(
        _view(context, name, node["query"], strings(node.get("aliases", ()))), text=text
    )


def create_table_as(context: StatementContext, node: Node, text: str) -> None:
    """Run CREATE TABLE AS or CREATE MATERIALIZED VIEW."""
    into = node["into"]
    name = context.new_name(into["rel"])
    if not context.is_free(name):
        if has_flag(node, "if_not_exists"):
            return
        raise DuplicateTable(f'relation "{name.name}" already exists')
    aliases = strings(into.get("colNames", ()))
    if node.get("objtype") == "OBJECT_MATVIEW":
        view = _view(context, name, node["query"], aliases)
        context.catalog.views[name] = replace(view, text=text, materialized=True)
        return
    columns = _number_columns(query_columns(context, node["query"], {}), aliases)
    context.put(Table(name, context.number(), columns, last_column=len(columns)))


def select_into(context: StatementContext, node: Node) -> None:
    """Run SELECT … INTO."""
    query = {key: item for key, item in node.items() if key != "intoClause"}
    create_table_as(context, {"into": node["intoClause"], "query": {"SelectStmt": query}}, "")


def _view(context: StatementContext, name: Name, query: Node, aliases: Sequence[str]) -> View:
    return View(
        name,
        _number_columns(query_columns(context, query, {}), aliases),
        "",
        tuple(referenced_relations(context, query)),
    )


def _number_columns(columns: _Columns, aliases: Sequence[str]) -> tuple[Column, ...]:
    names = [*aliases, *(name for name, _ in columns[len(aliases) :])]
    kinds = (TEXT if kind is None or kind == UNKNOWN else kind for _, kind in columns)
    return tuple(Column(name, number, kind) for number, (name, kind) in enumerate(zip(names, kinds), 1))


def referenced_relations(context: StatementContext, query: Node) -> Iterator[Name]:
    """Yield the tables and views in a query. Raise if one is missing."""
    expressions = {fields["ctename"] for kind, fields in walk(query) if kind == "CommonTableExpr"}
    for kind, relation in walk(query):
        if kind != "RangeVar" or (relation.get("relname") in expressions and "schemaname" not in relation):
            continue
        name = context.find(relation, context.catalog.tables) or context.find(relation, context.catalog.views)
        if name:
            yield name
        elif relation.get("schemaname") not in SYSTEM and not relation["relname"].startswith("pg_"):
            raise missing(relation.get("schemaname"), relation["relname"])


def query_columns(context: StatementContext, query: Node, expressions: Mapping[str, _Columns]) -> _Columns:
    """Return the names of a query's columns, and their types if known."""
    select = query.get("SelectStmt")
    if select is None:
        return []
    expressions = dict(expressions)
    for entry in select.get("withClause", {}).get("ctes", ()):
        cte = entry["CommonTableExpr"]
        columns = query_columns(context, cte["ctequery"], expressions)
        names = strings(cte.get("aliascolnames", ()))
        expressions[cte["ctename"]] = [
            (name, kind) for name, (_, kind) in zip([*names, *(n for n, _ in columns[len(names) :])], columns)
        ]
    if "larg" in select:
        left = query_columns(context, {"SelectStmt": select["larg"]}, expressions)
        right = query_columns(context, {"SelectStmt": select["rarg"]}, expressions)
        return [(name, _unite_types(kind, other)) for (name, kind), (_, other) in zip(left, right)]
    if "valuesLists" in select:
        return _values(context, select)
    sources = [source for item in select.get("fromClause", ()) for source in _sources(context, item, expressions)]
    return [pair for target in select.get("targetList", ()) for pair in _target(context, target["ResTarget"], sources)]


def _unite_types(kind: Type | None, other: Type | None) -> Type | None:
    """Return the type of a column of a UNION, without different lengths."""
    if kind is None or kind == UNKNOWN or other is None:
        return other
    return kind if other in (kind, UNKNOWN) else replace(kind, modifiers=())


def _values(context: StatementContext, select: Node) -> _Columns:
    first = select["valuesLists"][0]["List"]["items"]
    return [(f"column{number}", _kind(context, item, {})) for number, item in enumerate(first, 1)]


_Source = Tuple[str, _Columns]


def _sources(context: StatementContext, item: Node, expressions: Mapping[str, _Columns]) -> Iterator[_Source]:
    ((kind, fields),) = item.items()
    alias = fields.get("alias", {}).get("aliasname", "")
    if kind == "JoinExpr":
        yield from _sources(context, fields["larg"], expressions)
        yield from _sources(context, fields["rarg"], expressions)
    elif kind == "RangeSubselect":
        yield alias, _rename_columns(query_columns(context, fields["subquery"], expressions), fields)
    elif kind == "RangeVar":
        yield alias or fields["relname"], _rename_columns(_relation(context, fields, expressions), fields)
    elif kind == "RangeFunction":
        call = fields["functions"][0]["List"]["items"][0]
        name = alias or figure_column_name(call)
        yield name, _rename_columns([(name, _kind(context, call, {}))], fields)


def _rename_columns(columns: _Columns, item: Node) -> _Columns:
    """Return columns with the names of an alias."""
    names = strings(item.get("alias", {}).get("colnames", ()))
    return [*((name, kind) for name, (_, kind) in zip(names, columns)), *columns[len(names) :]]


def _relation(context: StatementContext, relation: Node, expressions: Mapping[str, _Columns]) -> _Columns:
    if "schemaname" not in relation and relation["relname"] in expressions:
        return expressions[relation["relname"]]
    table = context.find(relation, context.catalog.tables)
    view = context.find(relation, context.catalog.views)
    columns: Sequence[Column] = (
        context.catalog.tables[table].columns if table else context.catalog.views[view].columns if view else ()
    )
    return [(column.name, column.type) for column in columns]


def _target(context: StatementContext, target: Node, sources: Sequence[_Source]) -> Iterator[tuple[str, Type | None]]:
    value = target["val"]
    fields: list[Node] = value.get("ColumnRef", {}).get("fields", [])
    if fields and "A_Star" in fields[-1]:
        qualifier = strings(fields[:-1])[-1:]
        for alias, columns in sources:
            if not qualifier or qualifier[0] == alias:
                yield from columns
        return
    kinds: dict[str, Type] = {}
    for alias, pairs in sources:
        for name, kind in pairs:
            if kind is not None and (len(fields) < 2 or strings(fields[:-1])[-1:] == [alias]):
                kinds.setdefault(name, kind)
    yield target.get("name") or figure_column_name(value), _kind(context, value, kinds)


def figure_column_name(node: Node, otherwise: str = "?column?") -> str:
    """Return the name that the server gives a column of a query (FigureColname)."""
    ((kind, fields),) = node.items()
    if kind == "ColumnRef":
        return strings([field for field in fields["fields"] if "String" in field])[-1]
    if kind == "FuncCall":
        return strings(fields["funcname"])[-1]
    if kind == "TypeCast":
        return figure_column_name(fields["arg"], "") or strings(fields["typeName"]["names"])[-1]
    if kind == "SQLValueFunction":
        return str(fields["op"]).replace("SVFOP_", "").replace("_N", "").lower()
    if kind == "SubLink":
        return _figure_sublink_name(fields) or otherwise
    if kind in ("A_Indirection", "CollateClause"):
        return figure_column_name(fields["arg"], otherwise)
    if kind == "CaseExpr" and "defresult" in fields:
        return figure_column_name(fields["defresult"], "case")
    return _COLUMN_NAMES.get(kind) or _COLUMN_NAMES.get(fields.get("op") or fields.get("kind", ""), otherwise)


def _figure_sublink_name(fields: Node) -> str:
    if fields["subLinkType"] in ("EXISTS_SUBLINK", "ARRAY_SUBLINK"):
        return "exists" if fields["subLinkType"] == "EXISTS_SUBLINK" else "array"
    targets = fields["subselect"]["SelectStmt"].get("targetList") if fields["subLinkType"] == "EXPR_SUBLINK" else None
    if not targets:
        return ""
    target = targets[0]["ResTarget"]
    return str(target.get("name") or figure_column_name(target["val"], ""))


_COLUMN_NAMES = {
    "IS_LEAST": "least",
    "IS_GREATEST": "greatest",
    "AEXPR_NULLIF": "nullif",
    "CaseExpr": "case",
    "CoalesceExpr": "coalesce",
    "A_ArrayExpr": "array",
    "RowExpr": "row",
}


def _kind_of_sublink(context: StatementContext, fields: Node) -> Type | None:
    kind = fields["subLinkType"]
    if kind == "ARRAY_SUBLINK":
        ((_, item), *_) = query_columns(context, fields["subselect"], {})
        return replace(item or TEXT, dimensions=1)
    return BOOL if kind in ("EXISTS_SUBLINK", "ANY_SUBLINK", "ALL_SUBLINK") else None


def _kind(context: StatementContext, node: Node, columns: Mapping[str, Type]) -> Type | None:
    """Return the type of an expression in a query, or None if it is unknown."""
    if "SubLink" in node:
        return _kind_of_sublink(context, node["SubLink"])
    scope = context.scope()
    scope.columns = columns
    try:
        term = analyze(node, scope)
    except (NotReplayed, ServerError):
        return None
    return term.type
