"""A replayed history as JSON lines, one per commit and environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from git_alembic.report.json import dumps, finding_object

if TYPE_CHECKING:
    from git_alembic.audit.replay import Step
    from git_alembic.findings.report import Report
    from git_alembic.history.change import Change
    from git_alembic.history.graph import RevisionGraph


def lines(step: Step, reports: Sequence[Report]) -> Iterator[str]:
    """Yield one JSON object per environment that the commit touches, or one that says why none could be checked."""
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
        yield dumps(_line(step, change, place.script_location, report))


def _line(step: Step, change: Change, script_location: str, report: Report) -> dict[str, object]:
    environment = change.environment
    return {
        "commit": step.commit,
        "parents": step.parents,
        "environment": environment.name,
        "script_location": script_location,
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
