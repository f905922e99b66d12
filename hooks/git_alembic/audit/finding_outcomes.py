"""Finds out what happened to the findings of a replay: repaired later, part of a repair, or still there. Pure."""

from __future__ import annotations

import posixpath
from typing import Literal

from git_alembic.audit.incident_endings import over
from git_alembic.findings.finding import Finding
from git_alembic.history.environment_change import Change, Snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision
from git_alembic.rules.rule_defaults import BY_SLUG
from git_alembic.rules.stale_docstring import find_contradiction

Outcome = Literal["repaired", "repairing", "stayed"]


def find_outcome(finding: Finding, change: Change, now: Snapshot) -> Outcome:
    """Return the outcome of a finding from a later state of its environment."""
    if _repaired(finding, change.first_parent, now):
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


def _repaired(finding: Finding, before: RevisionGraph, now: Snapshot) -> bool:
    if BY_SLUG[finding.rule].lasting:
        return over(finding.rule, finding.revisions, now.graph)
    if finding.rule in ("deleted-revision", "changed-revision-id"):
        return any(id_ in now.graph for id_ in finding.revisions if id_ in before)
    if finding.rule == "unreadable-revision":
        problems = {file.path for file in now.graph.revisions if file.problem}
        return finding.path not in problems.union(file.path for file in now.unreadable)
    later = [new for id_ in finding.revisions for new in now.graph.by_id.get(id_, ())]
    if finding.rule == "stale-docstring":
        return not any(map(find_contradiction, later))
    return any(_is_restored(finding.rule, old, new) for new in later for old in before.by_id.get(new.id, ()))


def _is_restored(rule: str, old: Revision, new: Revision) -> bool:
    """True if a revision is back in its old state, as far as a rule is concerned."""
    if rule == "changed-down-revision":
        return set(old.down) == set(new.down)
    if rule == "renamed-revision":
        return posixpath.basename(old.path) == posixpath.basename(new.path)
    return old.blob == new.blob
