"""What the probe read from the project's databases, as values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from git_alembic.scratch.scratch_result import Failure

_LOCAL = ("localhost", "0.0.0.0")  # noqa: S104 - no socket is bound


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of a database URL. `text` is the whole URL without the password."""

    text: str
    driver: str
    host: str | None = None
    port: int | None = None
    database: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A place that the URL comes from: see `scratch/probe/project_databases/url_origin.py`. `file` is "" if unknown."""

    kind: str
    name: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """The version table: whether it exists, its columns, and its rows (None is NULL)."""

    exists: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of the project's code. `path` is relative to the repository root, None if unknown."""

    path: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """One database, in the order of env.py. `name` is env.py's name for it, "" if there is only one.

    `is_configured` says whether the configuration names this database, None if it names none. `contents` and
    `differences` (autogenerate's operations) are None if they were not requested or autogenerate failed.
    """

    name: str
    url: Url
    dialect: str
    server: str = ""
    origins: tuple[Origin, ...] = ()
    is_configured: bool | None = None
    version_table: str = "alembic_version"
    version: Version = field(default_factory=Version)
    tables: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    contents: Mapping[str, str] | None = None  # see `scratch/probe/schema_description.py`
    differences: tuple[str, ...] | None = None
    file: str = ""  # the path of an SQLite database
    hosts: tuple[str, ...] | None = None  # see `scratch/probe/project_databases/hosts_of_database_connection.py`
    uncommitted: CodeLine | None = None  # where env.py begins a transaction without a commit
    schema_name: str | None = None  # of the version table
    schemas: tuple[str, ...] = ("",)  # of the tables; "" is the default schema
    shares_database: bool = False  # other version tables are in it too
    has_named_schema: bool = False  # env.py names the schema of the version table
    statements: tuple[str, ...] | None = None  # the statements that recreate the schema
    undefined: str = ""  # why there are no statements
    counts: Mapping[str, int | None] = field(default_factory=dict)  # of requested tables and columns

    @property
    def label(self) -> str:
        """What distinguishes it from the other databases of env.py: "engine1, schema acme"; "" if nothing does."""
        schema = f"schema {self.schema_name}" if self.shares_database or self.has_named_schema else ""
        return ", ".join(filter(None, (self.name, schema)))

    @property
    def url_with_label(self) -> str:
        """The URL, with the label in parentheses if there is one, for messages."""
        return f"{self.url.text} ({self.label})" if self.label else self.url.text


@dataclass(frozen=True, slots=True)
class Attempt:
    dialect: str
    driver: str
    host: str | None
    port: int | str | None
    database: str | None
    user: str | None
    is_connected: bool


@dataclass(frozen=True, slots=True)
class ConfiguredUrl:
    """The configuration: `kind` is "ini" or "pyproject". A placeholder is a URL that means no database."""

    kind: str
    url: str
    is_placeholder: bool = False


@dataclass(frozen=True, slots=True)
class InspectionResult:
    """The results of a run of env.py.

    `urls` are those of all engines. `missing` are SQLite files that don't exist, `interrupted` those whose last write
    wasn't finished.
    """

    databases: tuple[DatabaseState, ...] = ()
    failure: Failure | None = None
    urls: tuple[Url, ...] = ()
    configured: ConfiguredUrl | None = None
    attempts: tuple[Attempt, ...] = ()
    missing: tuple[str, ...] = ()
    interrupted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


def parse_inspection(answer: Mapping[str, Any]) -> InspectionResult:
    """Return the answer of `scratch/probe/project_databases/inspect_databases.py` as values."""
    configured, failure = answer["configured"], answer["failure"]
    return InspectionResult(
        tuple(map(_database_state, answer["databases"])),
        Failure(**failure) if failure else None,
        tuple(Url(**url) for url in answer["urls"]),
        ConfiguredUrl(**configured) if configured else None,
        tuple(Attempt(**attempt) for attempt in answer["attempts"]),
        tuple(answer["absent"]),
        tuple(answer["interrupted"]),
        tuple(answer["refused"]),
        answer["versions"],
    )


def _database_state(answer: Mapping[str, Any]) -> DatabaseState:
    version, differences = answer["version"], answer.get("differences")
    schema, table = answer["version_table_schema"], answer["version_table"]
    return DatabaseState(
        answer["name"],
        Url(**answer["url"]),
        answer["dialect"],
        answer["server"],
        tuple(Origin(**origin) for origin in answer["origins"]),
        answer["agrees"],
        f"{schema}.{table}" if schema else table,
        Version(version["exists"], tuple(version["columns"]), tuple(version["rows"])),
        tuple(answer["tables"]),
        tuple(answer["models"]),
        answer.get("contents"),
        None if differences is None else tuple(differences),
        answer["file"],
        None if answer["hosts"] is None else tuple(answer["hosts"]),
        CodeLine(**answer["uncommitted"]) if answer["uncommitted"] else None,
        answer["schema"],
        tuple(answer["schemas"]),
        answer["shares_database"],
        bool(answer["version_table_schema"]),
        None if answer.get("statements") is None else tuple(answer["statements"]),
        answer.get("undefined", ""),
        answer["counts"],
    )


def is_local(database: DatabaseState) -> bool:
    """True if every host of the connection is this machine. False if it has no host."""
    return bool(database.hosts) and not describe_other_hosts(database)


def describe_other_hosts(database: DatabaseState) -> str:
    """Return the hosts of the connection that aren't this machine, or ""."""
    return ", ".join(host for host in database.hosts or () if not _is_local_host(host))


def _is_local_host(name: str) -> bool:
    """True for a file, a socket and a loopback address."""
    bracketed = name.startswith("[") and "]" in name
    host = name[1:].partition("]")[0] if bracketed else name.partition(":")[0] if name.count(":") == 1 else name
    return host in _LOCAL or os.path.isabs(host) or host.startswith("@") or _is_loopback_address(host)


def _is_loopback_address(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
