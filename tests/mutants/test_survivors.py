"""A mutant is imported in place of its module."""

from __future__ import annotations

from importlib.util import module_from_spec
from pathlib import Path

import pytest

from tests.mutants.mutations import Mutant
from tests.mutants.survivors import MutantFinder


@pytest.mark.parametrize(
    ("module", "name", "package"),
    [("rules/x.py", "git_alembic.rules.x", None), ("rules/__init__.py", "git_alembic.rules", "rules")],
)
def test_only_the_mutated_module_is_replaced(tmp_path: Path, module: str, name: str, package: str | None) -> None:
    path = f"hooks/git_alembic/{module}"
    finder = MutantFinder(tmp_path, Mutant(path, "x = 2\n", ""))
    assert finder.find_spec("git_alembic") is None
    spec = finder.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    assert spec.origin == str(tmp_path / path)
    folders = None if package is None else [str(tmp_path / "hooks/git_alembic" / package)]
    assert spec.submodule_search_locations == folders
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.x == 2
