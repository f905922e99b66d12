"""A replayed history as Markdown, for a wiki page or an issue."""

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
from git_alembic.report.wording import escape_markdown

if TYPE_CHECKING:
    from git_alembic.audit.incidents import Incident
    from git_alembic.audit.summary import Summary

_HEADER = ("date", "commit", "what it did", "revisions", "lasted", "ended by", "where")


def render_markdown(summary: Summary, project: str, subjects: Mapping[str, str]) -> str:
    """Return the headline, a table of the incidents on the main line, and the rest."""
    lines = [f"# Alembic history of {escape_markdown(project)}", "", f"**{escape_markdown(headline(summary))}**", ""]
    lines += [escape_markdown(sentence) for sentence in other_sentences(summary)]
    if summary.incidents:
        lines += ["", f"| {' | '.join(_HEADER)} |", f"|{'---|' * len(_HEADER)}"]
        lines += [f"| {' | '.join(_row(incident, subjects))} |" for incident in summary.incidents]
    for note in notes(summary):
        lines += ["", escape_markdown(note)]
    lines += _counts("Warnings", summary.warnings)
    lines += _counts("On branches", {f"{rule} ({severity})": n for (severity, rule), n in summary.on_branches.items()})
    return "\n".join(lines)


def _row(incident: Incident, subjects: Mapping[str, str]) -> tuple[str, ...]:
    subject = escape_markdown(subjects.get(incident.commit, ""))
    return (
        day(incident.time),
        f"`{incident.commit[:10]}` {subject}".rstrip(),
        escape_markdown(rules_cell(incident)),
        escape_markdown(revisions_cell(incident)),
        lasted_cell(incident),
        escape_markdown(ended_cell(incident)),
        escape_markdown(", ".join(incident.environments)),
    )


def _counts(title: str, counted: Mapping[str, int]) -> list[str]:
    if not counted:
        return []
    items = (f"{escape_markdown(rule)} {number:,}" for rule, number in sorted(counted.items()))
    return ["", f"{title}: {', '.join(items)}"]
