"""A replayed history as JSON lines for programs, as a table of incidents for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from git_alembic.report.json import dumps, finding_object
from git_alembic.report.wording import printable
from git_alembic.terminal.text import columns

if TYPE_CHECKING:
    from git_alembic.audit.incidents import Incident
    from git_alembic.audit.replay import Step
    from git_alembic.findings.report import Report
    from git_alembic.history.change import Change
    from git_alembic.history.graph import RevisionGraph


def lines(step: Step, reports: Sequence[Report]) -> Iterator[str]:
    """One JSON object per environment that the commit touches, or one that says why none could be judged."""
    if step.reason is not None:
        yield dumps(
            {
                "commit": step.commit,
                "parents": step.parents,
                "environment": "",
                "verdict": "cannot-judge",
                "reason": step.reason,
                "findings": [],
            }
        )
    for change, place, report in zip(step.changes, step.places, reports, strict=True):
        yield dumps(_line(step, change, place, report))


def _line(step: Step, change: Change, place: str, report: Report) -> dict[str, object]:
    environment = change.environment
    return {
        "commit": step.commit,
        "parents": step.parents,
        "environment": environment.name,
        "script_location": place,
        "versions": environment.versions,
        "before": _side(change.first_parent),
        "after": _side(change.after.graph),
        "verdict": report.verdict,
        "findings": [finding_object(finding) for finding in report.findings],
    }


def _side(graph: RevisionGraph) -> dict[str, object]:
    return {
        "revisions": len(graph),
        "heads": graph.heads,
        "effective_heads": graph.effective_heads,
        "bases": graph.bases,
        "missing_parents": graph.missing_parents,
        "duplicates": graph.duplicates,
        "cycles": graph.cycles,
    }


_HEADER = ("rule", "commit", "date", "lasted", "ended by", "where")


def summary(incidents: Sequence[Incident], commits: int, touched: int) -> str:
    """The table of what broke the mainline, and counts of the rest."""
    errors = [incident for incident in incidents if incident.severity == "error" and incident.mainline]
    replayed = f"{commits} commit{'' if commits == 1 else 's'} replayed"
    parts = [f"{replayed}, {touched} of them touch{'es' if touched == 1 else ''} an Alembic environment."]
    if errors:
        parts.append("What the hooks would have stopped before it reached the main line:")
        parts.append(table([_HEADER, *map(_row, errors)]))
    parts += _counts("On the main line", [incident for incident in incidents if incident.mainline])
    parts += _counts("On branches", [incident for incident in incidents if not incident.mainline])
    if not incidents:
        parts.append("The hooks would not have said a word.")
    return "\n\n".join(parts)


def _counts(where: str, incidents: Sequence[Incident]) -> list[str]:
    if not incidents:
        return []
    counted = Counter((incident.severity, incident.rule) for incident in incidents)
    rows = [
        (f"  {rule}", f"{number} {severity}{'s' if number > 1 else ''}")
        for (severity, rule), number in sorted(counted.items())
    ]
    return [f"{where}:\n" + table(rows)]


def _row(incident: Incident) -> tuple[str, ...]:
    day = datetime.fromtimestamp(incident.time, timezone.utc).strftime("%Y-%m-%d")
    lasted = "" if incident.seconds is None else _duration(incident.seconds)
    ended = "still there" if incident.lasting and incident.seconds is None else incident.ended
    return incident.rule, incident.commit[:10], day, lasted, ended, printable(incident.environment)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines of aligned columns."""
    widths = [max(columns(row[at]) for row in rows) for at in range(len(rows[0]))]
    padded = ([cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(row).rstrip() for row in padded)


def _duration(seconds: int) -> str:
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"
