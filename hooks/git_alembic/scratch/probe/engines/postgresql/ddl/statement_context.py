"""The context of a statement: the catalog, the parser, and answers about rows. Finds what a statement names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable, Mapping, Protocol, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import relation_names
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM, find, missing, types_of
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Column, ForeignKey, Name, Table, Type
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateTable,
    ServerError,
    UndefinedObject,
    UndefinedSchema,
    WrongObjectType,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import Scope
from git_alembic.scratch.probe.engines.postgresql.expressions.stored_expressions import Expressions
from git_alembic.scratch.probe.engines.postgresql.parser import Node, has_flag, split_name


class Rows(Protocol):
    """What schema statements need to know about rows."""

    def has_rows(self, name: Name) -> bool:
        """True if a table has rows."""

    def has_nulls(self, name: Name, column: str) -> bool:
        """True if a column has nulls."""

    def violates_check(self, name: Name, check: str) -> bool:
        """True if a row violates a check."""

    def violates_foreign_key(self, name: Name, key: ForeignKey) -> bool:
        """True if a row violates a foreign key."""

    def has_longer_value(self, name: Name, column: str, kind: Type) -> bool:
        """True if a value of a column is too long for a type."""

    def is_value_too_long(self, expression: str, kind: Type) -> bool:
        """True if an expression without columns is too long for a type."""

    def shorten(self, name: Name, column: str, kind: Type, using: Node) -> None:
        """Set a column to an expression, so that its values fit a type with a length."""

    def has_duplicates(self, name: Name, columns: Sequence[str]) -> bool:
        """True if two rows are equal in these columns."""


@dataclass
class StatementContext:
    """A catalog and its rows. `new_labels` are enum labels that the open transaction added."""

    catalog: Catalog
    expressions: Expressions
    rows: Rows
    new_labels: set[tuple[Name, str]] = field(default_factory=set)

    def scope(self, columns: Sequence[Column] = ()) -> Scope:
        scope = self.expressions.scope(self.catalog, types_of(columns))
        scope.new_labels = self.new_labels
        return scope

    def creation_schema(self) -> str:
        """Return the schema of new objects without a schema."""
        for schema in self.catalog.search_path:
            if schema in self.catalog.schemas:
                return schema
        raise UndefinedSchema("no schema has been selected to create in")

    def new_name(self, relation: Node) -> Name:
        """Return the full name of a new relation."""
        schema = relation.get("schemaname") or self.creation_schema()
        if schema not in self.catalog.schemas:
            raise UndefinedSchema(f'schema "{schema}" does not exist')
        return Name(schema, relation["relname"])

    def is_free(self, name: Name) -> bool:
        return name.name not in relation_names(self.catalog, name.schema or "")

    def claim(self, name: Name) -> None:
        """Raise if a relation of this name exists."""
        if not self.is_free(name):
            raise DuplicateTable(f'relation "{name.name}" already exists')

    def find(self, relation: Node, kind: Mapping[Name, Any]) -> Name | None:
        """Return the full name of a relation of a kind, or None."""
        return find(relation.get("schemaname"), relation["relname"], kind, self.catalog)

    def table(self, relation: Node, word: str = "relation") -> Table:
        """Return a table. Raise the server's error if it does not exist."""
        name = self.find(relation, self.catalog.tables)
        if name is None:
            if self.find(relation, self.catalog.views):
                raise WrongObjectType('"{}" is not a table'.format(relation["relname"]))
            schema = relation.get("schemaname")
            if schema and schema not in self.catalog.schemas and schema not in SYSTEM:
                raise UndefinedSchema(f'schema "{schema}" does not exist')
            raise missing(schema, relation["relname"], word)
        return self.catalog.tables[name]

    def put(self, table: Table) -> None:
        self.catalog.tables[table.name] = table

    def drop_foreign_keys(self, depends: Callable[[Table, ForeignKey], bool], error: ServerError | None) -> None:
        """Drop the foreign keys of all tables for which `depends` holds. Raise `error` instead unless it is None."""
        for table in list(self.catalog.tables.values()):
            other_keys = tuple(key for key in table.foreign_keys if not depends(table, key))
            if len(other_keys) < len(table.foreign_keys):
                if error:
                    raise error
                self.put(replace(table, foreign_keys=other_keys))

    def number(self) -> int:
        self.catalog.last_table += 1
        return self.catalog.last_table


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


def shown_name(context: StatementContext, name: Name) -> str:
    return name.name if name.schema in context.catalog.search_path else f"{name.schema}.{name.name}"
