"""The forecast as Markdown, for a comment on a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from git_alembic.report.conflicts.wording import (
    age,
    counts,
    focus_lines,
    staleness,
    step_sentence,
    unrelated_branches,
    verdict,
    view_lines,
)
from git_alembic.report.wording import escape_controls, unicode_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from git_alembic.conflicts.branch import UnmergedBranch
    from git_alembic.conflicts.conflict_forecast import ConflictForecast

_SIGNS = {"pull": "#", "merge-requests": "!"}  # the references that GitHub and GitLab turn into links

_MOST_LINES = 20  # of each kind of collision in a comment


def render_markdown(forecast: ConflictForecast) -> str:
    """Return a table of the branches and a list of the merges, or the collisions of a branch in focus."""
    links = _links(forecast)
    if forecast.focus:
        bullets = _bullets(focus_lines(forecast), links)
        return "\n".join(bullets or [f"{_escape(forecast.focus)} does not collide with any branch."])
    lines = [f"{_escape(counts(forecast))}.", ""]
    if forecast.branches:
        lines += ["| branch | new revisions | author | age | collides with |", "|---|---|---|---|---|"]
    for branch in forecast.branches:
        cells = (
            branch.name,
            ", ".join(branch.new_revisions(forecast.targets)),
            branch.author,
            age(branch.time, forecast.now),
            verdict(forecast, branch),
        )
        lines.append(f"| {' | '.join(_link_pull_requests(cell, links) for cell in cells)} |")
    if forecast.steps:
        lines += ["", "Merge order:", ""]
        steps = (step_sentence(step, forecast.target[0]) for step in forecast.steps)
        lines += [f"{number}. {_link_pull_requests(step, links)}" for number, step in enumerate(steps, 1)]
    notes = filter(None, (_escape(unrelated_branches(forecast)), staleness(forecast)))
    return "\n".join([*lines, "", "\n\n".join(notes)])


def branch_views(forecast: ConflictForecast) -> Iterator[str]:
    """Yield for each branch what the comment on its pull request says; "" if it collides with no other branch."""
    links = _links(forecast)
    for branch in forecast.branches:
        collisions, hidden = forecast.collisions.view(branch, _MOST_LINES)
        lines = (
            view_lines(forecast, branch.name, collisions) if any(each.other is not None for each in collisions) else []
        )
        more = [f"… and with {hidden:,} more"] if hidden and lines else []
        yield "\n".join(_bullets([*lines, *more], links))


def _bullets(lines: Iterable[str], links: Mapping[str, str]) -> list[str]:
    return [f"- {_link_pull_requests(line, links)}" for line in lines]


def _links(forecast: ConflictForecast) -> dict[str, str]:
    """Map the name of each pull request to its number, which GitHub and GitLab turn into a link."""
    return {_escape(branch.name): link for branch in forecast.branches if (link := _link(branch))}


def _link(branch: UnmergedBranch) -> str:
    for name in (branch.name, *branch.aliases):
        if match := re.fullmatch(r"(pull|merge-requests)/(\d+)/head", name):
            number = _SIGNS[match[1]] + match[2]
            return number if name == branch.name else f"{_escape(branch.name)} ({number})"
    return ""


def _link_pull_requests(text: str, links: Mapping[str, str]) -> str:
    """Escape the text and put in the numbers of pull requests."""
    words = re.split(r"(?<=\s)|(?=[\s,;:])", _escape(text))
    return "".join(links.get(word, word) for word in words)


def _escape(text: str) -> str:
    """Escape control characters, what Markdown or HTML would interpret, and mentions of users."""
    escaped = "".join(f"\\{letter}" if letter in r"\`*_{}[]<>#|~" else letter for letter in escape_controls(text))
    return unicode_only(escaped.replace("@", "@\u200b"))
