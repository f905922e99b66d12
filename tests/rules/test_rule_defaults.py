"""The properties of rules that neither their own tests nor the tests of the docs show."""

from __future__ import annotations

from git_alembic.rules.rule_defaults import BY_SLUG, RULES, Rule

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
    assert {rule.slug for rule in RULES if rule.structural} == STRUCTURAL


def test_the_rules_that_no_comment_in_a_revision_file_can_allow() -> None:
    assert {rule.slug for rule in RULES if not rule.in_file_override} == NOT_IN_FILE


def test_the_defaults_of_a_rule() -> None:
    assert Rule("", "error") == ("", "error", None, False, True, False, "")


def test_a_rule_is_found_by_its_slug() -> None:
    assert {slug: rule.slug for slug, rule in BY_SLUG.items()} == {rule.slug: rule.slug for rule in RULES}
