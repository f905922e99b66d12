"""The table of all messages, `tests/report/messages/`, is complete and current, and fits into 80 columns."""

from __future__ import annotations

from typing import get_args

import pytest

from git_alembic.database.diagnosis import CauseName
from git_alembic.rules.rule_defaults import RULES, Rule
from git_alembic.terminal.text_width import count_columns
from tests.support.message_table import TABLE, WIDTH, cases, files, printed

MOST_LINES = 15  # lines of a blocked fork; each head beyond two needs another line
FORKS = ("multiple-heads", "divergent-heads", "duplicate-revision", "missing-parent", "deleted-revision")
PASTED = ("    ", "  To allow it once: ")
OUTDATED = "`make messages` writes the table anew: read what changes"


def test_the_table_has_every_message() -> None:
    expected = files()
    there = {path: path.read_text(encoding="utf-8") for path in TABLE.rglob("*.txt")}
    assert there.keys() == expected.keys(), OUTDATED
    for path, text in expected.items():
        assert there[path].splitlines() == text.splitlines(), f"{path.name}: {OUTDATED}"


@pytest.mark.parametrize("cause", get_args(CauseName))
def test_the_table_has_every_diagnosis(cause: str) -> None:
    assert f"{cause}: " in (TABLE / "diagnoses.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_a_finding_fits_on_a_screen(rule: Rule) -> None:
    """No line is wider than 80 columns unless it is for pasting, and a fork has at most 15 lines."""
    for made, _ in cases(rule):
        lines = printed(rule, made).split("\n")
        prose = [line for line in lines if not line.startswith(PASTED)]
        assert [line for line in prose if count_columns(line) > WIDTH and len(line.split()) > 2] == []
        assert rule.slug not in FORKS or len(lines) <= MOST_LINES + ("3 heads" in lines[0])
