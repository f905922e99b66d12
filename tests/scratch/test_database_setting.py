"""The real server of a run, and what stays of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotCheck
from git_alembic.scratch.database_setting import ScratchServer, uses_server
from git_alembic.scratch.interpreter.probe_interface import ProvidedTree

URL = "postgresql://db/x"


class LiteralProbe:
    """A probe that knows the remaining databases, or refuses to look for them."""

    can_cache = False

    def __init__(self, remaining: list[str] | CannotCheck) -> None:
        self.remaining = remaining
        self.calls: list[tuple[str, str]] = []

    def clear_server(self, url: str, prefix: str) -> list[str]:
        self.calls.append((url, prefix))
        if isinstance(self.remaining, CannotCheck):
            raise self.remaining
        return self.remaining

    def provide(self, source: str, environment: Environment, more_versions: Mapping[str, bytes]) -> ProvidedTree:
        raise AssertionError(source, environment, more_versions)

    def make_state(self, original: str | None) -> str:
        raise AssertionError(original)


@pytest.mark.parametrize(
    ("database", "expected"),
    [("scratch", False), ("sqlite", False), ("embedded-postgresql", True), (URL, True), ("postgresql", False)],
)
def test_settings_that_name_a_server(database: str, expected: bool) -> None:
    assert uses_server(database) is expected


def test_each_run_has_its_own_names() -> None:
    first, second = (ScratchServer(URL, is_embedded=False).describe() for _ in range(2))
    assert (first["database"], first["embedded"]) == (URL, False)
    assert re.fullmatch(r"git_alembic_\d{14}_[0-9a-f]{6}", str(first["prefix"]))
    assert first["prefix"] != second["prefix"]


@pytest.mark.parametrize("remaining", [[], ["git_alembic_1"]])
def test_databases_are_dropped(remaining: list[str]) -> None:
    server, probe = ScratchServer(URL, is_embedded=False), LiteralProbe(remaining)
    server.clear(probe)
    assert probe.calls == [(URL, server.describe()["prefix"])]
    assert server.not_dropped == remaining


def test_databases_that_cannot_be_dropped() -> None:
    server = ScratchServer(URL, is_embedded=False)
    server.clear(LiteralProbe(CannotCheck("no connection")))
    assert server.not_dropped == [f"{server.describe()['prefix']}_* (no connection)"]


def test_an_embedded_server_ends_with_its_databases() -> None:
    server, probe = ScratchServer(URL, is_embedded=True), LiteralProbe(["x"])
    server.clear(probe)
    assert (probe.calls, server.not_dropped, server.describe()["embedded"]) == ([], [], True)
