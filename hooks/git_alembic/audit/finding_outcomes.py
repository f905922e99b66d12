"""Finds out what happened to the findings of a replay: repaired later, part of a repair, or still there. Pure."""

from __future__ import annotations

from typing import Literal

from git_alembic.audit.incident_kinds import AUDITS
from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change, Snapshot
from git_alembic.history.graph import RevisionGraph

Outcome = Literal["repaired", "repairing", "stayed"]


def find_outcome(finding: Finding, change: Change, now: Snapshot) -> Outcome:
    """Return the outcome of a finding from a later state of its environment."""
    if AUDITS[finding.rule].is_repaired(finding, change.first_parent, now):
        return "repaired"
    return "repairing" if _repairs_graph(change.first_parent, change.after.graph) else "stayed"


def _repairs_graph(before: RevisionGraph, after: RevisionGraph) -> bool:
    """True if a commit repaired something."""
    return (
        len(before.heads) > max(1, len(after.heads))
        or len(before.bases) > max(1, len(after.bases))
        or len(before.missing) > len(after.missing)
        or len(before.duplicates) > len(after.duplicates)
        or len(before.cycles) > len(after.cycles)
    )
