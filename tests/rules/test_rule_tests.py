"""Every rule has a test file with two tables and the override."""

from __future__ import annotations

import ast
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


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.about], ids=lambda rule: rule.slug)
def test_every_reported_change_has_the_subject_of_the_rule(rule: Rule) -> None:
    fires = import_module(f"tests.rules.test_{rule.slug.replace('-', '_')}").FIRES
    assert fires
    assert [name for name, (made, *_) in fires.items() if not rule.concerns(made)] == []
