"""Groups commits that reached the main line together. Pure.

git doesn't record pushes. The commits of one push or one rebased branch follow each other within minutes.
"""

from __future__ import annotations

from git_alembic.audit.incident_kinds import INCIDENT_KINDS
from git_alembic.audit.replayed_findings import ReplayedCommit
from git_alembic.findings.finding import Finding

MINUTES = 10
_WINDOW = MINUTES * 60  # seconds


def are_together(first: int, second: int) -> bool:
    """True if commits with these times reached the main line together."""
    return second - first < _WINDOW


class LandedCommits:
    """Records when the revisions of each environment reached the main line."""

    def __init__(self) -> None:
        self._came: dict[tuple[str, str], int] = {}

    def add(self, replayed: ReplayedCommit) -> None:
        """Record the revisions that a commit adds."""
        change = replayed.change
        for id_ in change.after.graph.by_id.keys() - change.first_parent.by_id.keys():
            self._came.setdefault((replayed.name, id_), replayed.time)

    def is_of_one_push(self, replayed: ReplayedCommit, finding: Finding) -> bool:
        """True if a finding is only about revisions of the same push, so that no database has them."""
        lost_ids = finding.revisions[: INCIDENT_KINDS[finding.rule].lost]
        if not lost_ids:
            return False
        arrivals = [self._came.get((replayed.name, id_)) for id_ in lost_ids]
        return all(then is not None and are_together(then, replayed.time) for then in arrivals)
