"""The contents of a database, as values. A change replaces values, so copying the dictionaries copies the catalog.

Types and texts are in the server's canonical form. Names of user objects have a schema; built-in ones have None.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable, Mapping, Tuple

Names = Tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """A relation or type, and its schema."""

    schema: str | None
    name: str


@dataclass(frozen=True)
class Type:
    """A type: `varchar(50)[]` is `Type(Name(None, "varchar"), ("50",), 1)`."""

    name: Name
    modifiers: Names = ()
    dimensions: int = 0


@dataclass(frozen=True)
class Identity:
    """GENERATED … AS IDENTITY."""

    always: bool
    options: Mapping[str, int]
    cycle: bool = False


@dataclass(frozen=True)
class Column:
    """A column; its `number` never changes."""

    name: str
    number: int
    type: Type
    not_null: bool = False
    default: str | None = None
    generated: str | None = None
    stored: bool = True
    identity: Identity | None = None
    collation: str | None = None
    comment: str | None = None
    inherited: bool = False


@dataclass(frozen=True)
class Key:
    """A primary key or unique constraint; its index has the same name."""

    name: str
    columns: Names
    include: Names = ()
    nulls_not_distinct: bool = False
    deferrable: bool = False
    deferred: bool = False
    comment: str | None = None


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key. Actions are in SQL's spelling; "" is NO ACTION."""

    name: str
    columns: Names
    table: Name
    referred: Names
    on_delete: str = ""
    on_update: str = ""
    match: str = ""
    deferrable: bool = False
    deferred: bool = False
    not_valid: bool = False
    comment: str | None = None


@dataclass(frozen=True)
class Check:
    """A check constraint and its columns."""

    name: str
    text: str
    columns: Names
    no_inherit: bool = False
    not_valid: bool = False
    inherited: bool = False
    comment: str | None = None


@dataclass(frozen=True)
class Part:
    """A column or expression (as text) of an index, and its order."""

    column: str | None
    expression: str | None = None
    descending: bool = False
    nulls_first: bool = False
    operators: str | None = None
    collation: str | None = None
    excluding: str | None = None  # operator of an exclusion constraint; it only makes parts differ


@dataclass(frozen=True)
class Index:
    """An index of a table or materialized view, in the same schema."""

    name: Name
    table: Name
    parts: tuple[Part, ...]
    unique: bool = False
    using: str = "btree"
    include: Names = ()
    where: str | None = None
    columns: frozenset[str] = frozenset()
    nulls_not_distinct: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    excludes: bool = False
    comment: str | None = None


@dataclass(frozen=True)
class Table:
    """A table with its columns and constraints."""

    name: Name
    number: int
    columns: tuple[Column, ...] = ()
    primary_key: Key | None = None
    uniques: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    comment: str | None = None
    last_column: int = 0
    parents: tuple[Name, ...] = ()
    partition: bool = False
    partitioned: str | None = None
    temporary: bool = False

    def map_constraints(self, change: Callable[[Any], Any]) -> Table:
        """Return the table with each key, foreign key and check replaced by what `change` returns for it."""
        return replace(
            self,
            primary_key=change(self.primary_key) if self.primary_key else None,
            uniques=tuple(change(key) for key in self.uniques),
            foreign_keys=tuple(change(foreign_key) for foreign_key in self.foreign_keys),
            checks=tuple(change(check) for check in self.checks),
        )


@dataclass(frozen=True)
class View:
    """A view, materialized or not, and the relations that it reads."""

    name: Name
    columns: tuple[Column, ...]
    text: str
    reads: tuple[Name, ...] = ()
    materialized: bool = False
    comment: str | None = None


@dataclass(frozen=True)
class Sequence:
    """A sequence, and the (table, column) that owns it."""

    name: Name
    owner: tuple[Name, str] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Enum:
    name: Name
    labels: Names
    comment: str | None = None


@dataclass(frozen=True)
class Domain:
    name: Name
    type: Type
    not_null: bool = False
    default: str | None = None
    collation: str | None = None
    checks: tuple[Check, ...] = ()
    comment: str | None = None


@dataclass(frozen=True)
class Composite:
    """A composite or range type."""

    name: Name
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Function:
    """A user's function: its arguments and result if they are known."""

    schema: str
    arguments: tuple[Type, ...]
    result: Type | None


@dataclass
class Catalog:
    """All objects of a database.

    `attached` are triggers, policies and statistics by kind, name and number of their table. `trigger_functions` has
    the functions of triggers, also of dropped ones.
    """

    schemas: dict[str, str | None] = field(default_factory=lambda: {"public": "standard public schema"})
    search_path: Names = ("public",)
    tables: dict[Name, Table] = field(default_factory=dict)
    indexes: dict[Name, Index] = field(default_factory=dict)
    views: dict[Name, View] = field(default_factory=dict)
    sequences: dict[Name, Sequence] = field(default_factory=dict)
    enums: dict[Name, Enum] = field(default_factory=dict)
    domains: dict[Name, Domain] = field(default_factory=dict)
    composites: dict[Name, Composite] = field(default_factory=dict)
    functions: dict[str, tuple[Function, ...]] = field(default_factory=dict)
    attached: dict[tuple[str, str, int], Name] = field(default_factory=dict)
    trigger_functions: dict[tuple[str, str, int], Name] = field(default_factory=dict)
    extensions: dict[str, str] = field(default_factory=dict)
    last_table: int = 16384

    def copy(self) -> Catalog:
        """Return a copy that later changes do not affect."""
        return Catalog(**{name: _own(value) for name, value in vars(self).items()})

    def restore(self, earlier: Catalog) -> None:
        """Restore an earlier copy."""
        vars(self).update(vars(earlier.copy()))


def _own(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value
