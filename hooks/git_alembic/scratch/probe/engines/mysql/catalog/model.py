"""The contents of one server: databases with tables and views. A change replaces whole values."""

from __future__ import annotations

from dataclasses import dataclass, field

MYSQL, MARIADB = "8.0.40", "10.11.14-MariaDB"


@dataclass(frozen=True)
class Type:
    """A data type as the server writes it: `name(arguments) unsigned zerofill`."""

    name: str
    arguments: tuple[str, ...] = ()
    unsigned: bool = False
    zerofill: bool = False

    @property
    def text(self) -> str:
        arguments = "({})".format(",".join(self.arguments)) if self.arguments else ""
        return self.name + arguments + " unsigned" * self.unsigned + " zerofill" * self.zerofill


@dataclass(frozen=True)
class Column:
    """`default`, `on_update`, `generated` and `check` are as SHOW CREATE TABLE prints them, or empty.

    Only strings have a collation. `explicit` is true if the definition named it.
    """

    number: int
    name: str
    type: Type
    nullable: bool = True
    default: str = ""
    on_update: str = ""
    collation: str = ""
    explicit: bool = False
    auto: bool = False
    comment: str = ""
    generated: str = ""
    stored: bool = False
    check: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a key: a column, or an expression."""

    column: str
    length: int = 0
    descending: bool = False
    expression: str = ""


@dataclass(frozen=True)
class Key:
    """`kind` is PRIMARY, UNIQUE, FULLTEXT, SPATIAL or "". The server creates a `generated` key for a foreign key."""

    name: str
    parts: tuple[Part, ...]
    kind: str = ""
    generated: bool = False
    comment: str = ""
    tail: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(part.column for part in self.parts)


@dataclass(frozen=True)
class ForeignKey:
    name: str
    columns: tuple[str, ...]
    database: str
    table: str
    referred: tuple[str, ...]
    on_delete: str = ""
    on_update: str = ""


@dataclass(frozen=True)
class Check:
    name: str
    text: str
    enforced: bool = True


@dataclass(frozen=True)
class Table:
    """`number` and the numbers of the columns never change. Temporary tables are not listed."""

    number: int
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    collation: str = ""
    comment: str = ""
    engine: str = "InnoDB"
    options: tuple[tuple[str, str], ...] = ()
    partitions: str = ""
    temporary: bool = False


@dataclass(frozen=True)
class View:
    text: str


@dataclass
class Database:
    collation: str
    tables: dict[str, Table] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    routines: dict[str, str] = field(default_factory=dict)


@dataclass
class Catalog:
    """`version` identifies the server; `last` is the last number of a table or column."""

    version: str
    databases: dict[str, Database] = field(default_factory=dict)
    last: int = 0

    @property
    def is_mariadb(self) -> bool:
        return "MariaDB" in self.version

    def next_number(self) -> int:
        self.last += 1
        return self.last
