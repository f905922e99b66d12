"""Every rule has a test file with two tables, the override, a baseline and a merge."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from git_alembic.rules.rule_defaults import RULES, Rule

HERE = Path(__file__).parent


@pytest.mark.parametrize("slug", [rule.slug for rule in RULES])
def test_a_rule_has_its_file_with_both_tables(slug: str) -> None:
    tree = ast.parse((HERE / f"test_{slug.replace('-', '_')}.py").read_text(encoding="utf-8"))
    names = {name.id for name in ast.walk(tree) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert names >= {"FIRES", "SILENT"}
    assert tests >= {"test_fires", "test_stays_silent"}
    assert any("override" in name for name in tests)


@pytest.mark.parametrize("slug", [rule.slug for rule in RULES])
def test_the_tables_have_a_row_for_a_baseline_and_for_a_merge(slug: str) -> None:
    """The names say so: the baseline has the offense already, and a merge commit brings it."""
    module = import_module(f"tests.rules.test_{slug.replace('-', '_')}")
    fires, silent = list(module.FIRES), list(module.SILENT)
    assert [name for name in silent if re.match("(a|the) baseline ", name)], silent
    assert [name for name in fires if re.match("a merge (?!revision)", name)], fires


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.about], ids=lambda rule: rule.slug)
def test_every_reported_change_has_the_subject_of_the_rule(rule: Rule) -> None:
    fires = import_module(f"tests.rules.test_{rule.slug.replace('-', '_')}").FIRES
    assert [name for name, (made, *_) in fires.items() if not rule.concerns(made)] == []
