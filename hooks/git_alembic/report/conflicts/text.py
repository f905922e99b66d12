"""The forecast as a table for a terminal, the worst branch first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.report.audit import table
from git_alembic.report.conflicts.wording import (
    age,
    counts,
    focus_lines,
    staleness,
    step_commands,
    step_sentence,
    verdict,
)
from git_alembic.report.wording import printable
from git_alembic.terminal.text import shortened

if TYPE_CHECKING:
    from git_alembic.conflicts.branch import UnmergedBranch
    from git_alembic.conflicts.forecast import ConflictForecast

_HEADER = ("branch", "revisions", "author", "age", "ahead", "behind", "collides with")


def render_text(forecast: ConflictForecast, width: int) -> str:
    """The table, the collisions of one branch if it is in focus, and the order."""
    if forecast.is_given_order:
        return "\n".join([*_order(forecast), "", staleness(forecast)])
    parts = [f"{counts(forecast)}."]
    if forecast.branches:
        rows = table([_HEADER, *(_row(forecast, branch) for branch in forecast.branches)]).splitlines()
        parts.append("\n".join(shortened(row, width) if width else row for row in rows))
    if forecast.focus:
        parts.append("\n".join(focus_lines(forecast)) or f"{printable(forecast.focus)} collides with nothing.")
    elif len(forecast.branches) > 1:
        parts.append("\n".join(_order(forecast)))
    parts.append(staleness(forecast))
    return "\n\n".join(parts)


def _row(forecast: ConflictForecast, branch: UnmergedBranch) -> tuple[str, ...]:
    new = branch.new_revisions(forecast.targets)
    stacked = forecast.stacked_on(branch)
    beside = f" (stacked on {', '.join(stacked)})" if stacked else ""
    return (
        printable(branch.name),
        printable(", ".join(new[:2]) + (f", {len(new) - 2} more" if len(new) > 2 else "")),
        printable(branch.author),
        age(branch.time, forecast.now),
        str(branch.ahead),
        str(branch.behind),
        verdict(forecast, branch) + printable(beside),
    )


def _order(forecast: ConflictForecast) -> list[str]:
    target = forecast.target[0]
    if forecast.is_given_order:
        lines = [f"Merged into {printable(target)} in this order:"]
    else:
        moved = sum(len(step.reparented) for step in forecast.steps)
        lines = [
            f"The order that re-parents the fewest revisions ({moved}). Run this on a checkout of {printable(target)}:"
        ]
    for number, step in enumerate(forecast.steps, 1):
        lines.append(f"{number:>3}. {step_sentence(step, target)}")
        if not forecast.is_given_order:
            lines += [f"       {command}" for command in step_commands(step)]
    return lines
