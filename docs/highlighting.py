"""Guesses the language of indented code blocks, which name none."""

from __future__ import annotations

import re

# The first pattern that a block matches names its language.
LANGUAGES = (
    ("diff", r"(?m)^[+-](?![+-]).*[=(\[:]"),
    ("toml", r"(?m)^\[tool[\w.-]*\]"),
    ("python", r"(?m)^\s*(?:def |raise |op\.|(?:down_)?revision = |branch_labels = |# git-alembic: )"),
    ("sh", r"(?m)^(?:git|alembic|flask|pip|python|cp|rm|[A-Z_]+=\S+ git) "),
)


def language_of(block: str) -> str:
    """Return the name of a lexer; "none" if no pattern matches."""
    return next((name for name, pattern in LANGUAGES if re.search(pattern, block)), "none")
