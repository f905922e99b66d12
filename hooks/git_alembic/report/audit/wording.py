"""Sentences and cells that the formats for people share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from git_alembic.audit.commits_landed_together import MINUTES
from git_alembic.audit.incident_kinds import INCIDENT_KINDS
from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.report.wording import escape_controls

if TYPE_CHECKING:
    from git_alembic.audit.incidents import Incident
    from git_alembic.audit.summary import Summary

_MOST_NAMED = 3  # revisions of an incident that get a name
_FEW = 4  # brief incidents that get a line each
_MINUTE = 60
_UNITS = (("year", 31_557_600), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_SPANS = (("year", 31_557_600), ("month", 2_629_800), *_UNITS[1:])


def headline(summary: Summary) -> str:
    """Say in one sentence how often and how long the main line was broken, and what the hooks would have stopped."""
    seconds = summary.last - summary.first
    over = f" over {_span(seconds, _SPANS)}" if seconds >= _MINUTE else ""
    start = f"In {format_count(summary.commits, 'commit')}{over}, "
    if not summary.breaks:
        return f"{start}the migration history was never broken."
    times = {1: "once", 2: "twice"}.get(summary.broken_times, f"{summary.broken_times} times")
    lasted = duration(summary.broken_seconds) + (" in total" if summary.broken_times > 1 else "")
    still = ", and it still is" if summary.is_broken_now else ""
    end = f"the hooks would have stopped {_count_stopped(summary)}."
    return f"{start}the migration history was broken {times}, for {lasted}{still}; {end}"


def _count_stopped(summary: Summary) -> str:
    if summary.stopped_times < summary.broken_times:
        return str(summary.stopped_times) if summary.stopped_times else "none"
    return {1: "it", 2: "both"}.get(summary.broken_times, f"all {summary.broken_times}")


def other_sentences(summary: Summary) -> list[str]:
    """Return the facts that the headline omits, one sentence each."""
    sentences = []
    if summary.lost_times:
        also = "also " if summary.breaks else ""
        sentences.append(f"The hooks would {also}have stopped {_others(summary)}.")
    if summary.merged_times:
        merges = "One" if summary.merged_times == 1 else str(summary.merged_times)
        sentences.append(
            f"{merges} of the commits that broke it {'is a merge' if summary.merged_times == 1 else 'are merges'}: "
            "local hooks don't run for merges made in a web interface, so run the check in CI or on the server too."
        )
    touch = "touches" if summary.touched == 1 else "touch"
    sentences.append(f"{format_count(summary.touched, 'commit')} {touch} an Alembic environment.")
    return sentences


def _others(summary: Summary) -> str:
    """Count by cause the commits that a hook would have stopped although Alembic could still run."""
    deeds = {incident.commit: incident.rules[0] for incident in summary.others}
    rules = Counter(deeds.values())
    ordered = sorted(rules.items(), key=lambda item: (-item[1], item[0]))
    parts = [(INCIDENT_KINDS[rule].deed or f"broke the rule {rule}", number) for rule, number in ordered]
    what = ", ".join(f"{deed} ({number:,})" if len(parts) > 1 else deed for deed, number in parts)
    return f"{format_count(summary.lost_times, 'commit')} that {what}"


def notes(summary: Summary) -> list[str]:
    """Return the notes below the incidents, one line each."""
    sentences = [
        brief_line(summary, environments)
        for environments in dict.fromkeys(incident.environments for incident in summary.brief)
    ]
    if files := summary.python_2_files:
        sentences.append(
            f"{format_count(files, 'revision file')} {'uses' if files == 1 else 'use'} Python 2 syntax; "
            "only the identifiers were read."
        )
    if summary.lines_by_label:
        names = escape_controls(", ".join(summary.lines_by_label))
        sentences.append(
            f"{names}: this report accepts one head per branch label. "
            'Set `heads = "one-per-label"` in [tool.git-alembic], or the hooks will report these heads.'
        )
    if summary.unchecked:
        commit, reason = summary.unchecked[0]
        number = format_count(len(summary.unchecked), "commit")
        which = commit[:10] if len(summary.unchecked) == 1 else f"the first is {commit[:10]}"
        sentences.append(f"{number} could not be checked: {which} ({escape_controls(reason)})")
    return sentences


def brief_line(summary: Summary, environments: tuple[str, ...]) -> str:
    """Sum up in one line the incidents that lasted only minutes in some environments."""
    incidents = [incident for incident in summary.brief if incident.environments == environments]
    if len(incidents) <= _FEW:
        what = "; ".join(f"{rules_cell(incident)} {revisions_cell(incident)}" for incident in incidents)
    else:
        rules = Counter(rule for incident in incidents for rule in incident.rules)
        what = ", ".join(f"{rule} ({number})" for rule, number in sorted(rules.items()))
    where = escape_controls(", ".join(environments))
    return f"Resolved within {MINUTES} minutes, so the commits probably landed together: {what} in {where}"


def rules_cell(incident: Incident) -> str:
    """Return the rules, with the kind of a deletion: "deleted-revision (squash)"."""
    return ", ".join(incident.rules) + (f" ({incident.kind})" if incident.kind else "")


def revisions_cell(incident: Incident) -> str:
    """Return the first ids, and how many more there are."""
    ids = incident.revisions[:_MOST_NAMED]
    more = len(incident.revisions) - len(ids)
    if more == 1:
        ids, more = incident.revisions, 0
    return escape_controls(", ".join(ids)) + (f" and {more} more" if more else "")


def lasted_cell(incident: Incident) -> str:
    return "" if incident.seconds is None else duration(incident.seconds)


def ended_cell(incident: Incident) -> str:
    """Return what ended the incident, or that nothing did."""
    if incident.ended is not None:
        return escape_controls(f"{incident.ended.how} ({incident.ended.commit[:7]})")
    if incident.is_broken:
        return "still there"
    if incident.is_deletion and incident.kind in ("", "moved"):
        return "never brought back"
    return ""


def day(time: int) -> str:
    """Return a date in UTC."""
    return datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%d")


def duration(seconds: int) -> str:
    """Return a duration in the largest unit that it contains at least twice."""
    return _span(seconds, _UNITS)


def _span(seconds: int, units: Sequence[tuple[str, int]]) -> str:
    unit, size = next(((unit, size) for unit, size in units if seconds >= 2 * size), units[-1])
    return format_count(seconds // size, unit)
