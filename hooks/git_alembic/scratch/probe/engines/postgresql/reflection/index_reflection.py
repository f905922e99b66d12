"""Describes indexes like SQLAlchemy's Inspector."""

from __future__ import annotations

from typing import Any, Sequence

from sqlalchemy import util

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Index, Key
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.reflection.key_and_index_options import (
    DEFAULT_OPERATORS,
    VERSION,
    add_options,
    keys_of,
    sorting_of,
)


class IndexReflection:
    """The indexes of one relation."""

    def __init__(self, context: StatementContext, relation: Any) -> None:
        self._context = context
        self._catalog = context.catalog
        self._relation = relation

    def describe_all(self) -> list[dict[str, Any]]:
        """Return all indexes by name, including those of unique keys."""
        relation = self._relation
        descriptions = [
            self._describe(index) for index in self._catalog.indexes.values() if index.table == relation.name
        ]
        descriptions += [
            self._describe_key(key) for key in keys_of(relation) if key != getattr(relation, "primary_key", None)
        ]
        return sorted((item for item in descriptions if item), key=lambda item: str(item["name"]))

    def _describe(self, index: Index) -> dict[str, Any]:
        scope = self._context.scope(self._relation.columns)
        write = self._context.expressions.index_text
        texts = [part.column or write(part.expression or "", self._catalog.search_path, scope) for part in index.parts]
        expressed = any(part.column is None for part in index.parts)
        if expressed and VERSION < (2, 0):
            util.warn(f"Skipped unsupported reflection of expression-based index {index.name.name}")
            return {}
        description: dict[str, Any] = {"name": index.name.name, "unique": index.unique}
        description["column_names"] = [part.column for part in index.parts]
        if expressed:
            description["expressions"] = texts
        sorting = {text: sorting_of(part) for text, part in zip(texts, index.parts) if sorting_of(part)}
        if sorting:
            description["column_sorting"] = sorting
        if index.excludes:
            description["duplicates_constraint"] = index.name.name
        return add_options(description, self._options(index, texts), index.include)

    def _options(self, index: Index, texts: Sequence[str | None]) -> dict[str, Any]:
        options: dict[str, Any] = {}
        operators = {text: part.operators for text, part in zip(texts, index.parts) if part.operators}
        operators = {text: name for text, name in operators.items() if name not in DEFAULT_OPERATORS}
        if operators and VERSION >= (2, 0, 42):
            options["postgresql_ops"] = operators
        if index.options:
            options["postgresql_with"] = dict(index.options)
        if index.using != "btree":
            options["postgresql_using"] = index.using
        if index.where:
            options["postgresql_where"] = self._context.expressions.text_in_search_path(
                index.where, self._catalog.search_path, self._context.scope(self._relation.columns)
            )
        if index.nulls_not_distinct and VERSION >= (2, 0, 16):
            options["postgresql_nulls_not_distinct"] = True
        return options

    def _describe_key(self, key: Key) -> dict[str, Any]:
        description: dict[str, Any] = {"name": key.name, "unique": True, "column_names": list(key.columns)}
        description["duplicates_constraint"] = key.name
        distinct = {"postgresql_nulls_not_distinct": True} if key.nulls_not_distinct and VERSION >= (2, 0, 16) else {}
        return add_options(description, distinct, key.include)
