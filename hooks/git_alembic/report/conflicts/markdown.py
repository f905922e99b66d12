"""The forecast as Markdown, for a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.report.conflicts.wording import age, counts, staleness, step_sentence, verdict
from git_alembic.report.wording import unicode_only

if TYPE_CHECKING:
    from git_alembic.conflicts.forecast import ConflictForecast


def render_markdown(forecast: ConflictForecast) -> str:
    """A table of the branches and a list of the merges."""
    lines = [f"{_escaped(counts(forecast))}.", ""]
    if forecast.branches:
        lines += ["| branch | revisions | author | age | collides with |", "|---|---|---|---|---|"]
    for branch in forecast.branches:
        cells = (
            branch.name,
            ", ".join(branch.new_revisions(forecast.targets)),
            branch.author,
            age(branch.time, forecast.now),
            verdict(forecast, branch),
        )
        lines.append(f"| {' | '.join(map(_escaped, cells))} |")
    if forecast.steps:
        lines += ["", "Order of merges:", ""]
        steps = (step_sentence(step, forecast.target[0]) for step in forecast.steps)
        lines += [f"{number}. {_escaped(step)}" for number, step in enumerate(steps, 1)]
    return "\n".join([*lines, "", staleness(forecast)])


def _escaped(text: str) -> str:
    """The text without what Markdown, HTML or a mention of a user would make of it."""
    plain = "".join(f"\\{letter}" if letter in r"\`*_{}[]<>#|~" else letter for letter in text)
    return unicode_only(plain.replace("@", "@\u200b"))
