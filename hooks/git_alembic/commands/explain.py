"""`git alembic explain`: a rule's page, or one sentence on each rule."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from git_alembic.errors import CannotJudge
from git_alembic.report import emit
from git_alembic.rules import BY_SLUG
from git_alembic.rules.pages import TOPICS, page_address, pages, sentence, topics
from git_alembic.terminal.arguments import ArgumentParser
from git_alembic.terminal.suggestion import did_you_mean

DESCRIPTION = (
    "Explain a rule: what it finds, why it matters, how to repair it and how to turn it off. Without a rule, list all."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page, or the list; 0. CannotJudge if there is no such rule or page."""
    parser = ArgumentParser("git alembic explain", description=DESCRIPTION)
    parser.add_argument(
        "rule",
        nargs="?",
        metavar="RULE",
        help=f"a rule, as the findings name it, or one of {', '.join(TOPICS)}, schema",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text, or JSON with the severity, summary and page of each rule",
    )
    options = parser.parse_args(argv)
    rule: str | None = options.rule
    if options.format == "json":
        emit(_as_json(rule), sys.stdout)
    else:
        emit(listing() if rule is None else page(rule), sys.stdout)
    return 0


def page(name: str) -> str:
    """Return the page of a rule or a topic in Markdown."""
    known = {**pages(), **topics()}
    if name not in known:
        raise CannotJudge(f"there is no rule {name!r}{did_you_mean(name, known)}")
    return known[name].read_text(encoding="utf-8")


def listing() -> str:
    """Return each rule with the one sentence that opens its page, by name."""
    return "\n".join(f"{rule}\n    {sentence(path.read_text(encoding='utf-8'))}" for rule, path in pages().items())


def _as_json(only: str | None) -> str:
    """Return all rules, or one; `address` is null if the package doesn't name one."""
    if only is not None and only not in BY_SLUG:
        raise CannotJudge(f"there is no rule {only!r}{did_you_mean(only, BY_SLUG)}")
    rules = [_described(slug) for slug in sorted(BY_SLUG) if only in (None, slug)]
    return json.dumps({"version": 1, "rules": rules}, indent=2, ensure_ascii=False)


def _described(slug: str) -> dict[str, str | None]:
    rule, text = BY_SLUG[slug], page(slug)
    return {
        "rule": slug,
        "severity": rule.default,
        "severity_beyond_commit": rule.beyond_commit or rule.default,
        "summary": sentence(text),
        "page": text,
        "address": page_address(slug) or None,
    }
