"""What was seen of the project's own databases, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from git_alembic.scratch.result import Failure


@dataclass(frozen=True, slots=True)
class Url:
    """Where a database is; `text` is the whole URL without its password."""

    text: str
    driver: str
    host: str | None = None
    port: int | None = None
    database: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A place that has the URL: see `scratch/probe/project/url_origin.py`. `file` is "" where the file is not known."""

    kind: str
    name: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """The version table: whether it is there, its columns, and what it holds (None is NULL)."""

    exists: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """One database, in the order of env.py; `name` is what env.py calls it, "" for the only one.

    `agrees` says whether the configuration means this database, None where it means none. `schema` and `differences`
    (what autogenerate would do) are there where the version table says nothing, `differences` only if it could be told.
    """

    name: str
    url: Url
    dialect: str
    server: str = ""
    origins: tuple[Origin, ...] = ()
    agrees: bool | None = None
    version_table: str = "alembic_version"
    version: Version = field(default_factory=Version)
    tables: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    schema: Mapping[str, str] | None = None
    differences: tuple[str, ...] | None = None
    file: str = ""  # of an SQLite database


@dataclass(frozen=True, slots=True)
class Attempt:
    """A connection that was tried."""

    dialect: str
    driver: str
    host: str | None
    port: int | str | None
    database: str | None
    user: str | None
    connected: bool


@dataclass(frozen=True, slots=True)
class Configured:
    """What the configuration says: `kind` is "ini" or "pyproject"."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Look:
    """What running env.py showed; `urls` are those of all engines, `missing` SQLite files that are not there,
    `interrupted` those whose last write was not finished.
    """

    databases: tuple[Sight, ...] = ()
    failure: Failure | None = None
    urls: tuple[Url, ...] = ()
    configured: Configured | None = None
    attempts: tuple[Attempt, ...] = ()
    missing: tuple[str, ...] = ()
    interrupted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


def look_of(answer: Mapping[str, Any]) -> Look:
    """The answer of `scratch/probe/inspect_databases.py`, as values."""
    configured, failure = answer["configured"], answer["failure"]
    return Look(
        tuple(map(_sight, answer["databases"])),
        Failure(**failure) if failure else None,
        tuple(Url(**one) for one in answer["urls"]),
        Configured(**configured) if configured else None,
        tuple(Attempt(**one) for one in answer["attempts"]),
        tuple(answer["absent"]),
        tuple(answer["interrupted"]),
        tuple(answer["refused"]),
        answer["versions"],
    )


def _sight(answer: Mapping[str, Any]) -> Sight:
    version, differences = answer["version"], answer.get("differences")
    schema, table = answer["version_table_schema"], answer["version_table"]
    return Sight(
        answer["name"],
        Url(**answer["url"]),
        answer["dialect"],
        answer["server"],
        tuple(Origin(**one) for one in answer["origins"]),
        answer["agrees"],
        f"{schema}.{table}" if schema else table,
        Version(version["exists"], tuple(version["columns"]), tuple(version["rows"])),
        tuple(answer["tables"]),
        tuple(answer["models"]),
        answer.get("schema"),
        None if differences is None else tuple(differences),
        answer["file"],
    )
