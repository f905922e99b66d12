"""`git alembic explain`: show a rule's page, or one sentence on each rule."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from git_alembic.errors import CannotCheck
from git_alembic.report import emit, encoding_of, is_terminal, wants_color
from git_alembic.report.documentation_paths_and_urls import TOPICS, page_address, pages, sentence, topics
from git_alembic.rules.rule_defaults import BY_SLUG, Rule
from git_alembic.terminal.argument_parser import ArgumentParser
from git_alembic.terminal.spelling_suggestion import did_you_mean

if TYPE_CHECKING:
    from git_alembic.config.settings import Settings

DESCRIPTION = (
    "Explain a rule: what it finds, why it matters, how to repair it and how to turn it off. Without a rule, list all "
    "rules."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page or the list and return 0. Raise CannotCheck if there is no such rule or page."""
    parser = ArgumentParser("git alembic explain", description=DESCRIPTION)
    parser.add_argument(
        "rule",
        nargs="?",
        metavar="RULE",
        help=f"a rule, as shown in the findings, or one of {', '.join(TOPICS)}, schema",
    )
    parser.add_argument(
        "--at",
        choices=("commit", "push"),
        help="show only the severity on commit, or the severity on push (also used when a branch or range is checked)",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text, or JSON with each rule's severity, summary and documentation page",
    )
    options = parser.parse_args(argv)
    rule: str | None = options.rule
    if options.format == "json":
        emit(_as_json(rule), sys.stdout)
        return 0
    text = listing() if rule is None else with_severity(page(rule), rule, options.at)
    if is_terminal(sys.stdout):
        _show(text, is_page=rule in {**pages(), **topics()} and rule != "schema")
    else:
        emit(text, sys.stdout)
    return 0


def _show(text: str, *, is_page: bool) -> None:
    """Show a page as `git help` does: wrapped, in color, and in the pager."""
    import os
    import shutil

    from git_alembic.git.pager_setting import find_pager
    from git_alembic.report.commands.markdown_page_in_terminal import page_text
    from git_alembic.report.text import Page
    from git_alembic.terminal.pager import show

    color = wants_color("auto", sys.stdout, os.environ)
    screen = Page(color, shutil.get_terminal_size().columns, "", encoding_of(sys.stdout))
    show(page_text(text, screen) if is_page else text, find_pager())


def with_severity(text: str, name: str, moment: Literal["commit", "push"] | None = None) -> str:
    """Return the page of a rule with the severity that the project sets.

    Without a setting, it has the default at that place.
    """
    if name not in BY_SLUG:
        return text
    before, severity, after = text.partition("\n\nSeverity: ")
    default, gap, rest = after.partition("\n\n")
    default = _severity_at(BY_SLUG[name], moment) or default
    if (settings := _settings()) is not None:
        if (configured := settings.rules.get(name)) is not None:
            source = "`git config`" if "rules" in settings.set_by_git else "`[tool.git-alembic.rules]`"
            default = f"{configured}, set by {source}."
        if settings.fail_on_warning and "warning" in default:
            default += "\n\nWarnings block the commit too, because `fail-on-warning` is set."
    return f"{before}{severity}{default}{gap}{rest}"


def _severity_at(rule: Rule, moment: Literal["commit", "push"] | None) -> str:
    """Return the default severity at a place; "" if the rule has only one."""
    if moment is None or rule.beyond_commit in (None, rule.default):
        return ""
    if moment == "commit":
        return f"{rule.default} when you commit."
    return f"{rule.beyond_commit} when you push, or check a branch or a range."


def _settings() -> Settings | None:
    """Return the settings of the staged tree. None outside a repository, and if they cannot be read."""
    from git_alembic.git import Repository
    from git_alembic.history.snapshot_reader import open_reader

    try:
        repository = Repository()
        return open_reader(repository).trees.settings.of_commit("" if repository.top else "HEAD")
    except CannotCheck:
        return None


def page(name: str) -> str:
    """Return the page of a rule or a topic in Markdown."""
    all_pages = {**pages(), **topics()}
    if name not in all_pages:
        raise CannotCheck(f"there is no rule {name!r}{did_you_mean(name, all_pages)}")
    return all_pages[name].read_text(encoding="utf-8")


def listing() -> str:
    """Return the list of rules by name, each with the first sentence of its page."""
    return "\n".join(f"{rule}\n    {sentence(path.read_text(encoding='utf-8'))}" for rule, path in pages().items())


def _as_json(only: str | None) -> str:
    """Return all rules, or one; `address` is null if the package doesn't name one."""
    if only is not None and only not in BY_SLUG:
        raise CannotCheck(f"there is no rule {only!r}{did_you_mean(only, BY_SLUG)}")
    rules = [_describe(slug) for slug in sorted(BY_SLUG) if only in (None, slug)]
    return json.dumps({"version": 1, "rules": rules}, indent=2, ensure_ascii=False)


def _describe(slug: str) -> dict[str, str | None]:
    rule, text = BY_SLUG[slug], page(slug)
    return {
        "rule": slug,
        "severity": rule.default,
        "severity_beyond_commit": rule.beyond_commit or rule.default,
        "summary": sentence(text),
        "page": text,
        "address": page_address(slug) or None,
    }
