"""Which connections lead to this machine."""

from __future__ import annotations

import pytest

from git_alembic.database.inspection_result import DatabaseState, Url
from git_alembic.database.sync.local_databases import describe_other_hosts, is_local


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
     "1270.0.0.1", "shop.db"],
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
