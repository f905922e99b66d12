"""The timeline of the HTML report: activity by month, and a lane per environment that shows what broke it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.report.audit.wording import day, ended_cell, lasted_cell, rules_cell
from git_alembic.report.wording import escape_controls

if TYPE_CHECKING:
    from git_alembic.audit.incidents import Incident
    from git_alembic.audit.summary import Summary

_BARS = 120
_MOST_TICKS = 12
_DAY = 86_400
_MARGIN = 0.01  # of the width, on each side


class _Axis(NamedTuple):
    """A period of time. Each moment has a position in percent."""

    first: int
    last: int

    def percent(self, time: int) -> float:
        whole = max(1, self.last - self.first)
        return 100 * (_MARGIN + (1 - 2 * _MARGIN) * (min(max(time, self.first), self.last) - self.first) / whole)


def render_timeline(summary: Summary) -> str:
    """Return the whole timeline, or "" if no commit touches an environment."""
    if not summary.activity:
        return ""
    axis = _Axis(min(summary.activity), max(*summary.activity, summary.last))
    names = list(
        dict.fromkeys([*summary.lifetimes, *(name for incident in summary.incidents for name in incident.environments)])
    )
    lanes = "\n".join(_lane(summary, name, axis) for name in names)
    return (
        f'<div class="time">\n{_activity(summary, axis)}\n{lanes}\n'
        f'<div class="axis">{"".join(_ticks(axis))}</div>\n{_LEGEND}\n</div>'
    )


_LEGEND = (
    '<p class="legend"><span><b class="bad"></b>Alembic failed</span>'
    '<span><b class="lost"></b>something else that a hook would have stopped</span>'
    '<span><b class="ok"></b>the environment exists</span>'
    '<span><b class="bar"></b>commits that touch an environment</span></p>'
)


def _activity(summary: Summary, axis: _Axis) -> str:
    places = Counter(min(_BARS - 1, int(axis.percent(time) / 100 * _BARS)) for time in summary.activity)
    highest = max(places.values())
    bars = "".join(
        f'<rect x="{position}.1" y="{40 - 38 * number / highest:.1f}" width=".8" height="{38 * number / highest:.1f}"/>'
        for position, number in sorted(places.items())
    )
    touch = "touches" if len(summary.activity) == 1 else "touch"
    title = f"{format_count(len(summary.activity), 'commit')} in the first-parent history {touch} an environment"
    return (
        f'<svg class="activity" viewBox="0 0 {_BARS} 40" preserveAspectRatio="none" role="img">'
        f"<title>{title}</title>{bars}</svg>"
    )


def _lane(summary: Summary, name: str, axis: _Axis) -> str:
    start, end = summary.lifetimes.get(name, (summary.first, summary.last))
    left, right = axis.percent(start), axis.percent(end)
    marks = [f'<i style="left:0;width:100%"></i><i class="ok" style="left:{left:.2f}%;width:{right - left:.2f}%"></i>']
    marks += [
        _mark(incident, number, summary, axis)
        for number, incident in enumerate(summary.incidents, 1)
        if name in incident.environments
    ]
    return (
        f'<div class="lane"><span>{escape(escape_controls(name))}</span><div class="track">{"".join(marks)}</div></div>'
    )


def _mark(incident: Incident, number: int, summary: Summary, axis: _Axis) -> str:
    words = [day(incident.time), rules_cell(incident), lasted_cell(incident), ended_cell(incident)]
    title = escape(", ".join(word for word in words if word))
    left = axis.percent(incident.time)
    kind, width = "lost", ""
    if incident.is_broken:
        end = incident.ended.time if incident.ended else summary.last
        kind, width = "bad", f";width:{axis.percent(end) - left:.2f}%"
    return (
        f'<a class="{kind}" href="#i{number}" title="{title}" aria-label="{title}" style="left:{left:.2f}%{width}"></a>'
    )


def _ticks(axis: _Axis) -> Iterator[str]:
    dates = list(_dates(axis))
    step = max(1, -(-len(dates) // _MOST_TICKS))
    for number, (time, label) in enumerate(dates[::step]):
        attribute = ' class="odd"' if number % 2 else ""
        yield f'<span{attribute} style="left:{axis.percent(time):.2f}%">{label}</span>'


def _dates(axis: _Axis) -> Iterator[tuple[int, str]]:
    """Yield the years, months or days that start within the axis, with their labels."""
    first, last = (datetime.fromtimestamp(time, timezone.utc) for time in axis)
    if axis.last - axis.first > 3 * 365 * _DAY:
        moments = [datetime(year, 1, 1, tzinfo=timezone.utc) for year in range(first.year + 1, last.year + 1)]
        form = "%Y"
    elif axis.last - axis.first > 60 * _DAY:
        months = range(first.year * 12 + first.month, last.year * 12 + last.month)
        moments = [datetime(month // 12, month % 12 + 1, 1, tzinfo=timezone.utc) for month in months]
        form = "%b %Y"
    else:
        days = range(axis.first // _DAY, axis.last // _DAY + 1)
        moments = [datetime.fromtimestamp(max(number * _DAY, axis.first), timezone.utc) for number in days]
        form = "%d %b"
    return ((int(moment.timestamp()), moment.strftime(form)) for moment in moments)
