"""Turns checked steps into incidents: what broke on the main line, for how long, and what ended it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from git_alembic.audit.commits_landed_together import LandedCommits, are_together
from git_alembic.audit.incident_kinds import INCIDENT_KINDS, Offense, new_broken_states, offense_of
from git_alembic.audit.replayed_findings import ReplayedCommit
from git_alembic.findings.finding import Finding
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change
from git_alembic.revisions.revision import is_python_2_problem
from git_alembic.rules.rule_defaults import BY_SLUG, RULES


class Ending(NamedTuple):
    """The commit that ended an incident, its time, and the kind of end."""

    commit: str
    time: int
    how: str


@dataclass(frozen=True)
class Incident:
    """A mistake in one commit on the main line, and what ended it.

    `kind` is the kind of a deletion. `is_broken`: Alembic failed until the end. `is_stopped`: a hook would have stopped
    the commit. `is_brief`: it ended within minutes, so its commits were pushed together.
    """

    commit: str
    time: int
    environments: tuple[str, ...]
    rules: tuple[str, ...]
    revisions: tuple[str, ...]
    messages: tuple[str, ...]
    kind: str = ""
    is_merge: bool = False
    is_broken: bool = False
    is_stopped: bool = True
    is_brief: bool = False
    ended: Ending | None = None

    @property
    def seconds(self) -> int | None:
        """The duration, or None if the incident never ended."""
        return None if self.ended is None else max(0, self.ended.time - self.time)

    @property
    def is_deletion(self) -> bool:
        return any(INCIDENT_KINDS[rule].deletion_kind for rule in self.rules)


@dataclass
class _OpenIncident:
    incident: Incident
    left: list[Offense]


class Timeline:
    """Collects the incidents of the main line, commit by commit in history order."""

    def __init__(self) -> None:
        self._over: list[Incident] = []
        self._open: dict[str, list[_OpenIncident]] = {}
        self._landed = LandedCommits()
        self.python_2_files: set[str] = set()

    def add(self, replayed: ReplayedCommit) -> None:
        """Record what a commit did."""
        undone = self._end(replayed)
        python_2 = [finding for finding in replayed.report.blocking if is_python_2_problem(finding.message)]
        self.python_2_files.update(finding.path for finding in python_2)
        states = list(new_broken_states(replayed.change))
        errors = [
            finding
            for finding in replayed.report.blocking
            if finding not in python_2
            and (finding.rule, finding.revisions) not in undone
            and not _is_allowed_fork(finding, replayed.change)
        ]
        if errors or states:
            late = [finding for finding in errors if not self._landed.is_of_one_push(replayed, finding)]
            self._begin(replayed, late or errors, states, is_brief=not late and not states)
        self._landed.add(replayed)

    def incidents(self) -> list[Incident]:
        """Return all incidents by time. Open incidents have no end."""
        still = [entry.incident for entries in self._open.values() for entry in entries]
        return _join_equal(sorted([*self._over, *still], key=_by_time))

    def _end(self, replayed: ReplayedCommit) -> set[tuple[str, tuple[str, ...]]]:
        """End the incidents that a change ends.

        Return (rule, revisions) of the offenses that it fixes within minutes.
        """
        undone: set[tuple[str, tuple[str, ...]]] = set()
        entries, self._open[replayed.name] = self._open.get(replayed.name, []), []
        for entry in entries:
            resolved = [offense for offense in entry.left if offense.is_over(replayed.change.after)]
            is_brief = are_together(entry.incident.time, replayed.time)
            undone.update((offense.rule, offense.revisions) for offense in resolved if is_brief)
            entry.left = [offense for offense in entry.left if offense not in resolved]
            if entry.left:
                self._open[replayed.name].append(entry)
            else:
                is_back = _is_brought_back(entry.incident, replayed)
                how = "brought back" if is_back else ending_of(replayed.change, resolved[0].rule)
                ending = Ending(replayed.commit, replayed.time, how)
                self._over.append(replace(entry.incident, ended=ending, is_brief=is_brief))
        return undone

    def _begin(
        self, replayed: ReplayedCommit, findings: Sequence[Finding], states: Sequence[Offense], *, is_brief: bool
    ) -> None:
        reported = {finding.rule for cause in findings for finding in (cause, *cause.consequences)}
        unseen = [state for state in states if state.rule not in reported]
        rules = {finding.rule for finding in findings} | {state.rule for state in unseen}
        revisions = [id_ for finding in findings for id_ in finding.revisions]
        revisions += [id_ for state in unseen for id_ in state.revisions]
        deletions = ((INCIDENT_KINDS[finding.rule].deletion_kind, finding.revisions) for finding in findings)
        incident = Incident(
            replayed.commit,
            replayed.time,
            (replayed.name,),
            tuple(rule.slug for rule in RULES if rule.slug in rules),
            tuple(dict.fromkeys(revisions)),
            tuple(finding.message for finding in findings),
            kind=next((kind(replayed.change, ids) for kind, ids in deletions if kind), ""),
            is_merge=replayed.is_merge,
            is_broken=bool(states),
            is_stopped=bool(findings) or replayed.report.reason is not None,
            is_brief=is_brief,
        )
        if is_brief:
            self._over.append(incident)
        else:
            offenses = states or [offense_of(finding, replayed.change) for finding in findings]
            self._open[replayed.name].append(_OpenIncident(incident, list(offenses)))


def _is_brought_back(incident: Incident, replayed: ReplayedCommit) -> bool:
    graph = replayed.change.after.graph
    return incident.is_deletion and all(id_ in graph for id_ in incident.revisions)


def _by_time(incident: Incident) -> tuple[int, str, tuple[str, ...]]:
    return incident.time, incident.commit, incident.environments


def _join_equal(incidents: Sequence[Incident]) -> list[Incident]:
    """Join the incidents that one commit caused in the same way in several environments."""
    by_key: dict[object, Incident] = {}
    for incident in incidents:
        end = incident.ended.commit if incident.ended else ""
        flags = (incident.is_broken, incident.is_stopped, incident.is_brief)
        key = (incident.commit, incident.rules, incident.kind, *flags, end)
        equal = by_key.get(key)
        by_key[key] = incident if equal is None else _join(equal, incident)
    return list(by_key.values())


def _join(first: Incident, second: Incident) -> Incident:
    ended = first.ended
    if ended and second.ended and ended.how != second.ended.how:
        ended = ended._replace(how=f"{ended.how}, {second.ended.how}")
    return replace(
        first,
        environments=(*first.environments, *second.environments),
        revisions=tuple(dict.fromkeys([*first.revisions, *second.revisions])),
        messages=tuple(dict.fromkeys([*first.messages, *second.messages])),
        ended=ended,
    )


def _is_allowed_fork(finding: Finding, change: Change) -> bool:
    return BY_SLUG[finding.rule].finds_excess_heads and not count_excess_heads(change.after.graph, change.heads_allowed)


def ending_of(change: Change, rule: str) -> str:
    """Return a phrase that says how a change ended an offense."""
    if not len(change.after.graph):
        return "environment removed"
    return _ending_of_fork(change) if BY_SLUG[rule].finds_excess_heads else INCIDENT_KINDS[rule].ending


def _ending_of_fork(change: Change) -> str:
    before, after = change.first_parent, change.after.graph
    if merges := [id_ for id_ in after.ids if len(after[id_].down) > 1 and id_ not in before]:
        return f"merge revision {merges[0]}"
    if moved := [id_ for id_ in after.ids if id_ in before and set(after[id_].down) != set(before[id_].down)]:
        return f"{_name_or_count(moved)} re-parented"
    if new := [id_ for id_ in after.ids if id_ not in before]:
        return f"new id {_name_or_count(new)}"
    deleted = [id_ for id_ in before.ids if id_ not in after]
    return f"{_name_or_count(deleted)} deleted"


def _name_or_count(ids: list[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{len(ids)} revisions"
