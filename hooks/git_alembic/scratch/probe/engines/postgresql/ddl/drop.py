"""DROP takes along what belongs to a thing; what others made of it goes with CASCADE, or stands in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import index_names
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import spell, words
from git_alembic.scratch.probe.engines.postgresql.ddl import columns
from git_alembic.scratch.probe.engines.postgresql.ddl.context import SYSTEM, Work, cascades, find, flag, missing
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DependentObjects,
    ServerError,
    UndefinedFunction,
    UndefinedObject,
    UndefinedSchema,
    WrongObjectType,
)
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def drop(work: Work, node: Node) -> None:
    """A DropStmt."""
    kind = node["removeType"]
    change = _DROPS.get(kind)
    for one in node["objects"]:
        if change:
            change(work, _names(one), node)


def _names(node: Node) -> list[str]:
    ((kind, fields),) = node.items()
    if kind == "List":
        return words(one for one in fields["items"] if "String" in one)
    if kind == "TypeName":
        return words(fields["names"])
    if kind == "ObjectWithArgs":
        return words(fields["objname"])
    return [fields.get("sval", "")]


def _split(names: Sequence[str]) -> tuple[str | None, str]:
    return (names[-2] if len(names) > 1 else None), names[-1]


def _found(work: Work, names: Sequence[str], kind: Mapping[Name, Any], word: str, node: Node) -> Name | None:
    """What is to be dropped; None if it is missing and may be."""
    schema, name = _split(names)
    found = find(schema, name, kind, work.catalog)
    if found is not None or flag(node, "missing_ok"):
        return found
    everything: Mapping[str, Mapping[Name, Any]] = {
        "table": work.catalog.tables, "index": work.catalog.indexes, "sequence": work.catalog.sequences,
        "view": {one.name: one for one in work.catalog.views.values() if not one.materialized},
        "materialized view": {one.name: one for one in work.catalog.views.values() if one.materialized},
    }  # fmt: skip
    for other, things in everything.items():
        if other != word and find(schema, name, things, work.catalog):
            article = "an" if word[0] == "i" else "a"
            raise WrongObjectType(f'"{name}" is not {article} {word}')
    if schema and schema not in work.catalog.schemas and schema not in SYSTEM:
        raise UndefinedSchema(f'schema "{schema}" does not exist')
    raise (
        missing(schema, name, word)
        if word in ("table", "view", "sequence", "materialized view")
        else UndefinedObject('{} "{}" does not exist'.format(word, ".".join(names)))
    )


def _refuse(what: str) -> ServerError:
    return DependentObjects(f"cannot drop {what} because other objects depend on it")


def _shown(work: Work, name: Name) -> str:
    return name.name if name.schema in work.catalog.search_path else f"{name.schema}.{name.name}"


def _drop_table(work: Work, names: Sequence[str], node: Node) -> None:
    name = _found(work, names, work.catalog.tables, "table", node)
    if name:
        dropped = [find(*_split(_names(one)), work.catalog.tables, work.catalog) for one in node["objects"]]
        drop_table(work, name, cascades(node), dropped)


def drop_table(work: Work, name: Name, cascade: bool, along: Sequence[Name | None] = ()) -> None:
    """Without a table; `along` are those that the same statement drops."""
    _release_relation(work, name, "table", cascade, along)
    catalog = work.catalog
    children = [one.name for one in catalog.tables.values() if name in one.parents]
    catalog.tables.pop(name, None)
    catalog.attached = {key: owner for key, owner in catalog.attached.items() if owner != name}
    for child in children:
        if child in catalog.tables and not catalog.tables[child].partition and not cascade:
            raise _refuse("table " + _shown(work, name))
        drop_table(work, child, cascade)
    for index in [one for one in catalog.indexes.values() if one.table == name]:
        del catalog.indexes[index.name]
    for sequence in [one for one in catalog.sequences.values() if one.owner and one.owner[0] == name]:
        drop_sequence(work, sequence.name, cascade, name)


def _release_relation(work: Work, name: Name, word: str, cascade: bool, along: Sequence[Name | None] = ()) -> None:
    """Drop what reads or refers to a relation, or raise because of it."""
    views = [one.name for one in work.catalog.views.values() if name in one.reads]
    leaning = [
        one for one in work.catalog.tables.values()
        if one.name != name and one.name not in along and any(key.table == name for key in one.foreign_keys)
    ]  # fmt: skip
    if (views or leaning) and not cascade:
        raise _refuse(f"{word} {_shown(work, name)}")
    for table in leaning:
        work.put(replace(table, foreign_keys=tuple(key for key in table.foreign_keys if key.table != name)))
    for view in views:
        if view in work.catalog.views:
            _without_view(work, view, cascade)


def _drop_view(work: Work, names: Sequence[str], node: Node) -> None:
    materialized = node["removeType"] == "OBJECT_MATVIEW"
    views = {one.name: one for one in work.catalog.views.values() if one.materialized == materialized}
    name = _found(work, names, views, "materialized view" if materialized else "view", node)
    if name:
        _without_view(work, name, cascades(node))


def _without_view(work: Work, name: Name, cascade: bool) -> None:
    _release_relation(work, name, "view", cascade)
    work.catalog.views.pop(name, None)
    for index in [one for one in work.catalog.indexes.values() if one.table == name]:
        del work.catalog.indexes[index.name]


def _drop_index(work: Work, names: Sequence[str], node: Node) -> None:
    schema, name = _split(names)
    owner = _owner_of_key(work, schema, name)
    if owner:
        text = "cannot drop index {0} because constraint {0} on table {1} requires it"
        raise DependentObjects(text.format(name, owner))
    found = _found(work, names, work.catalog.indexes, "index", node)
    if found is None:
        return
    index = work.catalog.indexes.pop(found)
    table = work.catalog.tables.get(index.table)
    if table and index.excludes:
        work.catalog.indexes[found] = index
        text = "cannot drop index {0} because constraint {0} on table {1} requires it"
        raise DependentObjects(text.format(name, table.name.name))
    if table and index.unique:
        _release_index(work, index.table, tuple(part.column or "" for part in index.parts), cascades(node), name)


def _release_index(work: Work, owner: Name, unique: Sequence[str], cascade: bool, name: str) -> None:
    """Foreign keys that lean on a unique index that is no constraint."""
    from git_alembic.scratch.probe.engines.postgresql.ddl.constraints import key_over

    for table in list(work.catalog.tables.values()):
        leaning = [
            one for one in table.foreign_keys
            if one.table == owner and sorted(one.referred) == sorted(unique)
            and key_over(work, work.catalog.tables[owner], one.referred) is None
        ]  # fmt: skip
        if leaning and not cascade:
            raise _refuse("index " + name)
        if leaning:
            work.put(replace(table, foreign_keys=tuple(one for one in table.foreign_keys if one not in leaning)))


def _owner_of_key(work: Work, schema: str | None, name: str) -> str | None:
    places = (schema,) if schema else work.catalog.search_path
    for table in work.catalog.tables.values():
        if table.name.schema in places and name in index_names(table):
            return table.name.name
    return None


def _drop_sequence(work: Work, names: Sequence[str], node: Node) -> None:
    name = _found(work, names, work.catalog.sequences, "sequence", node)
    if name:
        drop_sequence(work, name, cascades(node))


def drop_sequence(work: Work, name: Name, cascade: bool, owner: Name | None = None) -> None:
    """Without a sequence; defaults that count by it go too, or stand in the way."""
    from git_alembic.scratch.probe.engines.postgresql.parsing.quoting import qualified

    mark = f"'{qualified(name.schema, name.name)}'::regclass"
    for table in list(work.catalog.tables.values()):
        counting = [one for one in table.columns if one.default and mark in one.default]
        if counting and not cascade and table.name != owner:
            raise _refuse("sequence " + _shown(work, name))
        if counting:
            made = tuple(replace(one, default=None) if one in counting else one for one in table.columns)
            work.put(replace(table, columns=made))
    work.catalog.sequences.pop(name, None)


def _drop_type(work: Work, names: Sequence[str], node: Node) -> None:
    catalog = work.catalog
    kinds: Sequence[dict[Name, Any]] = (catalog.enums, catalog.domains, catalog.composites)
    everything = {name: one for kind in kinds for name, one in kind.items()}
    name = _found(work, names, everything, "type", node)
    if name:
        drop_type(work, name, cascades(node))


def drop_type(work: Work, name: Name, cascade: bool) -> None:
    """Without a type; columns of it go too, or stand in the way."""
    catalog, shown = work.catalog, "type " + _shown(work, name)
    mark = f"::{name.schema}."
    for table in list(catalog.tables.values()):
        using = [one for one in table.columns if one.type.name == name]
        speaking = [
            one for one in table.columns if one.default and mark + name.name in one.default and one not in using
        ]
        if (using or speaking) and not cascade:
            raise _refuse(shown)
        for column in using:
            work.put(columns.drop(work, catalog.tables[table.name], column.name, True))
        for column in speaking:
            now = catalog.tables[table.name]
            made = tuple(replace(one, default=None) if one.name == column.name else one for one in now.columns)
            work.put(replace(now, columns=made))
    for domain in list(catalog.domains.values()):
        if domain.type.name == name and domain.name != name:
            if not cascade:
                raise _refuse(shown)
            drop_type(work, domain.name, True)
    kinds: Sequence[dict[Name, Any]] = (catalog.enums, catalog.domains, catalog.composites)
    for kind in kinds:
        kind.pop(name, None)


def _drop_schema(work: Work, names: Sequence[str], node: Node) -> None:
    name = names[-1]
    if name not in work.catalog.schemas:
        if flag(node, "missing_ok"):
            return
        raise UndefinedSchema(f'schema "{name}" does not exist')
    _empty_schema(work, name, cascades(node))
    del work.catalog.schemas[name]


def _empty_schema(work: Work, schema: str, cascade: bool) -> None:
    catalog = work.catalog
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
            drop_table(work, name, True)
        elif kind is catalog.views:
            _without_view(work, name, True)
        elif kind is catalog.sequences:
            drop_sequence(work, name, True)
        else:
            drop_type(work, name, True)


def _drop_function(work: Work, names: Sequence[str], node: Node) -> None:
    """A function; of several of a name the one with so many arguments, or any if none are said."""
    spoken = [
        one["ObjectWithArgs"] for one in node["objects"] if "ObjectWithArgs" in one and _names(one) == list(names)
    ]
    held = work.catalog.functions.get(names[-1], ())
    count = None if not spoken or spoken[0].get("args_unspecified") else len(spoken[0].get("objargs", ()))
    found = next((one for one in held if count is None or len(one.arguments) == count), None)
    if found is None and not flag(node, "missing_ok"):
        if count is None:
            raise UndefinedFunction(f'could not find a function named "{".".join(names)}"')
        kinds = (work.scope().read_type(one["TypeName"]) for one in spoken[0].get("objargs", ()))
        arguments = ", ".join(spell(kind, work.catalog.search_path) for kind in kinds)
        raise UndefinedFunction(f"function {'.'.join(names)}({arguments}) does not exist")
    left = tuple(one for one in held if one is not found)
    work.catalog.functions.pop(names[-1], None)
    if left:
        work.catalog.functions[names[-1]] = left


def _drop_attached(work: Work, names: Sequence[str], node: Node) -> None:
    """A trigger or a policy of a table."""
    kind = "trigger" if node["removeType"] == "OBJECT_TRIGGER" else "policy"
    schema, relation = _split(names[:-1])
    found = find(schema, relation, work.catalog.tables, work.catalog)
    number = work.catalog.tables[found].number if found else 0
    if (kind, names[-1], number) in work.catalog.attached:
        del work.catalog.attached[kind, names[-1], number]
    elif not flag(node, "missing_ok"):
        if found is None and not find(schema, relation, work.catalog.views, work.catalog):
            raise missing(schema, relation)
        raise UndefinedObject(f'{kind} "{names[-1]}" for table "{relation}" does not exist')


def _drop_statistics(work: Work, names: Sequence[str], node: Node) -> None:
    key = next((one for one in work.catalog.attached if one[:2] == ("statistics", names[-1])), None)
    if key:
        del work.catalog.attached[key]
    elif not flag(node, "missing_ok"):
        raise UndefinedObject(f'statistics object "{".".join(names)}" does not exist')


def _drop_extension(work: Work, names: Sequence[str], node: Node) -> None:
    if names[-1] not in work.catalog.extensions and not flag(node, "missing_ok"):
        raise UndefinedObject(f'extension "{names[-1]}" does not exist')
    for kind in EXTENSIONS.get(names[-1], ()):
        _without_own_type(work, kind, names[-1], cascades(node))
    work.catalog.extensions.pop(names[-1], None)


EXTENSIONS = {
    "hstore": ("hstore",), "citext": ("citext",), "ltree": ("ltree", "lquery"), "cube": ("cube",),
    "vector": ("vector", "halfvec", "sparsevec"), "postgis": ("geometry", "geography"),
}  # fmt: skip


def _without_own_type(work: Work, kind: str, extension: str, cascade: bool) -> None:
    """Without the columns of a type that an extension brought."""
    for table in list(work.catalog.tables.values()):
        for column in table.columns:
            if column.type.name != Name(None, kind):
                continue
            if not cascade:
                raise _refuse("extension " + extension)
            work.put(columns.drop(work, work.catalog.tables[table.name], column.name, True))


_Drop = Callable[[Work, Sequence[str], Node], None]
_DROPS: dict[str, _Drop] = {
    "OBJECT_TABLE": _drop_table, "OBJECT_VIEW": _drop_view, "OBJECT_MATVIEW": _drop_view,
    "OBJECT_INDEX": _drop_index, "OBJECT_SEQUENCE": _drop_sequence, "OBJECT_TYPE": _drop_type,
    "OBJECT_DOMAIN": _drop_type, "OBJECT_SCHEMA": _drop_schema, "OBJECT_FUNCTION": _drop_function,
    "OBJECT_PROCEDURE": _drop_function, "OBJECT_EXTENSION": _drop_extension,
    "OBJECT_TRIGGER": _drop_attached, "OBJECT_POLICY": _drop_attached, "OBJECT_STATISTIC_EXT": _drop_statistics,
}  # fmt: skip
