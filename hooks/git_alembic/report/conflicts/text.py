"""The forecast as a table for a terminal, with the worst branch first."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_alembic.report.conflicts.wording import (
    age,
    counts,
    focus_lines,
    list_names,
    staleness,
    step_commands,
    step_sentence,
    unrelated_branches,
    verdict,
)
from git_alembic.report.wording import escape_controls
from git_alembic.terminal.text_width import count_columns, shorten

if TYPE_CHECKING:
    from git_alembic.conflicts.branch import UnmergedBranch
    from git_alembic.conflicts.conflict_forecast import ConflictForecast

_HEADER = ("branch", "new revisions", "author", "age", "ahead", "behind")
_LEAST = (24, 12, 10)  # minimum columns of a branch, its revisions and its author on a narrow terminal
_MOST_STEPS = 20
_OLD = 90 * 86_400


def render_text(forecast: ConflictForecast, width: int) -> str:
    """Return the table, the collisions of a branch in focus, and the order. `width` 0 is unlimited."""
    if forecast.is_given_order:
        return "\n\n".join(filter(None, ("\n".join(_order(forecast, width)), staleness(forecast))))
    parts = [f"{counts(forecast)}."]
    if forecast.branches:
        parts.append("\n".join(_branches(forecast, width)))
    if forecast.focus:
        parts.append(
            "\n".join(focus_lines(forecast)) or f"{escape_controls(forecast.focus)} does not collide with any branch."
        )
    elif len(forecast.branches) > 1:
        parts.append("\n".join(_order(forecast, width)))
    parts.append("\n".join(filter(None, (unrelated_branches(forecast), _old_branches(forecast), staleness(forecast)))))
    return "\n\n".join(filter(None, parts))


def _branches(forecast: ConflictForecast, width: int) -> list[str]:
    """Return a row per branch, with its collisions below it."""
    rows = _align([_HEADER, *(_row(forecast, branch) for branch in forecast.branches)], width)
    lines = [rows[0]]
    for branch, row in zip(forecast.branches, rows[1:], strict=True):
        stacked = forecast.stacked_on(branch)
        beside = f"; stacked on {list_names(stacked)}" if stacked else ""
        lines += [row, *_wrap(verdict(forecast, branch) + escape_controls(beside), width, "    ")]
    return lines


def _row(forecast: ConflictForecast, branch: UnmergedBranch) -> tuple[str, ...]:
    new = branch.new_revisions(forecast.targets)
    ids = ", ".join(new[:2]) + (f" + {len(new) - 2}" if len(new) > 2 else "")
    old = age(branch.time, forecast.now)
    return tuple(
        map(escape_controls, (branch.name, ids or "-", branch.author, old, str(branch.ahead), str(branch.behind)))
    )


def _align(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the rows as aligned lines. If they are too wide, the first three columns shrink."""
    widths = [max(count_columns(row[column]) for row in rows) for column in range(len(rows[0]))]
    excess = sum(widths) + 2 * (len(widths) - 1) - width if width else 0
    for column in (1, 2, 0):
        cut = max(0, min(excess, widths[column] - _LEAST[column]))
        widths[column] -= cut
        excess -= cut
    cells = ([shorten(cell, room) for cell, room in zip(row, widths, strict=True)] for row in rows)
    padded = (
        [cell + " " * (room - count_columns(cell)) for cell, room in zip(row, widths, strict=True)] for row in cells
    )
    return ["  ".join(row).rstrip() for row in padded]


def _wrap(text: str, width: int, indent: str) -> list[str]:
    if not width:
        return [indent + text]
    wrapper = textwrap.TextWrapper(max(width, 40), indent, indent, break_long_words=False, break_on_hyphens=False)
    return wrapper.wrap(text)


def _order(forecast: ConflictForecast, width: int) -> list[str]:
    target = escape_controls(forecast.target[0])
    if forecast.is_given_order:
        lines = [f"Merged into {target} in this order:"]
    else:
        moved = sum(len(step.reparented) for step in forecast.steps)
        lines = [f"This merge order re-parents the fewest revisions ({moved}):"]
        if not forecast.is_past:
            lines = [f"{lines[0][:-1]}. Run these commands with {target} checked out:"]
    lines = _wrap(lines[0], width, "")
    steps = forecast.steps if forecast.is_given_order else forecast.steps[:_MOST_STEPS]
    for number, step in enumerate(steps, 1):
        first, *more = _wrap(step_sentence(step, forecast.target[0]), width, "     ")
        lines += [f"{number:>3}. {first.lstrip()}", *more]
        if not forecast.is_given_order and not forecast.is_past:
            lines += [f"       {command}" for command in step_commands(step)]
    if len(steps) < len(forecast.steps):
        lines.append(f"     … and {len(forecast.steps) - len(steps)} more (`--format json` has them all)")
    return lines


def _old_branches(forecast: ConflictForecast) -> str:
    old = sum(forecast.now - branch.time > _OLD for branch in forecast.branches)
    if not old or forecast.focus:
        return ""
    have, them = ("has", "it") if old == 1 else ("have", "them")
    return f"{old} of the branches {have} had no commits in 90 days (`--since 90.days` leaves {them} out)."
