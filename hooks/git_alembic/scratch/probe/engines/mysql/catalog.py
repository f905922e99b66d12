"""The contents of one server: databases with tables and views, and their character sets.

A change replaces whole values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MYSQL, MARIADB = "8.0.40", "10.11.14-MariaDB"
_DEFAULTS = {
    "latin1": "latin1_swedish_ci", "binary": "binary", "latin5": "latin5_turkish_ci", "gbk": "gbk_chinese_ci",
    "gb18030": "gb18030_chinese_ci", "big5": "big5_chinese_ci", "sjis": "sjis_japanese_ci", "ujis": "ujis_japanese_ci",
    "euckr": "euckr_korean_ci",
}  # fmt: skip
_BYTES = {"utf8mb4": 4, "utf8mb3": 3, "utf16": 4, "utf32": 4, "ucs2": 2, "gbk": 2, "big5": 2, "sjis": 2, "gb18030": 4}


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


def canonical_name(name: str) -> str:
    """Return the current name of a character set or collation (`utf8mb3` for `utf8`)."""
    lower = name.lower()
    if lower == "utf8" or lower.startswith("utf8_"):
        return lower.replace("utf8", "utf8mb3", 1)
    return lower


def collation_of(charset: str, is_mariadb: bool) -> str:
    """Return the default collation of a character set."""
    charset = canonical_name(charset)
    if charset == "utf8mb4":
        return "utf8mb4_general_ci" if is_mariadb else "utf8mb4_0900_ai_ci"
    return _DEFAULTS.get(charset, charset + "_general_ci")


def charset_of(collation: str) -> str:
    return collation.partition("_")[0]


def width(collation: str) -> int:
    """Return the maximum number of bytes of a character."""
    return _BYTES.get(charset_of(collation), 1)
