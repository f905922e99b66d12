"""A replayed history as one HTML file that loads nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from git_alembic.findings.formatting import counted
from git_alembic.report.audit.html_style import CSS
from git_alembic.report.audit.html_timeline import render_timeline
from git_alembic.report.audit.wording import (
    day,
    duration,
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

_MOST_MESSAGES = 3


def render_html(summary: Summary, project: str, subjects: Mapping[str, str]) -> str:
    """Return the whole page in ASCII, so that it is the same on every stream."""
    name = _text(project)
    parts = [
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Alembic history of {name}</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<style>{CSS}</style>\n</head>\n<body>\n<main>",
        f'<p class="eyebrow faint">Alembic history of <strong>{name}</strong>, {_period(summary)}</p>',
        f"<h1>{_text(headline(summary))}</h1>",
        *(f"<p>{_text(sentence)}</p>" for sentence in other_sentences(summary)),
        _tiles(summary),
    ]
    if timeline := render_timeline(summary):
        parts.append(f"<h2>Timeline</h2>\n{timeline}")
    if summary.incidents:
        parts.append("<h2>What the hooks would have stopped</h2>")
        parts += [_article(incident, number, subjects) for number, incident in enumerate(summary.incidents, 1)]
    parts += _rest(summary)
    parts.append(f"<footer>{_FOOTER}</footer>\n</main>\n</body>\n</html>")
    return unicode_only("\n".join(parts)).encode("ascii", "xmlcharrefreplace").decode()


_FOOTER = (
    "<p>Made by <code>git alembic audit --format html</code>. This file loads nothing from elsewhere. "
    "<code>git alembic init</code> sets up the hooks.</p>"
)


def _period(summary: Summary) -> str:
    first, last = day(summary.first), day(summary.last)
    return first if first == last else f"{first} to {last}"


def _tiles(summary: Summary) -> str:
    times, stopped, lost_times = summary.broken_times, summary.stopped_times, summary.lost_times
    tiles = [
        ("bad" if times else "ok", f"{times:,}", f"time{'' if times == 1 else 's'} the migration history was broken")
    ]
    if times:
        tiles.append(("bad", duration(summary.broken_seconds), "broken in total"))
        tiles.append(("ok", f"{stopped:,} of {times:,}", "that the hooks would have stopped"))
    if lost_times:
        tiles.append(
            ("lost", f"{lost_times:,}", f"other commit{'' if lost_times == 1 else 's'} that they would have stopped")
        )
    touch = "touches" if summary.touched == 1 else "touch"
    tiles.append(("", f"{summary.touched:,}", f"of {counted(summary.commits, 'commit')} {touch} an environment"))
    elements = (f'<div class="tile {kind}"><b>{value}</b><span>{words}</span></div>' for kind, value, words in tiles)
    return f'<div class="tiles">{"".join(elements)}</div>'


def _article(incident: Incident, number: int, subjects: Mapping[str, str]) -> str:
    kind = "" if incident.is_broken else " lost"
    subject = _text(subjects.get(incident.commit, "")) or f"commit {incident.commit[:10]}"
    texts = [*incident.messages[:_MOST_MESSAGES]] or [revisions_cell(incident)]
    if len(incident.messages) > _MOST_MESSAGES:
        texts.append(f"and {len(incident.messages) - _MOST_MESSAGES} more")
    messages = "".join(f"<li>{_text(message)}</li>" for message in texts)
    ended = ended_cell(incident)
    lasted = lasted_cell(incident)
    end = f"<b>{lasted}</b>{_text(ended)}" if lasted else _text(ended)
    return (
        f'<article id="i{number}"><time>{day(incident.time)}</time>\n'
        f'<div class="what"><h3>{subject}</h3>'
        f'<span class="badge{kind}">{_text(rules_cell(incident))}</span><code>{incident.commit[:10]}</code>'
        f'<ul class="plain">{messages}</ul>'
        f'<p class="where faint">{_text(", ".join(incident.environments))}</p></div>\n'
        f'<div class="end">{end}</div></article>'
    )


def _rest(summary: Summary) -> Iterator[str]:
    if lines := notes(summary):
        yield "<h2>Not in the list</h2>"
        yield from (f"<p>{_text(note)}</p>" for note in lines)
    branches = {f"{rule} ({severity})": number for (severity, rule), number in summary.on_branches.items()}
    yield '<div class="pair">'
    yield from _counts("Warnings", summary.warnings)
    yield from _counts("On branches", branches)
    yield "</div>"


def _counts(title: str, counted: Mapping[str, int]) -> Iterator[str]:
    if counted:
        rows = (f"<tr><td>{_text(rule)}</td><td>{number:,}</td></tr>" for rule, number in sorted(counted.items()))
        yield f'<section><h2>{title}</h2>\n<table class="counts">{"".join(rows)}</table></section>'


def _text(text: str) -> str:
    return escape(escape_controls(text))
