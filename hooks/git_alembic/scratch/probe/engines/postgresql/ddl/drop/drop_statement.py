"""DROP. Dependent objects are dropped with CASCADE; else they raise an error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import index_names
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM, find, missing
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type
from git_alembic.scratch.probe.engines.postgresql.ddl.context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables import columns
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DependentObjects,
    ServerError,
    UndefinedFunction,
    UndefinedObject,
    UndefinedSchema,
    WrongObjectType,
)
from git_alembic.scratch.probe.engines.postgresql.parsing.nodes import cascades, flag, strings
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def drop(context: StatementContext, node: Node) -> None:
    """Run a DropStmt."""
    kind = node["removeType"]
    change = _DROPS.get(kind)
    for item in node["objects"]:
        if change:
            change(context, _names(item), node)


def _names(node: Node) -> list[str]:
    ((kind, fields),) = node.items()
    if kind == "List":
        return strings(field for field in fields["items"] if "String" in field)
    if kind == "TypeName":
        return strings(fields["names"])
    if kind == "ObjectWithArgs":
        return strings(fields["objname"])
    return [fields.get("sval", "")]


def _split(names: Sequence[str]) -> tuple[str | None, str]:
    return (names[-2] if len(names) > 1 else None), names[-1]


def _found(
    context: StatementContext, names: Sequence[str], kind: Mapping[Name, Any], word: str, node: Node
) -> Name | None:
    """Return the full name of what is dropped; None if it is missing and IF EXISTS is given."""
    schema, name = _split(names)
    found = find(schema, name, kind, context.catalog)
    if found is not None or flag(node, "missing_ok"):
        return found
    everything: Mapping[str, Mapping[Name, Any]] = {
        "table": context.catalog.tables, "index": context.catalog.indexes, "sequence": context.catalog.sequences,
        "view": {view.name: view for view in context.catalog.views.values() if not view.materialized},
        "materialized view": {view.name: view for view in context.catalog.views.values() if view.materialized},
    }  # fmt: skip
    for other, things in everything.items():
        if other != word and find(schema, name, things, context.catalog):
            article = "an" if word[0] == "i" else "a"
            raise WrongObjectType(f'"{name}" is not {article} {word}')
    if schema and schema not in context.catalog.schemas and schema not in SYSTEM:
        raise UndefinedSchema(f'schema "{schema}" does not exist')
    raise (
        missing(schema, name, word)
        if word in ("table", "view", "sequence", "materialized view")
        else UndefinedObject('{} "{}" does not exist'.format(word, ".".join(names)))
    )


def _refuse(what: str) -> ServerError:
    return DependentObjects(f"cannot drop {what} because other objects depend on it")


def _shown(context: StatementContext, name: Name) -> str:
    return name.name if name.schema in context.catalog.search_path else f"{name.schema}.{name.name}"


def _drop_table(context: StatementContext, names: Sequence[str], node: Node) -> None:
    name = _found(context, names, context.catalog.tables, "table", node)
    if name:
        dropped = [find(*_split(_names(item)), context.catalog.tables, context.catalog) for item in node["objects"]]
        drop_table(context, name, cascades(node), dropped)


def drop_table(context: StatementContext, name: Name, cascade: bool, along: Sequence[Name | None] = ()) -> None:
    """Drop a table; the same statement drops `along`."""
    _release_relation(context, name, "table", cascade, along)
    catalog = context.catalog
    children = [table.name for table in catalog.tables.values() if name in table.parents]
    catalog.tables.pop(name, None)
    catalog.attached = {key: owner for key, owner in catalog.attached.items() if owner != name}
    for child in children:
        if child in catalog.tables and not catalog.tables[child].partition and not cascade:
            raise _refuse("table " + _shown(context, name))
        drop_table(context, child, cascade)
    for index in [candidate for candidate in catalog.indexes.values() if candidate.table == name]:
        del catalog.indexes[index.name]
    for sequence in [owned for owned in catalog.sequences.values() if owned.owner and owned.owner[0] == name]:
        drop_sequence(context, sequence.name, cascade, name)


def _release_relation(
    context: StatementContext, name: Name, word: str, cascade: bool, along: Sequence[Name | None] = ()
) -> None:
    """Drop objects that depend on a relation, or raise."""
    views = [view.name for view in context.catalog.views.values() if name in view.reads]
    leaning = [
        other for other in context.catalog.tables.values()
        if other.name != name and other.name not in along and any(key.table == name for key in other.foreign_keys)
    ]  # fmt: skip
    if (views or leaning) and not cascade:
        raise _refuse(f"{word} {_shown(context, name)}")
    for table in leaning:
        context.put(replace(table, foreign_keys=tuple(key for key in table.foreign_keys if key.table != name)))
    for view in views:
        if view in context.catalog.views:
            _without_view(context, view, cascade)


def _drop_view(context: StatementContext, names: Sequence[str], node: Node) -> None:
    materialized = node["removeType"] == "OBJECT_MATVIEW"
    views = {view.name: view for view in context.catalog.views.values() if view.materialized == materialized}
    name = _found(context, names, views, "materialized view" if materialized else "view", node)
    if name:
        _without_view(context, name, cascades(node))


def _without_view(context: StatementContext, name: Name, cascade: bool) -> None:
    _release_relation(context, name, "view", cascade)
    context.catalog.views.pop(name, None)
    for index in [candidate for candidate in context.catalog.indexes.values() if candidate.table == name]:
        del context.catalog.indexes[index.name]


def _drop_index(context: StatementContext, names: Sequence[str], node: Node) -> None:
    schema, name = _split(names)
    owner = _owner_of_key(context, schema, name)
    if owner:
        text = "cannot drop index {0} because constraint {0} on table {1} requires it"
        raise DependentObjects(text.format(name, owner))
    found = _found(context, names, context.catalog.indexes, "index", node)
    if found is None:
        return
    index = context.catalog.indexes.pop(found)
    table = context.catalog.tables.get(index.table)
    if table and index.excludes:
        context.catalog.indexes[found] = index
        text = "cannot drop index {0} because constraint {0} on table {1} requires it"
        raise DependentObjects(text.format(name, table.name.name))
    if table and index.unique:
        _release_index(context, index.table, tuple(part.column or "" for part in index.parts), cascades(node), name)


def _release_index(context: StatementContext, owner: Name, unique: Sequence[str], cascade: bool, name: str) -> None:
    """Drop foreign keys that depend on a unique index, or raise."""
    from git_alembic.scratch.probe.engines.postgresql.ddl.tables.constraints import find_key_over

    for table in list(context.catalog.tables.values()):
        leaning = [
            foreign_key for foreign_key in table.foreign_keys
            if foreign_key.table == owner and sorted(foreign_key.referred) == sorted(unique)
            and find_key_over(context, context.catalog.tables[owner], foreign_key.referred) is None
        ]  # fmt: skip
        if leaning and not cascade:
            raise _refuse("index " + name)
        if leaning:
            context.put(
                replace(
                    table,
                    foreign_keys=tuple(foreign_key for foreign_key in table.foreign_keys if foreign_key not in leaning),
                )
            )


def _owner_of_key(context: StatementContext, schema: str | None, name: str) -> str | None:
    places = (schema,) if schema else context.catalog.search_path
    for table in context.catalog.tables.values():
        if table.name.schema in places and name in index_names(table):
            return table.name.name
    return None


def _drop_sequence(context: StatementContext, names: Sequence[str], node: Node) -> None:
    name = _found(context, names, context.catalog.sequences, "sequence", node)
    if name:
        drop_sequence(context, name, cascades(node))


def drop_sequence(context: StatementContext, name: Name, cascade: bool, owner: Name | None = None) -> None:
    """Drop a sequence; defaults that use it are dropped too, or raise an error."""
    from git_alembic.scratch.probe.engines.postgresql.parsing.quoting import qualified

    mark = f"'{qualified(name.schema, name.name)}'::regclass"
    for table in list(context.catalog.tables.values()):
        counting = [column for column in table.columns if column.default and mark in column.default]
        if counting and not cascade and table.name != owner:
            raise _refuse("sequence " + _shown(context, name))
        if counting:
            made = tuple(replace(column, default=None) if column in counting else column for column in table.columns)
            context.put(replace(table, columns=made))
    context.catalog.sequences.pop(name, None)


def _drop_type(context: StatementContext, names: Sequence[str], node: Node) -> None:
    catalog = context.catalog
    kinds: Sequence[dict[Name, Any]] = (catalog.enums, catalog.domains, catalog.composites)
    everything = {name: item for kind in kinds for name, item in kind.items()}
    name = _found(context, names, everything, "type", node)
    if name:
        drop_type(context, name, cascades(node))


def drop_type(context: StatementContext, name: Name, cascade: bool) -> None:
    """Drop a type; columns of it are dropped too, or raise an error."""
    catalog, shown = context.catalog, "type " + _shown(context, name)
    mark = f"::{name.schema}."
    for table in list(catalog.tables.values()):
        using = [item for item in table.columns if item.type.name == name]
        speaking = [
            item for item in table.columns if item.default and mark + name.name in item.default and item not in using
        ]
        if (using or speaking) and not cascade:
            raise _refuse(shown)
        for column in using:
            context.put(columns.drop(context, catalog.tables[table.name], column.name, True))
        for column in speaking:
            now = catalog.tables[table.name]
            made = tuple(replace(item, default=None) if item.name == column.name else item for item in now.columns)
            context.put(replace(now, columns=made))
    for domain in list(catalog.domains.values()):
        if domain.type.name == name and domain.name != name:
            if not cascade:
                raise _refuse(shown)
            drop_type(context, domain.name, True)
    kinds: Sequence[dict[Name, Any]] = (catalog.enums, catalog.domains, catalog.composites)
    for kind in kinds:
        kind.pop(name, None)


def _drop_schema(context: StatementContext, names: Sequence[str], node: Node) -> None:
    name = names[-1]
    if name not in context.catalog.schemas:
        if flag(node, "missing_ok"):
            return
        raise UndefinedSchema(f'schema "{name}" does not exist')
    _empty_schema(context, name, cascades(node))
    del context.catalog.schemas[name]


def _empty_schema(context: StatementContext, schema: str, cascade: bool) -> None:
    catalog = context.catalog
    kinds: Sequence[Mapping[Name, Any]] = (
        catalog.tables, catalog.views, catalog.sequences, catalog.enums, catalog.domains, catalog.composites,
    )  # fmt: skip
    held = [(kind, name) for kind in kinds for name in kind if name.schema == schema]
    if held and not cascade:
        raise _refuse("schema " + schema)
    for kind, name in held:
        if name not in kind:
            continue
        if kind is catalog.tables:
            drop_table(context, name, True)
        elif kind is catalog.views:
            _without_view(context, name, True)
        elif kind is catalog.sequences:
            drop_sequence(context, name, True)
        else:
            drop_type(context, name, True)


def _drop_function(context: StatementContext, names: Sequence[str], node: Node) -> None:
    """Drop the function with this number of arguments, or any if none are given."""
    spoken = [
        item["ObjectWithArgs"] for item in node["objects"] if "ObjectWithArgs" in item and _names(item) == list(names)
    ]
    held = context.catalog.functions.get(names[-1], ())
    count = None if not spoken or spoken[0].get("args_unspecified") else len(spoken[0].get("objargs", ()))
    found = next((item for item in held if count is None or len(item.arguments) == count), None)
    if found is None and not flag(node, "missing_ok"):
        if count is None:
            raise UndefinedFunction(f'could not find a function named "{".".join(names)}"')
        kinds = (context.scope().read_type(item["TypeName"]) for item in spoken[0].get("objargs", ()))
        arguments = ", ".join(format_type(kind, context.catalog.search_path) for kind in kinds)
        raise UndefinedFunction(f"function {'.'.join(names)}({arguments}) does not exist")
    left = tuple(item for item in held if item is not found)
    context.catalog.functions.pop(names[-1], None)
    if left:
        context.catalog.functions[names[-1]] = left


def _drop_attached(context: StatementContext, names: Sequence[str], node: Node) -> None:
    """Drop a trigger or policy of a table."""
    kind = "trigger" if node["removeType"] == "OBJECT_TRIGGER" else "policy"
    schema, relation = _split(names[:-1])
    found = find(schema, relation, context.catalog.tables, context.catalog)
    number = context.catalog.tables[found].number if found else 0
    if (kind, names[-1], number) in context.catalog.attached:
        del context.catalog.attached[kind, names[-1], number]
    elif not flag(node, "missing_ok"):
        if found is None and not find(schema, relation, context.catalog.views, context.catalog):
            raise missing(schema, relation)
        raise UndefinedObject(f'{kind} "{names[-1]}" for table "{relation}" does not exist')


def _drop_statistics(context: StatementContext, names: Sequence[str], node: Node) -> None:
    key = next((item for item in context.catalog.attached if item[:2] == ("statistics", names[-1])), None)
    if key:
        del context.catalog.attached[key]
    elif not flag(node, "missing_ok"):
        raise UndefinedObject(f'statistics object "{".".join(names)}" does not exist')


def _drop_extension(context: StatementContext, names: Sequence[str], node: Node) -> None:
    if names[-1] not in context.catalog.extensions and not flag(node, "missing_ok"):
        raise UndefinedObject(f'extension "{names[-1]}" does not exist')
    for kind in EXTENSIONS.get(names[-1], ()):
        _without_own_type(context, kind, names[-1], cascades(node))
    context.catalog.extensions.pop(names[-1], None)


EXTENSIONS = {
    "hstore": ("hstore",), "citext": ("citext",), "ltree": ("ltree", "lquery"), "cube": ("cube",),
    "vector": ("vector", "halfvec", "sparsevec"), "postgis": ("geometry", "geography"),
}  # fmt: skip


def _without_own_type(context: StatementContext, kind: str, extension: str, cascade: bool) -> None:
    """Drop the columns of a type of an extension."""
    for table in list(context.catalog.tables.values()):
        for column in table.columns:
            if column.type.name != Name(None, kind):
                continue
            if not cascade:
                raise _refuse("extension " + extension)
            context.put(columns.drop(context, context.catalog.tables[table.name], column.name, True))


_Drop = Callable[[StatementContext, Sequence[str], Node], None]
_DROPS: dict[str, _Drop] = {
    "OBJECT_TABLE": _drop_table, "OBJECT_VIEW": _drop_view, "OBJECT_MATVIEW": _drop_view,
    "OBJECT_INDEX": _drop_index, "OBJECT_SEQUENCE": _drop_sequence, "OBJECT_TYPE": _drop_type,
    "OBJECT_DOMAIN": _drop_type, "OBJECT_SCHEMA": _drop_schema, "OBJECT_FUNCTION": _drop_function,
    "OBJECT_PROCEDURE": _drop_function, "OBJECT_EXTENSION": _drop_extension,
    "OBJECT_TRIGGER": _drop_attached, "OBJECT_POLICY": _drop_attached, "OBJECT_STATISTIC_EXT": _drop_statistics,
}  # fmt: skip
