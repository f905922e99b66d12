"""Answers the questions of SQLAlchemy's Inspector from the catalog, as the server would."""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence, TypeVar

from sqlalchemy import exc, util
from sqlalchemy import types as sqltypes

from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find, types_of
from git_alembic.scratch.probe.engines.postgresql.catalog.model import (
    Column,
    Domain,
    Enum,
    ForeignKey,
    Name,
    Table,
    Type,
    View,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import format_type
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.expressions.name_and_type_resolution import Scope
from git_alembic.scratch.probe.engines.postgresql.reflection.keys_and_indexes import (
    VERSION,
    IndexReflection,
    comment_of,
    foreign_key_options,
    key_options,
)
from git_alembic.scratch.probe.engines.postgresql.reflection.sqlalchemy_types import (
    COLLATES,
    TypeReflection,
    collation_of,
)

_NEXTVAL = re.compile(r"(nextval\(')([^']+)('.*$)")
Relation = Any
_Type = TypeVar("_Type", Enum, Domain)


class CatalogInspector:
    """One database for an Inspector. `schema` is None for everything that the search path shows."""

    def __init__(self, context: StatementContext, names: Mapping[str, Any]) -> None:
        self.context = context
        self.catalog = context.catalog
        self.types = TypeReflection(self.catalog, names, self._domain_check)

    def places(self, schema: str | None) -> Sequence[str]:
        return (schema,) if schema else self.catalog.search_path

    def relation(self, name: str, schema: str | None) -> Relation:
        """Return the table or view of a name. Raise NoSuchTableError."""
        for kind in (self.catalog.tables, self.catalog.views):
            full_name = find(schema, name, kind, self.catalog)
            if full_name:
                return kind[full_name]
        raise exc.NoSuchTableError(f"{schema}.{name}" if schema else name)

    def visible(self, kind: Mapping[Name, Any], schema: str | None) -> list[Any]:
        """Return things of a kind that are in the schema, or that come first on the search path."""
        by_name: dict[str, Any] = {}
        for place in self.places(schema):
            for name, item in kind.items():
                if name.schema == place:
                    by_name.setdefault(name.name, item)
        return list(by_name.values())

    def text_in_search_path(self, text: str | None, columns: Sequence[Column] = ()) -> str | None:
        """Return a text without the schemas of the search path."""
        scope: Scope = self.context.scope(columns)
        return self.context.expressions.text_in_search_path(text, self.catalog.search_path, scope)

    def pretty(self, text: str, columns: Mapping[str, Type], value: Type | None = None) -> str:
        """Return the text of a check as newer versions of SQLAlchemy request it."""
        scope = self.context.scope()
        scope.columns, scope.value = columns, value
        return self.context.expressions.pretty(text, self.catalog.search_path, scope)

    def _domain_check(self, text: str, kind: Type) -> str:
        return self.pretty(text, {}, kind)

    def columns(self, name: str, schema: str | None) -> list[dict[str, Any]]:
        relation = self.relation(name, schema)
        return [self._column(column, relation, schema) for column in relation.columns]

    def _column(self, column: Column, relation: Relation, schema: str | None) -> dict[str, Any]:
        kind = self.types.reflect(column.type, column.collation, column.name)
        domain = self.catalog.domains.get(column.type.name) if not column.type.dimensions else None
        default, nullable = self.text_in_search_path(column.default), not column.not_null
        if domain and VERSION >= (2, 0):
            default = default or self.text_in_search_path(domain.default)
        if domain:
            nullable = nullable and not domain.not_null
        autoincrement = False
        match = _NEXTVAL.search(default or "")
        if match:
            autoincrement = issubclass(kind._type_affinity, sqltypes.Integer)  # noqa: SLF001 - the dialect uses it too
            if "." not in match[2] and schema is not None:
                default = "{}{}.{}{}".format(match[1], f'"{schema}"', match[2], match[3])
        description = {
            "name": column.name, "type": kind, "nullable": nullable, "default": default,
            "autoincrement": autoincrement or column.identity is not None, "comment": column.comment,
        }  # fmt: skip
        if column.generated:
            text = self.text_in_search_path(column.generated, relation.columns)
            description.update(default=None, computed={"sqltext": text, "persisted": column.stored})
        if column.identity:
            description["identity"] = {
                "always": column.identity.always,
                **column.identity.options,
                "cycle": column.identity.cycle,
            }
        return description

    def primary_key(self, name: str, schema: str | None) -> dict[str, Any]:
        key = getattr(self.relation(name, schema), "primary_key", None)
        if key is None:
            return {"constrained_columns": [], "name": None}
        description: dict[str, Any] = {"constrained_columns": list(key.columns), "name": key.name}
        return {**description, **comment_of(key), **key_options(key, ())}

    def uniques(self, name: str, schema: str | None) -> list[dict[str, Any]]:
        return [
            {"column_names": list(key.columns), "name": key.name, **comment_of(key), **key_options(key, ("distinct",))}
            for key in getattr(self.relation(name, schema), "uniques", ())
        ]

    def foreign_keys(self, name: str, schema: str | None, ignoring_path: bool) -> list[dict[str, Any]]:
        descriptions = []
        for key in getattr(self.relation(name, schema), "foreign_keys", ()):
            reflected = {
                "name": key.name, "constrained_columns": list(key.columns),
                "referred_schema": self._referred_schema(key, schema, ignoring_path),
                "referred_table": key.table.name, "referred_columns": list(key.referred),
                "options": foreign_key_options(key),
            }  # fmt: skip
            descriptions.append({**reflected, **comment_of(key)})
        return descriptions

    def _referred_schema(self, key: ForeignKey, schema: str | None, ignoring_path: bool) -> str | None:
        place = key.table.schema
        if ignoring_path:
            return place if place != self.default_schema() else schema
        if find(None, key.table.name, self.catalog.tables, self.catalog) != key.table:
            return place
        return schema if schema == place else None

    def default_schema(self) -> str | None:
        return next((schema for schema in self.catalog.search_path if schema in self.catalog.schemas), None)

    def checks(self, name: str, schema: str | None) -> list[dict[str, Any]]:
        relation = self.relation(name, schema)
        descriptions = []
        for check in sorted(getattr(relation, "checks", ()), key=lambda item: item.name):
            reflected = {"name": check.name, "sqltext": self._check_text(check.text, relation), **comment_of(check)}
            options = {"not_valid": check.not_valid, "no_inherit": check.no_inherit and VERSION >= (2, 0, 26)}
            dialect_options = {key: True for key, value in options.items() if value}
            descriptions.append({**reflected, "dialect_options": dialect_options} if dialect_options else reflected)
        return descriptions

    def _check_text(self, text: str, relation: Relation) -> str:
        if VERSION < (2, 0):
            return re.sub(
                r"^[\s\n]*\((.+)\)[\s\n]*$",
                r"\1",
                self.text_in_search_path(text, relation.columns) or "",
                flags=re.DOTALL,
            )
        in_parentheses = "(" + self.pretty(text, types_of(relation.columns)) + ")"
        strip = getattr(util, "strip_outer_parens", None)
        if strip:
            stripped: str = strip(in_parentheses[1:-1])
            return stripped
        return re.sub(r"^[\s\n]*\((.+)\)[\s\n]*$", r"\1", in_parentheses[1:-1], flags=re.DOTALL)

    def indexes(self, name: str, schema: str | None) -> list[dict[str, Any]]:
        return IndexReflection(self.context, self.relation(name, schema)).describe_all()

    def enums(self, schema: str | None) -> list[dict[str, Any]]:
        return [
            {
                "name": enum.name.name,
                "schema": enum.name.schema,
                "visible": enum.name.schema in self.catalog.search_path,
                "labels": list(enum.labels),
            }
            for enum in self._types_in_schema(self.catalog.enums, schema)
        ]

    def _types_in_schema(self, types: Mapping[Name, _Type], schema: str | None) -> list[_Type]:
        """Return the types of a schema, sorted by name. None: of the search path; "*": of every schema."""
        schemas = self.catalog.search_path if schema is None else (schema,)
        names = sorted(types, key=lambda name: (str(name.schema), name.name))
        return [types[name] for name in names if schema == "*" or name.schema in schemas]

    def domains(self, schema: str | None) -> list[dict[str, Any]]:
        return [self._domain(domain) for domain in self._types_in_schema(self.catalog.domains, schema)]

    def _domain(self, domain: Domain) -> dict[str, Any]:
        checks = sorted(domain.checks, key=lambda check: check.name)
        description = {
            "name": domain.name.name, "schema": domain.name.schema,
            "visible": domain.name.schema in self.catalog.search_path,
            "type": format_type(domain.type, self.catalog.search_path, modifiers=False),
            "nullable": not domain.not_null,
            "default": self.text_in_search_path(domain.default),
            "constraints": [
                {"name": check.name, "check": self._domain_check(check.text, domain.type)} for check in checks
            ],
        }  # fmt: skip
        if VERSION >= (2, 0, 29):
            description["collation"] = collation_of(domain, self.catalog)
        return {**description, "collation_schema": None} if COLLATES else description

    def table_options(self, name: str, schema: str | None) -> dict[str, Any]:
        relation = self.relation(name, schema)
        if not isinstance(relation, Table) or VERSION < (2, 1):
            return {}
        options: dict[str, Any] = {} if relation.partitioned else {"postgresql_using": "heap"}
        if relation.parents:
            options["postgresql_inherits"] = tuple(parent.name for parent in relation.parents)
        return options

    def sequences(self, schema: str | None) -> list[str]:
        return [sequence.name.name for sequence in self.visible(self.catalog.sequences, schema)]

    def views(self, schema: str | None, materialized: bool) -> list[str]:
        visible: list[View] = self.visible(self.catalog.views, schema)
        return [item.name.name for item in visible if item.materialized == materialized]

    def tables(self, schema: str | None, temporary: bool) -> list[str]:
        visible: list[Table] = self.visible(self.catalog.tables, schema)
        return [item.name.name for item in visible if item.temporary == temporary]
