"""What a database holds, as values: a change makes new ones, so that a copy of the catalog is a copy of its dictionaries.

Types and texts are in the server's own canonical form. What users made is named with its schema; a schema of None is
that of what the server brings along. Nothing here knows a dialect.
"""

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, Mapping, Optional, Tuple

Names = Tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """A relation or type, and the schema that holds it."""

    schema: Optional[str]
    name: str


@dataclass(frozen=True)
class Type:
    """A type: `varchar(50)[]` is `Type(Name(None, "varchar"), ("50",), 1)`."""

    name: Name
    modifiers: Names = ()
    dimensions: int = 0


@dataclass(frozen=True)
class Identity:
    """How GENERATED … AS IDENTITY counts."""

    always: bool
    options: Mapping[str, int]
    cycle: bool = False


@dataclass(frozen=True)
class Column:
    """A column; `number` stays with it for life, whatever it is called."""

    name: str
    number: int
    type: Type
    not_null: bool = False
    default: Optional[str] = None
    generated: Optional[str] = None
    stored: bool = True
    identity: Optional[Identity] = None
    collation: Optional[str] = None
    comment: Optional[str] = None
    inherited: bool = False


@dataclass(frozen=True)
class Key:
    """A primary key or unique constraint; its index bears its name."""

    name: str
    columns: Names
    include: Names = ()
    nulls_not_distinct: bool = False
    deferrable: bool = False
    deferred: bool = False
    comment: Optional[str] = None


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key. Actions are as SQL spells them, or empty for NO ACTION."""

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
    comment: Optional[str] = None


@dataclass(frozen=True)
class Check:
    """A check constraint, and the columns that it speaks of."""

    name: str
    text: str
    columns: Names
    no_inherit: bool = False
    not_valid: bool = False
    inherited: bool = False
    comment: Optional[str] = None


@dataclass(frozen=True)
class Part:
    """What an index sorts by: a column or an expression (as text), how."""

    column: Optional[str]
    expression: Optional[str] = None
    descending: bool = False
    nulls_first: bool = False
    operators: Optional[str] = None
    collation: Optional[str] = None
    excluding: Optional[str] = None


@dataclass(frozen=True)
class Index:
    """An index of a table or materialized view, in the schema of that."""

    name: Name
    table: Name
    parts: Tuple[Part, ...]
    unique: bool = False
    using: str = "btree"
    include: Names = ()
    where: Optional[str] = None
    columns: FrozenSet[str] = frozenset()
    nulls_not_distinct: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    excludes: bool = False
    comment: Optional[str] = None


@dataclass(frozen=True)
class Table:
    """A table, its columns and what constrains them."""

    name: Name
    number: int
    columns: Tuple[Column, ...] = ()
    primary_key: Optional[Key] = None
    uniques: Tuple[Key, ...] = ()
    foreign_keys: Tuple[ForeignKey, ...] = ()
    checks: Tuple[Check, ...] = ()
    comment: Optional[str] = None
    last_column: int = 0
    parents: Tuple[Name, ...] = ()
    partition: bool = False
    partitioned: Optional[str] = None
    temporary: bool = False


@dataclass(frozen=True)
class View:
    """A view, materialized or not, and what its query reads."""

    name: Name
    columns: Tuple[Column, ...]
    text: str
    reads: Tuple[Name, ...] = ()
    materialized: bool = False
    comment: Optional[str] = None


@dataclass(frozen=True)
class Sequence:
    """A sequence, and the column (table, column name) that it goes away with."""

    name: Name
    owner: Optional[Tuple[Name, str]] = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Enum:
    name: Name
    labels: Names
    comment: Optional[str] = None


@dataclass(frozen=True)
class Domain:
    name: Name
    type: Type
    not_null: bool = False
    default: Optional[str] = None
    collation: Optional[str] = None
    checks: Tuple[Check, ...] = ()
    comment: Optional[str] = None


@dataclass(frozen=True)
class Composite:
    """A composite or range type: what has a name and no labels."""

    name: Name
    columns: Tuple[Column, ...] = ()


@dataclass
class Catalog:
    """All that a database holds. Functions, triggers, extensions and roles are known by name alone."""

    schemas: Dict[str, Optional[str]] = field(default_factory=lambda: {"public": "standard public schema"})
    search_path: Names = ("public",)
    tables: Dict[Name, Table] = field(default_factory=dict)
    indexes: Dict[Name, Index] = field(default_factory=dict)
    views: Dict[Name, View] = field(default_factory=dict)
    sequences: Dict[Name, Sequence] = field(default_factory=dict)
    enums: Dict[Name, Enum] = field(default_factory=dict)
    domains: Dict[Name, Domain] = field(default_factory=dict)
    composites: Dict[Name, Composite] = field(default_factory=dict)
    functions: Dict[str, Optional[str]] = field(default_factory=dict)
    triggers: Dict[str, Name] = field(default_factory=dict)
    extensions: Dict[str, str] = field(default_factory=dict)
    last_table: int = 16384

    def copy(self) -> "Catalog":
        """A catalog that changes of this one do not reach."""
        return Catalog(**{name: _own(value) for name, value in vars(self).items()})

    def restore(self, earlier: "Catalog") -> None:
        """Become what the catalog was when it was copied."""
        vars(self).update(vars(earlier.copy()))


def _own(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value
