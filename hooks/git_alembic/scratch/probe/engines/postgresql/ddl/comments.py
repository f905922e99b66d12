"""Comments, schemas, sequences, settings, functions, triggers, extensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Function, Name, Names, Sequence, Table, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import UNKNOWN, plain, words
from git_alembic.scratch.probe.engines.postgresql.ddl.columns import sequence_options
from git_alembic.scratch.probe.engines.postgresql.ddl.context import Work, column_of, find, flag, missing, with_column
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    DuplicateSchema,
    ServerError,
    UndefinedSchema,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def comment(work: Work, node: Node) -> None:
    change = _COMMENTS.get(node["objtype"])
    if change:
        change(work, node["object"], node.get("comment") or None)


def _items(node: Node) -> list[str]:
    ((kind, fields),) = node.items()
    if kind == "String":
        return [fields["sval"]]
    return words(fields["names"] if kind == "TypeName" else fields["items"])


def _on_table(work: Work, node: Node, text: str | None) -> None:
    names = _items(node)
    table = work.table(_range(names))
    work.put(replace(table, comment=text))


def _on_view(work: Work, node: Node, text: str | None) -> None:
    found = work.find(_range(_items(node)), work.catalog.views)
    if found:
        work.catalog.views[found] = replace(work.catalog.views[found], comment=text)


def _range(names: list[str]) -> Node:
    relation: Node = {"relname": names[-1]}
    if len(names) > 1:
        relation["schemaname"] = names[-2]
    return relation


def _on_column(work: Work, node: Node, text: str | None) -> None:
    names = _items(node)
    view = work.find(_range(names[:-1]), work.catalog.views)
    if view:
        held = work.catalog.views[view]
        made = tuple(replace(one, comment=text) if one.name == names[-1] else one for one in held.columns)
        work.catalog.views[view] = replace(held, columns=made)
        return
    table = work.table(_range(names[:-1]))
    work.put(with_column(table, replace(column_of(table, names[-1]), comment=text)))


def _on_constraint(work: Work, node: Node, text: str | None) -> None:
    names = _items(node)
    table = work.table(_range(names[:-1]))
    work.put(_with_comment(table, names[-1], text))


def _with_comment(table: Table, name: str, text: str | None) -> Table:
    def commented(one: Any) -> Any:
        return replace(one, comment=text) if one is not None and one.name == name else one

    return replace(
        table,
        primary_key=commented(table.primary_key),
        uniques=tuple(commented(one) for one in table.uniques),
        foreign_keys=tuple(commented(one) for one in table.foreign_keys),
        checks=tuple(commented(one) for one in table.checks),
    )


def _on_index(work: Work, node: Node, text: str | None) -> None:
    found = work.find(_range(_items(node)), work.catalog.indexes)
    if found:
        work.catalog.indexes[found] = replace(work.catalog.indexes[found], comment=text)


def _on_type(work: Work, node: Node, text: str | None) -> None:
    names = _items(node)
    kinds: tuple[dict[Name, Any], ...] = (work.catalog.enums, work.catalog.domains)
    for kind in kinds:
        found = find(names[-2] if len(names) > 1 else None, names[-1], kind, work.catalog)
        if found:
            kind[found] = replace(kind[found], comment=text)


def _on_schema(work: Work, node: Node, text: str | None) -> None:
    (name,) = _items(node)
    if name not in work.catalog.schemas:
        raise UndefinedSchema(f'schema "{name}" does not exist')
    work.catalog.schemas[name] = text


_COMMENTS: dict[str, Callable[[Work, Node, str | None], None]] = {
    "OBJECT_TABLE": _on_table, "OBJECT_COLUMN": _on_column, "OBJECT_TABCONSTRAINT": _on_constraint,
    "OBJECT_INDEX": _on_index, "OBJECT_TYPE": _on_type, "OBJECT_DOMAIN": _on_type, "OBJECT_SCHEMA": _on_schema,
    "OBJECT_VIEW": _on_view, "OBJECT_MATVIEW": _on_view,
}  # fmt: skip


def create_schema(work: Work, node: Node) -> None:
    name = node.get("schemaname") or node.get("authrole", {}).get("rolename", "")
    if name in work.catalog.schemas:
        if flag(node, "if_not_exists"):
            return
        raise DuplicateSchema(f'schema "{name}" already exists')
    work.catalog.schemas[name] = None


def create_sequence(work: Work, node: Node) -> None:
    name = work.new_name(node["sequence"])
    if not work.free(name) and flag(node, "if_not_exists"):
        return
    work.claim(name)
    kind = plain("int8")
    for one in node.get("options", ()):
        if one["DefElem"]["defname"] == "as":
            kind = work.scope().read_type(one["DefElem"]["arg"]["TypeName"])
    options, cycle = sequence_options(node.get("options", ()), kind)
    work.catalog.sequences[name] = Sequence(name, None, {**options, "cycle": cycle})
    _own(work, name, node)


def alter_sequence(work: Work, node: Node) -> None:
    name = work.find(node["sequence"], work.catalog.sequences)
    if name is None and not flag(node, "missing_ok"):
        raise missing(node["sequence"].get("schemaname"), node["sequence"]["relname"])
    if name:
        _own(work, name, node)


def _own(work: Work, name: Name, node: Node) -> None:
    for one in node.get("options", ()):
        if one["DefElem"]["defname"] != "owned_by":
            continue
        names = words(one["DefElem"]["arg"]["List"]["items"])
        held = work.catalog.sequences[name]
        owner = None if names == ["none"] else (work.table(_range(names[:-1])).name, names[-1])
        work.catalog.sequences[name] = replace(held, owner=owner)


def set_variable(work: Work, node: Node) -> None:
    """SET; of what can be set, the search path matters here."""
    if node.get("name") != "search_path":
        return
    if node["kind"] in ("VAR_RESET", "VAR_SET_DEFAULT"):
        work.catalog.search_path = ("public",)
    if node["kind"] == "VAR_SET_VALUE":
        constants = (one["A_Const"] for one in node.get("args", ()))
        given = [one["sval"].get("sval", "") for one in constants if "sval" in one]
        work.catalog.search_path = path(given)


def path(names: list[str]) -> Names:
    """A search path as it was given, perhaps as one text with commas."""
    parts = [part.strip().strip('"') for name in names for part in name.split(",")]
    return tuple(part for part in parts if part not in ("", "$user", "pg_catalog"))


def create_function(work: Work, node: Node) -> None:
    names = words(node["funcname"])
    arguments, scope = [], work.scope()
    for one in node.get("parameters", ()):
        parameter = one["FunctionParameter"]
        if parameter.get("mode") in ("FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT"):
            arguments.append(_known(scope, parameter["argType"]) or UNKNOWN)
    result = _known(scope, node["returnType"]) if "returnType" in node else None
    made = Function(names[-2] if len(names) > 1 else work.place(), tuple(arguments), result)
    held = work.catalog.functions.get(names[-1], ())
    work.catalog.functions[names[-1]] = (*(one for one in held if one.arguments != made.arguments), made)


def _known(scope: Scope, node: Node) -> Type | None:
    try:
        return scope.read_type(node)
    except ServerError:
        return None


def create_trigger(work: Work, node: Node) -> None:
    view = work.find(node["relation"], work.catalog.views)
    if view:
        work.catalog.attached["trigger", node["trigname"], 0] = view
        return
    _attach(work, "trigger", node["trigname"], node["relation"], node)


def create_policy(work: Work, node: Node) -> None:
    _attach(work, "policy", node["policy_name"], node["table"], node)


def create_statistics(work: Work, node: Node) -> None:
    names = words(node.get("defnames", ()))
    if names and "RangeVar" in node["relations"][0]:
        _attach(work, "statistics", names[-1], node["relations"][0]["RangeVar"], node)


def _attach(work: Work, kind: str, name: str, relation: Node, node: Node) -> None:
    table = work.table(relation)
    key = (kind, name, table.number)
    if key in work.catalog.attached and not flag(node, "replace") and not flag(node, "if_not_exists"):
        what = "statistics object" if kind == "statistics" else kind
        where = (
            ""
            if kind == "statistics"
            else ' for {} "{}"'.format("table" if kind == "policy" else "relation", table.name.name)
        )
        raise DuplicateObject(f'{what} "{name}"{where} already exists')
    work.catalog.attached[key] = table.name


def create_extension(work: Work, node: Node) -> None:
    name = node["extname"]
    if name in work.catalog.extensions and not flag(node, "if_not_exists"):
        raise DuplicateObject(f'extension "{name}" already exists')
    options: Mapping[str, Any] = {
        one["DefElem"]["defname"]: one["DefElem"].get("arg") for one in node.get("options", ())
    }
    schema = options.get("schema")
    place = schema["String"]["sval"] if schema else next(iter(work.catalog.search_path), "public")
    work.catalog.extensions.setdefault(name, place)
