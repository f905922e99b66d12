"""The contract on public modules finds an imported module without a name in the docstring, and an unneeded name."""

from __future__ import annotations

from typing import Any

import pytest
from grimp import build_graph

from tests.support.public_modules import PublicModulesContract, named_modules


@pytest.mark.parametrize(
    ("docstring", "names"),
    [
        ("Reads.\n\nIn: a file. Out: a value.", []),
        ("Reads.\n\nIn: a file. Other packages import `graph`.", ["graph"]),
        ("Other packages import `a`, `b.c`\nand `d_e`. Knows no `f`.", ["a", "b.c", "d_e"]),
        ("Other packages import nothing. `a` is private.", []),
    ],
)
def test_the_sentence_names_modules(docstring: str, names: list[str]) -> None:
    assert named_modules(docstring) == names


def _problems(graph: Any) -> list[str]:
    contract = PublicModulesContract("private", {"root_packages": ["git_alembic"]}, {})
    problems: list[str] = contract.check(graph, verbose=False).metadata["problems"]
    return problems


def test_an_import_of_a_private_module_breaks_it() -> None:
    graph = build_graph("git_alembic")
    assert _problems(graph) == []
    graph.add_import(importer="git_alembic.cli", imported="git_alembic.history.graph_algorithms.graph_traversal")
    assert _problems(graph) == ["git_alembic.cli imports git_alembic.history.graph_algorithms.graph_traversal"]


def test_an_unused_module_must_not_be_named() -> None:
    graph = build_graph("git_alembic")
    graph.remove_import(importer="git_alembic.commands.explain", imported="git_alembic.git.pager_setting")
    assert _problems(graph) == ["no other package imports git_alembic.git.pager_setting"]
