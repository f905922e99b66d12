"""The contract on allowed imports finds every import that isn't listed."""

from __future__ import annotations

from typing import Any

import pytest
from grimp import build_graph

from tests.support.allowed_imports import AllowedImportsContract

CHANNEL, PROBE = "git_alembic.scratch.channel", "git_alembic.scratch.probe"


def _problems(graph: Any, package: str, allowed: list[str]) -> list[str]:
    options = {"package": package, "allowed": allowed}
    contract = AllowedImportsContract("allowed", {"root_packages": ["git_alembic"]}, options)
    problems: list[str] = contract.check(graph, verbose=False).metadata["problems"]
    return problems


@pytest.mark.parametrize(
    "module", ["git_alembic", "git_alembic.config.settings", "git_alembic.scratch.libpg_query_path", f"{PROBE}.main"]
)
def test_an_import_that_is_not_listed_breaks_it(module: str) -> None:
    graph = build_graph("git_alembic")
    assert _problems(graph, CHANNEL, []) == []
    graph.add_import(importer=f"{CHANNEL}.frames", imported=module)
    assert _problems(graph, CHANNEL, []) == [f"{CHANNEL}.frames imports {module}"]


def test_a_listed_package_includes_its_modules() -> None:
    graph = build_graph("git_alembic")
    assert _problems(graph, PROBE, [CHANNEL]) == []
    graph.add_import(importer=f"{PROBE}.main", imported=f"{CHANNEL}.frames")
    graph.add_import(importer=f"{PROBE}.main", imported=f"{CHANNEL}_2")
    assert _problems(graph, PROBE, [CHANNEL]) == [f"{PROBE}.main imports {CHANNEL}_2"]
