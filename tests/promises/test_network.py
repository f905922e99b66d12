"""No module of git-alembic opens a connection: there is no telemetry, and only git contacts the remote."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "hooks" / "git_alembic"
PROBE = PACKAGE / "scratch" / "probe"  # it blocks the project's connections, so it names these modules
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket", "ssl", "urllib3"}


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def opens_connections(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in NETWORK or module.startswith("urllib.request")


@pytest.mark.parametrize("module", ["socket", "http.client", "urllib.request.urlopen", "requests.get"])
def test_a_network_module_is_found(module: str) -> None:
    assert opens_connections(module)
    assert not opens_connections("urllib.parse.quote")


def test_no_module_opens_a_connection() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if PROBE not in path.parents]
    assert len(modules) > 50
    found = {
        (path.name, name)
        for path in modules
        for name in imports(path.read_text(encoding="utf-8"))
        if opens_connections(name)
    }
    assert found == set()
