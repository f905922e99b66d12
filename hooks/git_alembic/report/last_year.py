"""Describes what a year of history says about the rules, for a team that may adopt them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_alembic.findings.wording import counted
from git_alembic.report.table import table

if TYPE_CHECKING:
    from git_alembic.audit.outcomes import Tally

_HEAD = ("rule", "severity", "reported", "repaired later", "in a repair", "stayed")
_LEGEND = """\
An error stops the commit, and a warning is only printed. The hooks are for
what was `repaired later`. A finding that was part of a repair (`in a repair`)
or that `stayed` was intended, so the hooks would have been in the way.
`git alembic audit` names the commits."""


def describe_last_year(commits: int, touched: int, tallies: Sequence[Tally]) -> str:
    """Say what the hooks would have reported in the last year, and which rules a team may want to relax."""
    touch = "touches" if touched == 1 else "touch"
    parts = [f"The last year has {counted(commits, 'commit')}; {touched} of them {touch} an Alembic environment."]
    if not tallies:
        return f"{parts[0]}\nThe hooks would have reported nothing."
    rows = [_HEAD, *((tally.rule, tally.severity, *map(str, (tally.total, *tally[2:]))) for tally in tallies)]
    parts += ["The hooks would have reported:", table(rows), _LEGEND]
    if strict := [tally.rule for tally in tallies if tally.is_too_strict]:
        parts.append("Most of this was intended. A warning may be enough here, in pyproject.toml:")
        parts.append("\n".join(["    [tool.git-alembic.rules]", *(f'    {rule} = "warning"' for rule in strict)]))
    return "\n\n".join(parts)
