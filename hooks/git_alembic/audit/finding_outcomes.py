"""Finds out what happened to the findings of a replay: repaired later, part of a repair, or still there.

A team that adopts the hooks learns when they would have helped, and when they would have stopped good commits. Pure.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from git_alembic.audit.broken_states import over
from git_alembic.config.settings import Severity
from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change, Snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision
from git_alembic.rules.rule_defaults import BY_SLUG

Outcome = Literal["repaired", "repairing", "stayed"]
FEW = 3  # false alarms; fewer mean nothing


class Tally(NamedTuple):
    """One rule over a period of the history: how often it would have reported something, and what happened then."""

    rule: str
    severity: Severity
    repaired: int  # the offense is gone
    repairing: int  # the commit repaired something else
    stayed: int  # the offense is still there

    @property
    def total(self) -> int:
        """The number of findings."""
        return self.repaired + self.repairing + self.stayed

    @property
    def is_too_strict(self) -> bool:
        """True if the rule would have blocked, and more often for intended changes than for mistakes."""
        false = self.repairing + self.stayed
        return self.severity == "error" and false >= FEW and false > self.repaired


class OutcomeRecord:
    """Collects the findings of a replay in history order, and finds the outcome of each at the end."""

    def __init__(self) -> None:
        self._found: list[tuple[str, Change, Finding]] = []
        self._latest: dict[str, Snapshot] = {}

    def add(self, name: str, change: Change, findings: Iterable[Finding], *, mainline: bool) -> None:
        """Record what one commit did to the environment with a name."""
        self._found += [(name, change, finding) for finding in findings]
        if mainline:
            self._latest[name] = change.after

    def tallies(self) -> list[Tally]:
        """Return one tally per rule and severity, errors first."""
        counted = Counter(
            (finding.severity, finding.rule, find_outcome(finding, change, self._latest.get(name, change.after)))
            for name, change, finding in self._found
        )
        kinds = sorted({(severity, rule) for severity, rule, _ in counted})
        return [
            Tally(
                rule, severity, *(counted[severity, rule, outcome] for outcome in ("repaired", "repairing", "stayed"))
            )
            for severity, rule in kinds
        ]


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
        return not any(map(_contradicts_itself, later))
    return any(_is_restored(finding.rule, old, new) for new in later for old in before.by_id.get(new.id, ()))


def _is_restored(rule: str, old: Revision, new: Revision) -> bool:
    """True if a revision is back in its old state, as far as a rule is concerned."""
    if rule == "changed-down-revision":
        return set(old.down) == set(new.down)
    if rule == "renamed-revision":
        return posixpath.basename(old.path) == posixpath.basename(new.path)
    return old.blob == new.blob


def _contradicts_itself(revision: Revision) -> bool:
    return revision.doc_id not in (None, revision.id) or set(revision.doc_down or revision.down) != set(revision.down)
