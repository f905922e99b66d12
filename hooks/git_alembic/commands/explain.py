"""`git alembic explain`: a rule's page, or one sentence on each rule."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from git_alembic.errors import CannotJudge
from git_alembic.report import emit
from git_alembic.rules.pages import pages, sentence
from git_alembic.terminal.suggestion import did_you_mean

DESCRIPTION = "Say what a rule is about, why, how to repair, how to turn it off. Without a rule: list them all."


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page, or the list; 0. Raises CannotJudge where there is no such rule."""
    parser = argparse.ArgumentParser("git alembic explain", description=DESCRIPTION)
    parser.add_argument("rule", nargs="?", metavar="RULE", help="a rule, as the findings name it")
    rule: str | None = parser.parse_args(argv).rule
    emit(listing() if rule is None else page(rule), sys.stdout)
    return 0


def page(rule: str) -> str:
    """The rule's page in Markdown."""
    known = pages()
    if rule not in known:
        raise CannotJudge(f"there is no rule {rule!r}{did_you_mean(rule, known)}")
    return known[rule].read_text(encoding="utf-8")


def listing() -> str:
    """Each rule with the one sentence that opens its page, by name."""
    return "\n".join(f"{rule}\n    {sentence(path.read_text(encoding='utf-8'))}" for rule, path in pages().items())
