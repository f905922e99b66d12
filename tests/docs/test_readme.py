"""The README names every rule and command; test_transcripts.py compares its console blocks."""

from __future__ import annotations

import re
from pathlib import Path

from git_alembic.cli import COMMANDS
from git_alembic.rules import BY_SLUG as RULES

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_every_rule_is_in_the_table() -> None:
    rows = re.findall(r"^\| \[([a-z-]+)\]\(docs/rules/([a-z-]+)\.md\)", README, re.MULTILINE)
    assert {slug for slug, page in rows if slug == page} == set(RULES)
    assert len(rows) == len(set(rows)) == len(RULES)


def test_every_command_is_in_the_table() -> None:
    assert {name for name in COMMANDS if not re.search(rf"^\| \[`.*\b{name}\b", README, re.MULTILINE)} == set()
