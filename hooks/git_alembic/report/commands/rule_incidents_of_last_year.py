"""Describes what a year of history says about the rules, for a team that may adopt them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.report.aligned_columns import table

if TYPE_CHECKING:
    from git_alembic.audit.rule_suggestions_for_init import Tally

_HEAD = ("rule", "severity", "reported", "repaired later", "repairs", "stayed")
_LEGEND = (
    "Errors stop the commit; warnings are only printed. `repaired later` marks problems that "
    "the hooks would have prevented. `repairs` and `stayed` mark changes that were "
    "probably intentional, where the hooks would have been a nuisance."
)
_NAMES = "`git alembic audit` lists the commits."
_WIDEST = 79  # columns in a paragraph


def describe_last_year(commits: int, touched: int, tallies: Sequence[Tally], width: int = 80) -> str:
    """Say what the hooks would have reported in the last year, and which rules a team may want to relax."""
    touch = "touches" if touched == 1 else "touch"
    head = _fill(
        f"In the last year: {format_count(commits, 'commit')}; {touched} of them {touch} an Alembic environment.", width
    )
    if not tallies:
        return f"{head}\nThe hooks would have reported nothing."
    legend = f"{_fill(_LEGEND, width)}\n{_fill(_NAMES, width)}"
    parts = [head, "The hooks would have reported:", _counts(tallies, width), legend]
    if strict := [tally.rule for tally in tallies if tally.is_too_strict]:
        relaxed = "the rule a warning" if len(strict) == 1 else "these rules warnings"
        advice = f"Most of these changes were probably intentional. Consider making {relaxed} in pyproject.toml:"
        parts.append(_fill(advice, width))
        parts.append("\n".join(["    [tool.git-alembic.rules]", *(f'    {rule} = "warning"' for rule in strict)]))
    return "\n\n".join(parts)


def _counts(tallies: Sequence[Tally], width: int) -> str:
    """Return a table, or a block per rule if the table is too wide."""
    rows = [(tally.rule, tally.severity, *map(str, (tally.total, *tally[2:]))) for tally in tallies]
    wide = table([_HEAD, *rows])
    if max(map(len, wide.splitlines())) <= width:
        return wide
    return "\n".join(
        f"{rule}, {severity}: {total}\n    repaired later: {later}\n    repairs: {repairs}\n    stayed: {stayed}"
        for rule, severity, total, later, repairs, stayed in rows
    )


def _fill(text: str, width: int) -> str:
    from textwrap import fill

    return fill(text, max(30, min(width, _WIDEST)), break_long_words=False, break_on_hyphens=False)
