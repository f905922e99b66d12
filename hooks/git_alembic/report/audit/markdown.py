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
from git_alembic.report.wording import escape_controls, unicode_only

if TYPE_CHECKING:
    from git_alembic.audit.incidents import Incident
    from git_alembic.audit.summary import Summary

_HEADER = ("date", "commit", "what it did", "revisions", "lasted", "ended by", "where")


def render_markdown(summary: Summary, project: str, subjects: Mapping[str, str]) -> str:
    """Return the headline, a table of the incidents on the main line, and the rest."""
    lines = [f"# Alembic history of {_escaped(project)}", "", f"**{_escaped(headline(summary))}**", ""]
    lines += [_escaped(sentence) for sentence in other_sentences(summary)]
    if summary.incidents:
        lines += ["", f"| {' | '.join(_HEADER)} |", f"|{'---|' * len(_HEADER)}"]
        lines += [f"| {' | '.join(_row(incident, subjects))} |" for incident in summary.incidents]
    for note in notes(summary):
        lines += ["", _escaped(note)]
    lines += _counts("Warnings on the main line", summary.warnings)
    lines += _counts("On branches", {f"{rule} ({severity})": n for (severity, rule), n in summary.on_branches.items()})
    return "\n".join(lines)


def _row(incident: Incident, subjects: Mapping[str, str]) -> tuple[str, ...]:
    subject = _escaped(subjects.get(incident.commit, ""))
    return (
        day(incident.time),
        f"`{incident.commit[:10]}` {subject}".rstrip(),
        _escaped(rules_cell(incident)),
        _escaped(revisions_cell(incident)),
        lasted_cell(incident),
        _escaped(ended_cell(incident)),
        _escaped(", ".join(incident.environments)),
    )


def _counts(title: str, counted: Mapping[str, int]) -> list[str]:
    if not counted:
        return []
    shown = (f"{_escaped(rule)} {number:,}" for rule, number in sorted(counted.items()))
    return ["", f"{title}: {', '.join(shown)}"]


def _escaped(text: str) -> str:
    """Escape what Markdown or HTML would interpret, and mentions of users."""
    plain = "".join(f"\\{letter}" if letter in r"\`*_{}[]<>#|~" else letter for letter in escape_controls(text))
    return unicode_only(plain.replace("@", "@\u200b"))
