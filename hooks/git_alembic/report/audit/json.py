"""A replayed history as JSON lines, one per commit and environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from git_alembic.audit.commits_landed_together import LandedCommits
from git_alembic.audit.replayed_findings import ReplayedCommit
from git_alembic.report.json import dumps, finding_object

if TYPE_CHECKING:
    from git_alembic.audit.replay import ReplayedStep
    from git_alembic.findings.report import Report, Verdict
    from git_alembic.history.graph import RevisionGraph
    from git_alembic.history.snapshot_and_change import Change


class JsonLines:
    """Prints steps in history order. It remembers when revisions reached the main line."""

    def __init__(self) -> None:
        self._landed = LandedCommits()

    def lines(self, step: ReplayedStep, reports: Sequence[Report]) -> Iterator[str]:
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
        for change, place, report in zip(step.changes, step.paths, reports, strict=True):
            replayed = ReplayedCommit(step.commit, step.time, len(step.parents) > 1, place.name, change, report)
            findings = [
                {
                    **finding_object(finding),
                    "landed_together": step.is_on_mainline and self._landed.is_of_one_push(replayed, finding),
                }
                for finding in report.findings
            ]
            if step.is_on_mainline:
                self._landed.add(replayed)
            yield dumps(_line(step, change, place.script_location, report.verdict, findings))


def _line(
    step: ReplayedStep, change: Change, script_location: str, verdict: Verdict, findings: Sequence[dict[str, object]]
) -> dict[str, object]:
    environment = change.environment
    return {
        "commit": step.commit,
        "parents": step.parents,
        "environment": environment.name,
        "script_location": script_location,
        "versions": environment.versions,
        "before": _side(change.first_parent),
        "after": _side(change.after.graph),
        "verdict": verdict,
        "findings": findings,
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
