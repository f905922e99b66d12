"""From judged steps to incidents: what broke on the mainline, for how long, and what ended it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change
from git_alembic.history.graph import RevisionGraph
from git_alembic.rules import BY_SLUG


@dataclass(frozen=True)
class Incident:
    """One finding in one commit; `seconds` until it was over, None while it lasts or where it has no length."""

    rule: str
    severity: str
    commit: str
    time: int
    environment: str
    mainline: bool
    revisions: tuple[str, ...]
    seconds: int | None = None
    ended: str = ""

    @property
    def lasting(self) -> bool:
        """Whether it is a state that lasts until something ends it, not an event."""
        return BY_SLUG[self.rule].lasting


class Moment(Protocol):
    """A commit: its id, its time in Unix seconds, whether it is on the mainline."""

    @property
    def commit(self) -> str: ...
    @property
    def time(self) -> int: ...
    @property
    def mainline(self) -> bool: ...


class Timeline:
    """Collects the incidents of a replay, commit by commit in history order."""

    def __init__(self) -> None:
        """No incident yet."""
        self.closed: list[Incident] = []
        self._open: dict[tuple[str, str], Incident] = {}

    def add(self, at: Moment, name: str, change: Change, findings: Iterable[Finding]) -> None:
        """Take note of what one commit did to the environment of a name."""
        if at.mainline:
            self._close(name, at.time, change)
        for finding in findings:
            incident = Incident(
                finding.rule, finding.severity, at.commit, at.time, name, at.mainline, finding.revisions
            )
            if at.mainline and BY_SLUG[finding.rule].lasting:
                self._open.setdefault((name, finding.rule), incident)
            else:
                self.closed.append(incident)

    def incidents(self) -> list[Incident]:
        """All incidents by time; those still open have no length."""
        return sorted(
            [*self.closed, *self._open.values()], key=lambda incident: (incident.time, incident.commit, incident.rule)
        )

    def _close(self, name: str, time: int, change: Change) -> None:
        for key, incident in list(self._open.items()):
            if key[0] == name and over(incident.rule, incident.revisions, change.after.graph):
                how = _ending(change) if incident.rule == "multiple-heads" else "repaired"
                self.closed.append(_ended(self._open.pop(key), time, how))


def _ended(incident: Incident, time: int, how: str) -> Incident:
    return replace(incident, seconds=max(0, time - incident.time), ended=how)


def over(rule: str, revisions: tuple[str, ...], graph: RevisionGraph) -> bool:
    """Whether a history has no more of a lasting offence; `revisions` are those of its finding."""
    if rule == "multiple-heads":
        return len(graph.heads) < len(revisions)
    if rule == "missing-parent":
        return revisions not in (*graph.missing, *graph.missing_dependencies)
    if rule == "duplicate-revision":
        shared = {ids for _, ids in graph.label_clashes}
        return not set(revisions) & set(graph.duplicates) and revisions not in shared
    if rule == "revision-cycle":
        return revisions not in graph.cycles
    return not set(revisions) & set(graph.bases)


def _ending(change: Change) -> str:
    """What lowered the number of heads."""
    before, after = change.first_parent, change.after.graph
    if any(len(graph_revision.down) > 1 and graph_revision.id not in before for graph_revision in after.revisions):
        return "merge revision"
    if any(id_ in before and set(after[id_].down) != set(before[id_].down) for id_ in after.ids):
        return "re-parented"
    if any(id_ not in before for id_ in after.ids):
        return "new id"
    return "deleted"
