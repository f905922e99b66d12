"""A replayed history as a table of incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from git_alembic.report.audit.wording import (
    day,
    ended_cell,
    headline,
    lasted_cell,
    notes,
    other_sentences,
    revisions_cell,
    rules_cell,
)
from git_alembic.report.table import table
from git_alembic.report.wording import printable

if TYPE_CHECKING:
    from git_alembic.audit.incidents import Incident
    from git_alembic.audit.summary import Summary

_HEADER = ("rule", "commit", "date", "revisions", "lasted", "ended by", "where")


def render_text(summary: Summary) -> str:
    """The head line, the incidents of the main line, and counts of the rest."""
    parts = ["\n".join([headline(summary), *other_sentences(summary)])]
    if summary.incidents:
        parts.append(table([_HEADER, *map(_row, summary.incidents)]))
    parts += notes(summary)
    parts += _counts("Warnings on the main line", summary.warnings)
    parts += _counts("On branches", {f"{rule} ({severity})": n for (severity, rule), n in summary.on_branches.items()})
    if not (summary.incidents or summary.brief or summary.warnings or summary.on_branches or summary.unchecked):
        parts.append("The hooks would have reported nothing.")
    return "\n\n".join(parts)


def _row(incident: Incident) -> tuple[str, ...]:
    return (
        rules_cell(incident),
        incident.commit[:10],
        day(incident.time),
        revisions_cell(incident),
        lasted_cell(incident),
        ended_cell(incident),
        printable(", ".join(incident.environments)),
    )


def _counts(title: str, counted: Mapping[str, int]) -> list[str]:
    if not counted:
        return []
    rows = [(f"  {rule}", f"{number:,}") for rule, number in sorted(counted.items())]
    return [f"{title}:\n{table(rows)}"]
