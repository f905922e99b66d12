"""Describes what a year of history says about the rules, for a team that may adopt them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_alembic.findings.wording import counted
from git_alembic.report.table import table

if TYPE_CHECKING:
    from git_alembic.audit.outcomes import Tally

_HEAD = ("rule", "severity", "reported", "repaired later", "in a repair", "stayed")
_LEGEND = (
    "An error stops the commit, and a warning is only printed. The hooks are for what was `repaired later`. A finding "
    "that was part of a repair (`in a repair`) or that `stayed` was intended, so the hooks would have been in the way."
)
_NAMES = "`git alembic audit` names the commits."
_WIDEST = 79  # columns in a paragraph


def describe_last_year(commits: int, touched: int, tallies: Sequence[Tally], width: int = 80) -> str:
    """Say what the hooks would have reported in the last year, and which rules a team may want to relax."""
    touch = "touches" if touched == 1 else "touch"
    head = _filled(
        f"The last year has {counted(commits, 'commit')}; {touched} of them {touch} an Alembic environment.", width
    )
    if not tallies:
        return f"{head}\nThe hooks would have reported nothing."
    legend = f"{_filled(_LEGEND, width)}\n{_filled(_NAMES, width)}"
    parts = [head, "The hooks would have reported:", _counts(tallies, width), legend]
    if strict := [tally.rule for tally in tallies if tally.is_too_strict]:
        parts.append(_filled("Most of this was intended. A warning may be enough here, in pyproject.toml:", width))
        parts.append("\n".join(["    [tool.git-alembic.rules]", *(f'    {rule} = "warning"' for rule in strict)]))
    return "\n\n".join(parts)


def _counts(tallies: Sequence[Tally], width: int) -> str:
    """Return a table, or a block per rule if the table is too wide."""
    rows = [(tally.rule, tally.severity, *map(str, (tally.total, *tally[2:]))) for tally in tallies]
    wide = table([_HEAD, *rows])
    if max(map(len, wide.splitlines())) <= width:
        return wide
    return "\n".join(
        f"{rule}, {severity}: {total}\n    {later} repaired later\n    {repair} in a repair\n    {stayed} stayed"
        for rule, severity, total, later, repair, stayed in rows
    )


def _filled(text: str, width: int) -> str:
    from textwrap import fill

    return fill(text, max(30, min(width, _WIDEST)), break_long_words=False, break_on_hyphens=False)
