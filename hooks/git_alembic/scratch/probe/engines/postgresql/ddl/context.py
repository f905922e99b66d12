"""What a statement works on: the catalog, the parser, and how relations are found by the names that users write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Protocol, Sequence

from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import relation_names
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import SYSTEM, find, missing, types_of
from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Column, ForeignKey, Name, Table, Type
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateTable,
    UndefinedSchema,
    WrongObjectType,
)
from git_alembic.scratch.probe.engines.postgresql.expressions.canonical_text import Expressions
from git_alembic.scratch.probe.engines.postgresql.expressions.scope import Scope
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


class Rows(Protocol):
    """What statements about the schema ask of the rows."""

    def has_rows(self, name: Name) -> bool:
        """Whether a table has any."""

    def has_nulls(self, name: Name, column: str) -> bool:
        """Whether a column of a table has nulls in any."""

    def violates_check(self, name: Name, check: str) -> bool:
        """Whether a check does not hold for any row."""

    def violates_foreign_key(self, name: Name, key: ForeignKey) -> bool:
        """Whether any row refers to none."""

    def exceeds(self, name: Name, column: str, kind: Type) -> bool:
        """Whether any value of a column is too long for a type."""

    def is_value_too_long(self, expression: str, kind: Type) -> bool:
        """Whether an expression without columns is too long for a type."""

    def shorten(self, name: Name, column: str, kind: Type, using: Node) -> None:
        """Set a column to an expression, so that its values fit a type with a length."""

    def has_duplicates(self, name: Name, columns: Sequence[str]) -> bool:
        """Whether any two rows are alike in columns."""


@dataclass
class StatementContext:
    """One catalog at work. `fresh` are enum labels that the transaction added, too new to be used."""

    catalog: Catalog
    expressions: Expressions
    rows: Rows
    new_labels: set[tuple[Name, str]] = field(default_factory=set)

    def scope(self, columns: Sequence[Column] = ()) -> Scope:
        made = self.expressions.scope(self.catalog, types_of(columns))
        made.new_labels = self.new_labels
        return made

    def creation_schema(self) -> str:
        """The schema in which things are made that name none."""
        for schema in self.catalog.search_path:
            if schema in self.catalog.schemas:
                return schema
        raise UndefinedSchema("no schema has been selected to create in")

    def new_name(self, relation: Node) -> Name:
        """The name of what a RangeVar is about to make."""
        schema = relation.get("schemaname") or self.creation_schema()
        if schema not in self.catalog.schemas:
            raise UndefinedSchema(f'schema "{schema}" does not exist')
        return Name(schema, relation["relname"])

    def is_free(self, name: Name) -> bool:
        return name.name not in relation_names(self.catalog, name.schema or "")

    def claim(self, name: Name) -> None:
        """Raise if a relation of this name is there."""
        if not self.is_free(name):
            raise DuplicateTable(f'relation "{name.name}" already exists')

    def find(self, relation: Node, kind: Mapping[Name, Any]) -> Name | None:
        """The relation of a kind that a RangeVar means, if there is one."""
        return find(relation.get("schemaname"), relation["relname"], kind, self.catalog)

    def table(self, relation: Node, word: str = "relation") -> Table:
        """The table that a RangeVar means; raises as the server does."""
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

    def number(self) -> int:
        self.catalog.last_table += 1
        return self.catalog.last_table
