"""The answer of the probe as values, the names of a database in messages, and which databases are local."""

from __future__ import annotations

from typing import Any

import pytest

from git_alembic.database.database_state import (
    Attempt,
    CodeLine,
    ConfiguredUrl,
    DatabaseState,
    InspectionResult,
    Origin,
    Url,
    Version,
    describe_other_hosts,
    is_local,
    parse_inspection,
)
from git_alembic.scratch.scratch_result import Failure

URL = {"text": "sqlite:///shop.db", "driver": "sqlite", "host": None, "port": None, "database": "shop.db", "user": None}
DATABASE: dict[str, Any] = {
    "name": "engine1",
    "url": URL,
    "dialect": "sqlite",
    "server": "SQLite 3.40",
    "origins": [{"kind": "ini", "name": "sqlalchemy.url", "file": None}],
    "agrees": True,
    "version_table": "versions",
    "version_table_schema": "acme",
    "version": {"exists": True, "columns": ["version_num"], "rows": ["a", None]},
    "tables": ["users"],
    "models": ["posts"],
    "contents": {"table users": ""},
    "differences": ["op.a()"],
    "file": "/shop.db",
    "hosts": ["localhost"],
    "uncommitted": {"path": "env.py", "line": 3},
    "schema": "acme",
    "schemas": ["acme"],
    "shares_database": False,
    "statements": ["CREATE TABLE users"],
    "undefined": "a view",
    "counts": {"table users": 3},
}
ANSWER: dict[str, Any] = {
    "databases": [DATABASE],
    "failure": {"kind": "project", "stage": "environment", "type": "ValueError", "message": "no"},
    "urls": [URL],
    "configured": {"kind": "ini", "url": "sqlite:///other.db", "is_placeholder": False},
    "attempts": [
        {"dialect": "sqlite", "driver": "pysqlite", "host": None, "port": None, "database": "shop.db", "user": None,
         "is_connected": True},
    ],
    "absent": ["/a.db"],
    "interrupted": ["/b.db"],
    "refused": ["c"],
    "versions": {"alembic": "1.20"},
}  # fmt: skip
SHOP = Url("sqlite:///shop.db", "sqlite", database="shop.db")


def test_the_whole_answer() -> None:
    assert parse_inspection(ANSWER) == InspectionResult(
        databases=(
            DatabaseState(
                name="engine1",
                url=SHOP,
                dialect="sqlite",
                server="SQLite 3.40",
                origins=(Origin("ini", "sqlalchemy.url"),),
                is_configured=True,
                version_table="acme.versions",
                version=Version(exists=True, columns=("version_num",), rows=("a", None)),
                tables=("users",),
                models=("posts",),
                contents={"table users": ""},
                differences=("op.a()",),
                file="/shop.db",
                hosts=("localhost",),
                uncommitted=CodeLine("env.py", 3),
                schema_name="acme",
                schemas=("acme",),
                has_named_schema=True,
                statements=("CREATE TABLE users",),
                undefined="a view",
                counts={"table users": 3},
            ),
        ),
        failure=Failure("project", "environment", "ValueError", "no"),
        urls=(SHOP,),
        configured=ConfiguredUrl("ini", "sqlite:///other.db"),
        attempts=(Attempt("sqlite", "pysqlite", None, None, "shop.db", None, is_connected=True),),
        missing=("/a.db",),
        interrupted=("/b.db",),
        refused=("c",),
        versions={"alembic": "1.20"},
    )


def test_an_answer_without_the_optional_parts() -> None:
    optional = {"contents", "differences", "statements", "undefined"}
    database = {name: value for name, value in DATABASE.items() if name not in optional}
    database |= {"hosts": None, "uncommitted": None, "version_table_schema": None, "schema": None}
    found = parse_inspection({**ANSWER, "databases": [database], "failure": None, "configured": None})
    (state,) = found.databases
    assert (found.failure, found.configured) == (None, None)
    assert (state.contents, state.differences, state.statements, state.undefined) == (None, None, None, "")
    assert (state.hosts, state.uncommitted, state.version_table, state.has_named_schema) == (
        None,
        None,
        "versions",
        False,
    )


@pytest.mark.parametrize(
    ("name", "fields", "label"),
    [
        ("", {}, ""),
        ("engine1", {"schema_name": "acme"}, "engine1"),
        ("", {"schema_name": "acme", "shares_database": True}, "schema acme"),
        ("engine1", {"schema_name": "acme", "has_named_schema": True}, "engine1, schema acme"),
    ],
)
def test_what_distinguishes_a_database(name: str, fields: dict[str, Any], label: str) -> None:
    state = DatabaseState(name, SHOP, "sqlite", **fields)
    assert (state.label, state.url_with_label) == (label, f"{SHOP.text} ({label})" if label else SHOP.text)


def database(*hosts: str) -> DatabaseState:
    return DatabaseState("", Url("", ""), "postgresql", hosts=hosts)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:5432", "127.0.0.1", "127.0.0.1:5432", "127.8.9.1", "::1", "[::1]", "[::1]:5432",
        "0.0.0.0", "::ffff:127.0.0.1", "/var/run/postgresql", "/srv/shop.db", "@abstract",  # noqa: S104 - no socket is bound
    ],
)  # fmt: skip
def test_this_machine(host: str) -> None:
    assert (is_local(database(host)), describe_other_hosts(database(host))) == (True, "")


@pytest.mark.parametrize(
    "host",
    ["db.example.org", "db.example.org:5432", "10.0.0.1", "[2001:db8::1]:5432", "2001:db8::1", "localhost.example.org",
     "1270.0.0.1", "127.example.org", "::ffff:127.example.org", "::ffff:10.0.0.1", "shop.db"],
)  # fmt: skip
def test_another_machine(host: str) -> None:
    assert (is_local(database(host)), describe_other_hosts(database(host))) == (False, host)


def test_all_hosts_must_be_local() -> None:
    assert is_local(database("localhost", "/run"))
    assert not is_local(database("localhost", "a", "b"))
    assert describe_other_hosts(database("localhost", "a", "b")) == "a, b"


def test_without_a_host_nothing_is_local() -> None:
    assert not is_local(database())
    assert not is_local(DatabaseState("", Url("", ""), "postgresql"))
