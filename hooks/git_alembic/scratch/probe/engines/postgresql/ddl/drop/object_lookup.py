"""Finds the object that a DROP names, and writes errors about it."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM, find, missing
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Name
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DependentObjects,
    ServerError,
    UndefinedObject,
    UndefinedSchema,
    WrongObjectType,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, strings


def object_names(node: Node) -> list[str]:
    ((kind, fields),) = node.items()
    if kind == "List":
        return strings(field for field in fields["items"] if "String" in field)
    if kind == "TypeName":
        return strings(fields["names"])
    if kind == "ObjectWithArgs":
        return strings(fields["objname"])
    return [fields.get("sval", "")]


def split_name(names: Sequence[str]) -> tuple[str | None, str]:
    return (names[-2] if len(names) > 1 else None), names[-1]


def find_object(
    context: StatementContext, names: Sequence[str], kind: Mapping[Name, Any], word: str, node: Node
) -> Name | None:
    """Return the full name of the dropped object, or None if it is missing and IF EXISTS is given."""
    schema, name = split_name(names)
    full_name = find(schema, name, kind, context.catalog)
    if full_name is not None or has_flag(node, "missing_ok"):
        return full_name
    everything: Mapping[str, Mapping[Name, Any]] = {
        "table": context.catalog.tables, "index": context.catalog.indexes, "sequence": context.catalog.sequences,
        "view": {view.name: view for view in context.catalog.views.values() if not view.materialized},
        "materialized view": {view.name: view for view in context.catalog.views.values() if view.materialized},
    }  # fmt: skip
    for other, candidates in everything.items():
        if other != word and find(schema, name, candidates, context.catalog):
            article = "an" if word[0] == "i" else "a"
            raise WrongObjectType(f'"{name}" is not {article} {word}')
    if schema and schema not in context.catalog.schemas and schema not in SYSTEM:
        raise UndefinedSchema(f'schema "{schema}" does not exist')
    raise (
        missing(schema, name, word)
        if word in ("table", "view", "sequence", "materialized view")
        else UndefinedObject('{} "{}" does not exist'.format(word, ".".join(names)))
    )


def dependency_error(dropped: str) -> ServerError:
    return DependentObjects(f"cannot drop {dropped} because other objects depend on it")


def shown_name(context: StatementContext, name: Name) -> str:
    return name.name if name.schema in context.catalog.search_path else f"{name.schema}.{name.name}"
