"""The README names every rule and command; test_transcripts.py compares its console blocks."""

from __future__ import annotations

import re
from pathlib import Path

from git_alembic.cli import COMMANDS
from git_alembic.rules.rule_defaults import BY_SLUG as RULES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = r"(?m)^\| \[([a-z-]+)\]\(docs/rules/([a-z-]+)\.md\) \| ([^|]*) \| [^|]* \| ([^|]*) \|$"


def test_every_rule_is_in_the_table() -> None:
    """The table names the rules that need a scratch database, and each rule's default severity."""
    rows = re.findall(ROW, README)
    assert {slug for slug, page, *_ in rows if slug == page} == set(RULES)
    assert len(rows) == len(RULES)
    for slug, _, reported_by, default in rows:
        rule = RULES[slug]
        assert (reported_by == "`check`") is not rule.runs_on_scratch, slug
        pushed = rule.beyond_commit or rule.default
        shown = f"{pushed} at push, {rule.default} at commit" if pushed != rule.default else rule.default
        assert default == shown, slug


def test_the_page_of_the_rules_has_the_same_table() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = [match[0].replace("(docs/rules/", "(rules/") for match in re.finditer(ROW, README)]
    assert [line for line in page.splitlines() if line.startswith("| [")] == rows


def test_every_command_is_in_the_table() -> None:
    assert {name for name in COMMANDS if not re.search(rf"^\| \[`.*\b{name}\b", README, re.MULTILINE)} == set()
