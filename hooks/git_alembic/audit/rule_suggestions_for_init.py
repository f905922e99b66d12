"""Replays the last year for `git alembic init`, and suggests which rules to make milder."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from git_alembic.audit.incident_kinds import INCIDENT_KINDS
from git_alembic.audit.replay import Replay
from git_alembic.audit.replayed_findings import check_steps, mainline_end, touches_revisions
from git_alembic.config.settings import Severity
from git_alembic.findings.finding import Finding
from git_alembic.git import Repository
from git_alembic.git.commit_dates import commit_time, last_commit_before
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.terminal.progress import Progress

Outcome = Literal["repaired", "repairing", "stayed"]
_YEAR = 365 * 86_400  # seconds
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


class LastYear(NamedTuple):
    """The number of commits, how many of them touch an environment, and how often each rule found something."""

    commits: int
    touched: int
    tallies: Sequence[Tally]


def replay_last_year(repository: Repository) -> LastYear:
    """Replay the year before the newest commit, so that an inactive project is replayed too. Show the progress."""
    end = mainline_end(repository)
    start = last_commit_before(repository, end, commit_time(repository, end) - _YEAR)
    reader = open_reader(repository)
    record, touched = OutcomeRecord(), 0
    with Progress(sys.stderr) as progress:
        replay = Replay(repository, reader, [f"{start}..{end}" if start else end], end, progress)
        for step, reports in check_steps(replay.steps()):
            touched += touches_revisions(step)
            for change, path, report in zip(step.changes, step.paths, reports, strict=True):
                record.add(path.name, change, report.findings, is_on_mainline=step.is_on_mainline)
    reader.save()
    return LastYear(sum(not edge for *_, edge in replay.commits), touched, record.tallies())


class OutcomeRecord:
    """Collects the findings of a replay in history order, and finds the outcome of each at the end."""

    def __init__(self) -> None:
        self._found: list[tuple[str, Change, Finding]] = []
        self._latest: dict[str, Snapshot] = {}

    def add(self, name: str, change: Change, findings: Iterable[Finding], *, is_on_mainline: bool) -> None:
        """Record what one commit did to the environment with a name."""
        self._found += [(name, change, finding) for finding in findings]
        if is_on_mainline:
            self._latest[name] = change.after

    def tallies(self) -> list[Tally]:
        """Return one tally per rule and severity, errors first."""
        counted = Counter(
            (finding.severity, finding.rule, _find_outcome(finding, change, self._latest.get(name, change.after)))
            for name, change, finding in self._found
        )
        kinds = sorted({(severity, rule) for severity, rule, _ in counted})
        return [
            Tally(
                rule, severity, *(counted[severity, rule, outcome] for outcome in ("repaired", "repairing", "stayed"))
            )
            for severity, rule in kinds
        ]


def _find_outcome(finding: Finding, change: Change, now: Snapshot) -> Outcome:
    """Return the outcome of a finding from a later state of its environment."""
    if INCIDENT_KINDS[finding.rule].is_repaired(finding, change.first_parent, now):
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
