"""Comments, schemas, sequences, settings, functions, triggers, extensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Function, Name, Names, Sequence, Table, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import UNKNOWN, builtin_type, strings
from git_alembic.scratch.probe.engines.postgresql.ddl.columns import sequence_options
from git_alembic.scratch.probe.engines.postgresql.ddl.context import (
    StatementContext,
    column_of,
    find,
    flag,
    missing,
    replace_column,
)
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    DuplicateSchema,
    ServerError,
    UndefinedSchema,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def comment(context: StatementContext, node: Node) -> None:
    change = _COMMENTS.get(node["objtype"])
    if change:
        change(context, node["object"], node.get("comment") or None)


def _items(node: Node) -> list[str]:
    ((kind, fields),) = node.items()
    if kind == "String":
        return [fields["sval"]]
    return strings(fields["names"] if kind == "TypeName" else fields["items"])


def _on_table(context: StatementContext, node: Node, text: str | None) -> None:
    names = _items(node)
    table = context.table(_range(names))
    context.put(replace(table, comment=text))


def _on_view(context: StatementContext, node: Node, text: str | None) -> None:
    found = context.find(_range(_items(node)), context.catalog.views)
    if found:
        context.catalog.views[found] = replace(context.catalog.views[found], comment=text)


def _range(names: list[str]) -> Node:
    relation: Node = {"relname": names[-1]}
    if len(names) > 1:
        relation["schemaname"] = names[-2]
    return relation


def _on_column(context: StatementContext, node: Node, text: str | None) -> None:
    names = _items(node)
    view = context.find(_range(names[:-1]), context.catalog.views)
    if view:
        held = context.catalog.views[view]
        made = tuple(replace(column, comment=text) if column.name == names[-1] else column for column in held.columns)
        context.catalog.views[view] = replace(held, columns=made)
        return
    table = context.table(_range(names[:-1]))
    context.put(replace_column(table, replace(column_of(table, names[-1]), comment=text)))


def _on_constraint(context: StatementContext, node: Node, text: str | None) -> None:
    names = _items(node)
    table = context.table(_range(names[:-1]))
    context.put(_with_comment(table, names[-1], text))


def _with_comment(table: Table, name: str, text: str | None) -> Table:
    def commented(item: Any) -> Any:
        return replace(item, comment=text) if item is not None and item.name == name else item

    return replace(
        table,
        primary_key=commented(table.primary_key),
        uniques=tuple(commented(key) for key in table.uniques),
        foreign_keys=tuple(commented(foreign_key) for foreign_key in table.foreign_keys),
        checks=tuple(commented(check) for check in table.checks),
    )


def _on_index(context: StatementContext, node: Node, text: str | None) -> None:
    found = context.find(_range(_items(node)), context.catalog.indexes)
    if found:
        context.catalog.indexes[found] = replace(context.catalog.indexes[found], comment=text)


def _on_type(context: StatementContext, node: Node, text: str | None) -> None:
    names = _items(node)
    kinds: tuple[dict[Name, Any], ...] = (context.catalog.enums, context.catalog.domains)
    for kind in kinds:
        found = find(names[-2] if len(names) > 1 else None, names[-1], kind, context.catalog)
        if found:
            kind[found] = replace(kind[found], comment=text)


def _on_schema(context: StatementContext, node: Node, text: str | None) -> None:
    (name,) = _items(node)
    if name not in context.catalog.schemas:
        raise UndefinedSchema(f'schema "{name}" does not exist')
    context.catalog.schemas[name] = text


_COMMENTS: dict[str, Callable[[StatementContext, Node, str | None], None]] = {
    "OBJECT_TABLE": _on_table, "OBJECT_COLUMN": _on_column, "OBJECT_TABCONSTRAINT": _on_constraint,
    "OBJECT_INDEX": _on_index, "OBJECT_TYPE": _on_type, "OBJECT_DOMAIN": _on_type, "OBJECT_SCHEMA": _on_schema,
    "OBJECT_VIEW": _on_view, "OBJECT_MATVIEW": _on_view,
}  # fmt: skip


def create_schema(context: StatementContext, node: Node) -> None:
    name = node.get("schemaname") or node.get("authrole", {}).get("rolename", "")
    if name in context.catalog.schemas:
        if flag(node, "if_not_exists"):
            return
        raise DuplicateSchema(f'schema "{name}" already exists')
    context.catalog.schemas[name] = None


def create_sequence(context: StatementContext, node: Node) -> None:
    name = context.new_name(node["sequence"])
    if not context.is_free(name) and flag(node, "if_not_exists"):
        return
    context.claim(name)
    kind = builtin_type("int8")
    for item in node.get("options", ()):
        if item["DefElem"]["defname"] == "as":
            kind = context.scope().read_type(item["DefElem"]["arg"]["TypeName"])
    options, cycle = sequence_options(node.get("options", ()), kind)
    context.catalog.sequences[name] = Sequence(name, None, {**options, "cycle": cycle})
    _own(context, name, node)


def alter_sequence(context: StatementContext, node: Node) -> None:
    name = context.find(node["sequence"], context.catalog.sequences)
    if name is None and not flag(node, "missing_ok"):
        raise missing(node["sequence"].get("schemaname"), node["sequence"]["relname"])
    if name:
        _own(context, name, node)


def _own(context: StatementContext, name: Name, node: Node) -> None:
    for item in node.get("options", ()):
        if item["DefElem"]["defname"] != "owned_by":
            continue
        names = strings(item["DefElem"]["arg"]["List"]["items"])
        held = context.catalog.sequences[name]
        owner = None if names == ["none"] else (context.table(_range(names[:-1])).name, names[-1])
        context.catalog.sequences[name] = replace(held, owner=owner)


def set_variable(context: StatementContext, node: Node) -> None:
    """SET; of what can be set, the search path matters here."""
    if node.get("name") != "search_path":
        return
    if node["kind"] in ("VAR_RESET", "VAR_SET_DEFAULT"):
        context.catalog.search_path = ("public",)
    if node["kind"] == "VAR_SET_VALUE":
        constants = (item["A_Const"] for item in node.get("args", ()))
        given = [item["sval"].get("sval", "") for item in constants if "sval" in item]
        context.catalog.search_path = path(given)


def path(names: list[str]) -> Names:
    """A search path as it was given, perhaps as one text with commas."""
    parts = [part.strip().strip('"') for name in names for part in name.split(",")]
    return tuple(part for part in parts if part not in ("", "$user", "pg_catalog"))


def create_function(context: StatementContext, node: Node) -> None:
    names = strings(node["funcname"])
    arguments, scope = [], context.scope()
    for value in node.get("parameters", ()):
        parameter = value["FunctionParameter"]
        if parameter.get("mode") in ("FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT"):
            arguments.append(_known(scope, parameter["argType"]) or UNKNOWN)
    result = _known(scope, node["returnType"]) if "returnType" in node else None
    made = Function(names[-2] if len(names) > 1 else context.creation_schema(), tuple(arguments), result)
    held = context.catalog.functions.get(names[-1], ())
    context.catalog.functions[names[-1]] = (*(item for item in held if item.arguments != made.arguments), made)


def _known(scope: Scope, node: Node) -> Type | None:
    try:
        return scope.read_type(node)
    except ServerError:
        return None


def create_trigger(context: StatementContext, node: Node) -> None:
    view = context.find(node["relation"], context.catalog.views)
    if view:
        context.catalog.attached["trigger", node["trigname"], 0] = view
        return
    _attach(context, "trigger", node["trigname"], node["relation"], node)


def create_policy(context: StatementContext, node: Node) -> None:
    _attach(context, "policy", node["policy_name"], node["table"], node)


def create_statistics(context: StatementContext, node: Node) -> None:
    names = strings(node.get("defnames", ()))
    if names and "RangeVar" in node["relations"][0]:
        _attach(context, "statistics", names[-1], node["relations"][0]["RangeVar"], node)


def _attach(context: StatementContext, kind: str, name: str, relation: Node, node: Node) -> None:
    table = context.table(relation)
    key = (kind, name, table.number)
    if key in context.catalog.attached and not flag(node, "replace") and not flag(node, "if_not_exists"):
        what = "statistics object" if kind == "statistics" else kind
        where = (
            ""
            if kind == "statistics"
            else ' for {} "{}"'.format("table" if kind == "policy" else "relation", table.name.name)
        )
        raise DuplicateObject(f'{what} "{name}"{where} already exists')
    context.catalog.attached[key] = table.name


def create_extension(context: StatementContext, node: Node) -> None:
    name = node["extname"]
    if name in context.catalog.extensions and not flag(node, "if_not_exists"):
        raise DuplicateObject(f'extension "{name}" already exists')
    options: Mapping[str, Any] = {
        item["DefElem"]["defname"]: item["DefElem"].get("arg") for item in node.get("options", ())
    }
    schema = options.get("schema")
    place = schema["String"]["sval"] if schema else next(iter(context.catalog.search_path), "public")
    context.catalog.extensions.setdefault(name, place)
