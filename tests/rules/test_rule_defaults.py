"""The properties of every rule, apart from its findings."""

from __future__ import annotations

from git_alembic.rules.rule_defaults import BY_SLUG, RULES, Rule

PLAIN = Rule("", "error")
STRUCTURAL = PLAIN._replace(structural=True)
ON_SCRATCH = PLAIN._replace(on_scratch=True)
TABLE = {
    "unreadable-revision": STRUCTURAL,
    "duplicate-revision": STRUCTURAL,
    "revision-cycle": STRUCTURAL,
    "missing-parent": STRUCTURAL,
    "multiple-heads": STRUCTURAL,
    "divergent-heads": PLAIN._replace(default="warning", beyond_commit="error", about="forecasts"),
    "extra-base": PLAIN,
    "heads-file": PLAIN._replace(structural=True, in_file_override=False, about="heads_file"),
    "deleted-revision": PLAIN._replace(in_file_override=False, about="deleted_ids"),
    "changed-revision-id": PLAIN._replace(about="deleted_ids"),
    "changed-down-revision": PLAIN._replace(about="changed_revisions"),
    "renamed-revision": PLAIN._replace(default="warning", about="changed_revisions"),
    "edited-revision": PLAIN._replace(default="warning", about="changed_revisions"),
    "long-revision-id": PLAIN,
    "misnamed-file": PLAIN._replace(default="warning"),
    "merge-revision": PLAIN._replace(default="off"),
    "stale-docstring": PLAIN._replace(default="warning"),
    "untracked-import": ON_SCRATCH._replace(in_file_override=False),
    "broken-upgrade": ON_SCRATCH,
    "broken-downgrade": ON_SCRATCH,
    "lossy-downgrade": ON_SCRATCH._replace(default="warning"),
    "model-drift": ON_SCRATCH._replace(in_file_override=False),
}


def test_the_table() -> None:
    assert {rule.slug: rule._replace(slug="") for rule in RULES} == TABLE


def test_the_defaults_of_a_rule() -> None:
    assert PLAIN == ("", "error", None, False, True, False, "")


def test_a_rule_is_found_by_its_slug() -> None:
    assert {slug: rule.slug for slug, rule in BY_SLUG.items()} == {slug: slug for slug in TABLE}
