"""DROP of tables, views and indexes."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import index_names
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find
from git_alembic.scratch.probe.engines.postgresql.catalog.model import ForeignKey, Name, Table
from git_alembic.scratch.probe.engines.postgresql.ddl.sequences import drop_sequence
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext, find_object, shown_name
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.constraints import find_key_over
from git_alembic.scratch.probe.engines.postgresql.errors import DependentObjects, dependency_error
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, object_names, split_name


def run_drop_table(context: StatementContext, names: Sequence[str], node: Node) -> None:
    name = find_object(context, names, context.catalog.tables, "table", node)
    if name:
        every = [split_name(object_names(item)) for item in node["objects"]]
        dropped = [find(schema, table, context.catalog.tables, context.catalog) for schema, table in every]
        drop_table(context, name, cascades(node), dropped)


def drop_table(context: StatementContext, name: Name, cascade: bool, along: Sequence[Name | None] = ()) -> None:
    """Drop a table. `along` are the other tables of the same statement."""
    _release_relation(context, name, "table", cascade, along)
    catalog = context.catalog
    children = [table.name for table in catalog.tables.values() if name in table.parents]
    catalog.tables.pop(name, None)
    catalog.attached = {key: owner for key, owner in catalog.attached.items() if owner != name}
    for child in children:
        if child in catalog.tables and not catalog.tables[child].partition and not cascade:
            raise dependency_error("table " + shown_name(context, name))
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
    referencing = [
        other for other in context.catalog.tables.values()
        if other.name != name and other.name not in along and any(key.table == name for key in other.foreign_keys)
    ]  # fmt: skip
    if (views or referencing) and not cascade:
        raise dependency_error(f"{word} {shown_name(context, name)}")
    for table in referencing:
        context.put(replace(table, foreign_keys=tuple(key for key in table.foreign_keys if key.table != name)))
    for view in views:
        if view in context.catalog.views:
            drop_view(context, view, cascade)


def run_drop_view(context: StatementContext, names: Sequence[str], node: Node) -> None:
    materialized = node["removeType"] == "OBJECT_MATVIEW"
    views = {view.name: view for view in context.catalog.views.values() if view.materialized == materialized}
    name = find_object(context, names, views, "materialized view" if materialized else "view", node)
    if name:
        drop_view(context, name, cascades(node))


def drop_view(context: StatementContext, name: Name, cascade: bool) -> None:
    _release_relation(context, name, "view", cascade)
    context.catalog.views.pop(name, None)
    for index in [candidate for candidate in context.catalog.indexes.values() if candidate.table == name]:
        del context.catalog.indexes[index.name]


def run_drop_index(context: StatementContext, names: Sequence[str], node: Node) -> None:
    schema, name = split_name(names)
    owner = _owner_of_key(context, schema, name)
    if owner:
        text = "cannot drop index {0} because constraint {0} on table {1} requires it"
        raise DependentObjects(text.format(name, owner))
    full_name = find_object(context, names, context.catalog.indexes, "index", node)
    if full_name is None:
        return
    index = context.catalog.indexes.pop(full_name)
    table = context.catalog.tables.get(index.table)
    if table and index.excludes:
        context.catalog.indexes[full_name] = index
        text = "cannot drop index {0} because constraint {0} on table {1} requires it"
        raise DependentObjects(text.format(name, table.name.name))
    if table and index.unique:
        _release_index(context, index.table, tuple(part.column or "" for part in index.parts), cascades(node), name)


def _release_index(context: StatementContext, owner: Name, unique: Sequence[str], cascade: bool, name: str) -> None:
    """Drop foreign keys that depend on a unique index, or raise."""

    def refers(_: Table, key: ForeignKey) -> bool:
        return (
            key.table == owner
            and sorted(key.referred) == sorted(unique)
            and find_key_over(context, context.catalog.tables[owner], key.referred) is None
        )

    context.drop_foreign_keys(refers, None if cascade else dependency_error("index " + name))


def _owner_of_key(context: StatementContext, schema: str | None, name: str) -> str | None:
    places = (schema,) if schema else context.catalog.search_path
    for table in context.catalog.tables.values():
        if table.name.schema in places and name in index_names(table):
            return table.name.name
    return None
