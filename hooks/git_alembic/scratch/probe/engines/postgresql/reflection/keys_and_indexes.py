"""Describes keys and indexes like SQLAlchemy's Inspector. Their options depend on the version of SQLAlchemy."""

from __future__ import annotations

import re
from typing import Any, Sequence

import sqlalchemy
from sqlalchemy import util

from git_alembic.scratch.probe.engines.postgresql.catalog.model import ForeignKey, Index, Key
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext

VERSION = tuple(int(part) for part in re.findall(r"\d+", sqlalchemy.__version__)[:3])
_DEFAULT_LIST = """
    array_ops bit_ops bool_ops bpchar_ops bytea_ops char_ops citext_ops date_ops enum_ops float4_ops float8_ops
    inet_ops int2_ops int4_ops int8_ops interval_ops jsonb_ops macaddr8_ops macaddr_ops money_ops multirange_ops
    name_ops numeric_ops oid_ops oidvector_ops pg_lsn_ops range_ops record_ops text_ops tid_ops time_ops
    timestamp_ops timestamptz_ops timetz_ops tsquery_ops tsvector_ops uuid_ops varbit_ops xid8_ops box_ops
    circle_ops point_ops poly_ops aclitem_ops cid_ops xid_ops quad_point_ops bit_minmax_ops box_inclusion_ops
    date_minmax_ops int4_minmax_ops int8_minmax_ops text_minmax_ops timestamp_minmax_ops timestamptz_minmax_ops
    uuid_minmax_ops inet_inclusion_ops gin_hstore_ops gist_hstore_ops gist_ltree_ops ltree_ops gist_geometry_ops_2d
"""
# Default operator classes, which are not shown.
_DEFAULT_OPERATORS = frozenset(_DEFAULT_LIST.split())


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
            self._describe_key(key) for key in _keys_of(relation) if key != getattr(relation, "primary_key", None)
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
        sorting = {text: _sorting_of(part) for text, part in zip(texts, index.parts) if _sorting_of(part)}
        if sorting:
            description["column_sorting"] = sorting
        if index.excludes:
            description["duplicates_constraint"] = index.name.name
        return _add_options(description, self._options(index, texts), index.include)

    def _options(self, index: Index, texts: Sequence[str | None]) -> dict[str, Any]:
        options: dict[str, Any] = {}
        operators = {text: part.operators for text, part in zip(texts, index.parts) if part.operators}
        operators = {text: name for text, name in operators.items() if name not in _DEFAULT_OPERATORS}
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
        return _add_options(description, distinct, key.include)


def _keys_of(relation: Any) -> tuple[Key, ...]:
    primary = getattr(relation, "primary_key", None)
    return (*getattr(relation, "uniques", ()), *((primary,) if primary else ()))


def comment_of(item: Any) -> dict[str, Any]:
    return {"comment": item.comment} if VERSION >= (2, 0) else {}


def key_options(key: Key, distinct: Sequence[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if VERSION >= (2, 0, 41):
        options["postgresql_include"] = list(key.include)
    if distinct and (2, 0, 41 if not key.nulls_not_distinct else 16) <= VERSION:
        options["postgresql_nulls_not_distinct"] = key.nulls_not_distinct
    return {"dialect_options": options} if options else {}


def foreign_key_options(key: ForeignKey) -> dict[str, Any]:
    pairs = (
        ("onupdate", key.on_update), ("ondelete", key.on_delete), ("initially", "DEFERRED" if key.deferred else ""),
        ("deferrable", key.deferrable), ("match", key.match),
    )  # fmt: skip
    options = {name: value for name, value in pairs if value}
    if key.not_valid and VERSION >= (2, 1):
        options["not_valid"] = True
    return options


def _sorting_of(part: Any) -> tuple[str, ...]:
    if part.descending:
        return ("desc",) if part.nulls_first else ("desc", "nulls_last")
    return ("nulls_first",) if part.nulls_first else ()


def _add_options(description: dict[str, Any], options: dict[str, Any], include: Sequence[str]) -> dict[str, Any]:
    description["dialect_options"] = {**options, "postgresql_include": list(include)}
    return {**description, "include_columns": list(include)} if VERSION < (2, 1) else description
