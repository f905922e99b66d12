"""Returns a type of the catalog as SQLAlchemy reflects it. Uses only `ischema_names`, because private APIs differ."""

from __future__ import annotations

import inspect
import re
from typing import Any, Mapping

from sqlalchemy import types as sqltypes
from sqlalchemy import util
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import base

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Domain, Type
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import builtin_type, format_type

_COLLATABLE = ("text", "varchar", "bpchar", "citext")
INTERVAL = builtin_type("interval")
_DOMAIN: Any = getattr(postgresql, "DOMAIN", None)
_ARRAY: Any = postgresql.ARRAY
_reflect: Any = getattr(base.PGDialect, "_reflect_type", None)
# Newer versions show the collation of a column and the base type of a domain.
COLLATES = _reflect is not None and "collation" in inspect.signature(_reflect).parameters


class TypeReflection:
    """Reflects types of one catalog, for a dialect with these `ischema_names`."""

    def __init__(self, catalog: Catalog, names: Mapping[str, Any], checks: Any) -> None:
        self.catalog = catalog
        self.names = names
        self.checks = checks

    def reflect(self, kind: Type, collation: str | None, column: str) -> Any:
        """Return the type, or NullType with a warning for a type that SQLAlchemy does not know."""
        element = self._element(kind, collation if COLLATES else None, column)
        return _ARRAY(element) if kind.dimensions and not isinstance(element, sqltypes.NullType) else element

    def _element(self, kind: Type, collation: str | None, column: str) -> Any:
        options: dict[str, Any] = {"collation": collation} if collation else {}
        if kind.name in self.catalog.enums:
            enum = self.catalog.enums[kind.name]
            return postgresql.ENUM(*enum.labels, name=enum.name.name, **self._place(kind), **options)
        if kind.name in self.catalog.domains:
            return self._domain(self.catalog.domains[kind.name], column, options)
        text = re.sub(r"\(.*\)", "", format_type(Type(kind.name, kind.modifiers), self.catalog.search_path))
        type_class = self.names.get(text.lower())
        if kind.name == INTERVAL.name:
            type_class = postgresql.INTERVAL
        if type_class is None:
            util.warn(f"Did not recognize type '{text}' of column '{column}'")
            return sqltypes.NULLTYPE
        positional, keywords = arguments(kind)
        return type_class(*positional, **keywords, **options)

    def _place(self, kind: Type) -> dict[str, Any]:
        return {} if kind.name.schema in self.catalog.search_path else {"schema": kind.name.schema}

    def _domain(self, domain: Domain, column: str, options: Mapping[str, Any]) -> Any:
        plain = Type(domain.type.name, (), domain.type.dimensions) if COLLATES or _DOMAIN else domain.type
        inner = self.reflect(plain, collation_of(domain, self.catalog), column)
        if _DOMAIN is None:
            return inner
        keywords: dict[str, Any] = {
            **options, "default": domain.default, "not_null": domain.not_null, "create_type": False,
            **self._place(Type(domain.name)),
        }  # fmt: skip
        collation = collation_of(domain, self.catalog)
        if collation:
            keywords["collation"] = collation
        checks = sorted(domain.checks, key=lambda check: check.name)
        if checks:
            keywords["constraint_name"], keywords["check"] = checks[0].name, self.checks(checks[0].text, domain.type)
        return _DOMAIN(domain.name.name, inner, **keywords)


def collation_of(domain: Domain, catalog: Catalog) -> str | None:
    """Return the collation of a domain: its own, or that of its base type."""
    while domain.collation is None and domain.type.name in catalog.domains:
        domain = catalog.domains[domain.type.name]
    has_collation = domain.type.name.schema is None and domain.type.name.name in _COLLATABLE
    return domain.collation or ("default" if has_collation else None)


def arguments(kind: Type) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments for the class of a type."""
    name, modifiers = kind.name.name, list(kind.modifiers)
    if kind.name.schema is not None:
        return [], {}
    if name == "interval":
        keywords: dict[str, Any] = {"fields": modifiers[0]} if modifiers and modifiers[0] else {}
        return [], {**keywords, "precision": int(modifiers[1])} if modifiers[1:] else keywords
    if name in ("timestamp", "timestamptz", "time", "timetz"):
        keywords = {"timezone": name.endswith("tz")}
        return [], {**keywords, "precision": int(modifiers[0])} if modifiers else keywords
    if name == "float8":
        return [53], {}
    if name == "varbit":
        return [int(item) for item in modifiers], {"varying": True}
    if name == "numeric":
        return [int(item) for item in modifiers], {}
    return [int(item) if number == 0 and item.isdigit() else item for number, item in enumerate(modifiers)], {}
