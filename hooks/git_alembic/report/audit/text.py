"""A replayed history as a table of incidents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill
from typing import TYPE_CHECKING

from git_alembic.report.aligned_columns import table
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
from git_alembic.report.wording import escape_controls
from git_alembic.terminal.text_width import count_columns, shorten

if TYPE_CHECKING:
    from git_alembic.audit.incidents import Incident
    from git_alembic.audit.summary import Summary

_HEADER = ("rule", "commit", "date", "revisions", "lasted", "ended by", "where")


def render_text(summary: Summary, width: int) -> str:
    """Return the headline, the incidents on the main line, and counts of the rest. `width` 0: lines of any length."""
    parts = ["\n".join(_fill(line, width) for line in [headline(summary), *other_sentences(summary)])]
    if summary.incidents:
        parts.append(_incidents(summary, width))
    parts += (_fill(note, width) for note in notes(summary))
    parts += _counts("Warnings", summary.warnings)
    parts += _counts("On branches", {f"{rule} ({severity})": n for (severity, rule), n in summary.on_branches.items()})
    if not (summary.incidents or summary.brief or summary.warnings or summary.on_branches or summary.unchecked):
        parts.append("The hooks would have reported nothing.")
    return "\n\n".join(parts)


def _incidents(summary: Summary, width: int) -> str:
    """Return a table, or a block per incident if the table is too wide."""
    rows = table([_HEADER, *map(_row, summary.incidents)])
    if not width or max(map(count_columns, rows.splitlines())) <= width:
        return rows
    return "\n\n".join("\n".join(_block(incident, width)) for incident in summary.incidents)


def _block(incident: Incident, width: int) -> Iterator[str]:
    rules, commit, date, revisions, lasted, ended, where = _row(incident)
    yield shorten(f"{date}  {commit}  {rules}", width)
    yield shorten(f"    {revisions}", width)
    yield shorten(f"    in {where}", width)
    if lasted or ended:
        yield shorten("    " + ", ".join(filter(None, (lasted, ended))), width)


def _fill(text: str, width: int) -> str:
    return fill(text, width, break_long_words=False, break_on_hyphens=False) if width else text


def _row(incident: Incident) -> tuple[str, ...]:
    return (
        rules_cell(incident),
        incident.commit[:10],
        day(incident.time),
        revisions_cell(incident),
        lasted_cell(incident),
        ended_cell(incident),
        escape_controls(", ".join(incident.environments)),
    )


def _counts(title: str, counted: Mapping[str, int]) -> list[str]:
    if not counted:
        return []
    rows = [(f"  {rule}", f"{number:,}") for rule, number in sorted(counted.items())]
    return [f"{title}:\n{table(rows)}"]
