"""The languages of indented code blocks, on the rules' pages and in short examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.highlighting import language_of

RULES = Path(__file__).parents[2] / "docs" / "rules"


@pytest.mark.parametrize(
    ("block", "language"),
    [
        ("GIT_ALEMBIC_ALLOW=extra-base git commit ...\n", "sh"),
        ("git rm a.py\n", "sh"),
        ('[tool.git-alembic.rules]\nextra-base = "off"\n', "toml"),
        ("# git-alembic: allow[extra-base] the reason\n", "python"),
        ('def downgrade() -> None:\n    op.drop_index("a")\n', "python"),
        ('# a.py\n-down_revision = "a"\n+down_revision = "b"\n', "diff"),
        ("Revises: 77ab\n", "none"),
        ("<<<<<<< HEAD\nx\n", "none"),
    ],
)
def test_language(block: str, language: str) -> None:
    assert language_of(block) == language


@pytest.mark.parametrize("page", sorted(RULES.glob("*.md")), ids=lambda page: str(page.stem))
def test_a_page_of_a_rule_has_shell_and_toml(page: Path) -> None:
    blocks = re.findall(r"(?m)(?:^    .*\n|^\n)+", page.read_text(encoding="utf-8"))
    assert {"sh", "toml"} <= {language_of(re.sub(r"(?m)^    ", "", block)) for block in blocks}
