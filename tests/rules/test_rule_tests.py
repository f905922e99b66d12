"""Every rule has a test file with two tables, the override, a baseline and a merge."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from git_alembic.rules.rule_defaults import BY_SLUG, RULES, Rule

HERE = Path(__file__).parent
BASELINE, MERGE = "(a|the) baseline ", "a merge (?!revision)"


def tables(rule: Rule) -> ModuleType:
    """Return the module with the tests of a rule."""
    return import_module(f"tests.rules.test_{rule.slug.replace('-', '_')}")


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
    module = tables(BY_SLUG[slug])
    fires, silent = list(module.FIRES), list(module.SILENT)
    assert [name for name in silent if re.match(BASELINE, name)], silent
    assert [name for name in fires if re.match(MERGE, name)], fires


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.runs_on_scratch], ids=lambda rule: rule.slug)
def test_a_row_that_is_named_for_a_merge_has_two_parents(rule: Rule) -> None:
    merges = {name: made for name, (made, *_) in tables(rule).FIRES.items() if re.match(MERGE, name)}
    assert [name for name, made in merges.items() if len((*made.baselines, *made.unpublished_parents)) != 2] == []


# No baseline excuses what a merge to come would do.
EXCUSED = [rule for rule in RULES if not rule.runs_on_scratch and rule.about != "forecasts"]


@pytest.mark.parametrize("rule", EXCUSED, ids=lambda rule: rule.slug)
def test_a_row_that_is_named_for_a_baseline_is_silent_only_because_of_it(rule: Rule) -> None:
    """It fires without the baseline, or with the published history as the baseline."""
    named = {name: made for name, made in tables(rule).SILENT.items() if re.match(BASELINE, name)}
    others = {
        name: [replace(made, baselines=baselines) for baselines in ((), (made.published,))]
        for name, made in named.items()
    }
    fires = {name: [any(rule.find(other)) for other in made if rule.concerns(other)] for name, made in others.items()}
    assert [name for name, found in fires.items() if not any(found)] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.about], ids=lambda rule: rule.slug)
def test_every_reported_change_has_the_subject_of_the_rule(rule: Rule) -> None:
    assert [name for name, (made, *_) in tables(rule).FIRES.items() if not rule.concerns(made)] == []
