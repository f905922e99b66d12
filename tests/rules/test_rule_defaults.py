"""The properties of rules that neither their own tests nor the tests of the docs show."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import git_alembic
from git_alembic.findings.finding import Finding
from git_alembic.rules.rule_defaults import BY_SLUG, CAUSING_RULES, RULES, Rule, is_about

PACKAGE = Path(git_alembic.__file__).parent
TABLES = {"rules/rule_defaults.py", "audit/incident_kinds.py"}
# A setting and a cause that `doctor` reports have the same names as rules.
OTHER_MEANINGS = {"config/settings_parser.py", "database/diagnosis.py", "database/causes/multiple_heads.py"}
STRUCTURAL = {
    "unreadable-revision",
    "duplicate-revision",
    "revision-cycle",
    "missing-parent",
    "multiple-heads",
    "heads-file",
}
NOT_IN_FILE = {"heads-file", "deleted-revision", "untracked-import", "model-drift"}


def test_the_rules_that_check_a_whole_branch() -> None:
    assert {rule.slug for rule in RULES if rule.is_structural} == STRUCTURAL


def test_the_rules_that_no_comment_in_a_revision_file_can_allow() -> None:
    assert {rule.slug for rule in RULES if not rule.has_file_override} == NOT_IN_FILE


@pytest.mark.parametrize(
    ("attribute", "rules"), [("forecasts", ["divergent-heads"]), ("heads_file", ["heads-file"]), ("published", [])]
)
def test_a_finding_is_about_what_its_rule_is_about(attribute: str, rules: list[str]) -> None:
    assert [slug for slug in BY_SLUG if is_about(Finding(slug, "", 0, (), ""), attribute)] == rules


def test_the_rules_whose_findings_are_corrected_in_docstrings() -> None:
    assert [rule.slug for rule in RULES if rule.checks_docstrings] == ["stale-docstring"]


@pytest.mark.parametrize(
    ("field", "slug"),
    [
        ("finds_excess_heads", "multiple-heads"),
        ("finds_unreadable_files", "unreadable-revision"),
        ("needs_every_file", "missing-parent"),
        ("follows_heads", "heads-file"),
    ],
)
def test_the_only_rule_with_a_field(field: str, slug: str) -> None:
    assert [rule.slug for rule in RULES if getattr(rule, field)] == [slug]


def test_the_defaults_of_a_rule() -> None:
    off = Rule("", "error", None, False, True, False, "", False, False, False, False, None, False, ())
    assert Rule("", "error") == off


def test_a_rule_is_found_by_its_slug() -> None:
    assert {slug: rule.slug for slug, rule in BY_SLUG.items()} == {rule.slug: rule.slug for rule in RULES}


def test_every_mistake_can_be_undone() -> None:
    assert {rule.slug for rule in RULES if rule.undo} == set(CAUSING_RULES)


def test_a_finding_follows_only_mistakes() -> None:
    assert {slug for rule in RULES for slug in rule.follows} <= set(CAUSING_RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_rule_tells_when_its_findings_are_consequences_unless_they_are_excess_heads(rule: Rule) -> None:
    module = import_module(f"git_alembic.rules.{rule.slug.replace('-', '_')}")
    assert hasattr(module, "is_consequence") is (bool(rule.follows) and not rule.finds_excess_heads)


def test_only_the_module_of_a_rule_and_the_tables_name_the_rule() -> None:
    modules = {f"rules/{slug.replace('-', '_')}.py": slug for slug in BY_SLUG}
    strings = {
        path: {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        for path, tree in sources(*BY_SLUG).items()
        if path not in TABLES | OTHER_MEANINGS
    }
    others = {path: (found & BY_SLUG.keys()) - {modules.get(path)} for path, found in strings.items()}
    assert {path: slugs for path, slugs in others.items() if slugs} == {}


def test_no_module_takes_the_slug_of_a_rule_from_another_module() -> None:
    for path, tree in sources("SLUG").items():
        names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        names += [name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names]
        assert "SLUG" not in names, path


def sources(*words: str) -> dict[str, ast.Module]:
    """Return the parsed modules of the package whose text has one of the words."""
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    return {path: ast.parse(text) for path, text in texts.items() if any(word in text for word in words)}
