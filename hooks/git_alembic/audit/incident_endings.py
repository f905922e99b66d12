"""Finds out whether and how an offense ended: "merge revision m", "c re-parented", "brought back". Pure."""

from __future__ import annotations

from typing import NamedTuple

from git_alembic.findings.finding import Finding
from git_alembic.history.environment_change import Change
from git_alembic.history.graph import RevisionGraph
from git_alembic.rules.rule_defaults import BY_SLUG

_ENDINGS = {
    "deleted-revision": "brought back",
    "changed-revision-id": "taken back",
    "changed-down-revision": "taken back",
}


class Ending(NamedTuple):
    """The commit that ended an incident, its time, and the kind of end."""

    commit: str
    time: int
    how: str


class Offense(NamedTuple):
    """An offense that starts with a commit, with the data that shows its end."""

    rule: str
    revisions: tuple[str, ...]
    path: str = ""
    down: frozenset[str] = frozenset()  # the earlier parents of a re-parented revision

    def is_over(self, change: Change) -> bool:
        """True if the history after a change no longer has the offense. Some offenses never end."""
        graph = change.after.graph
        if BY_SLUG[self.rule].lasting:
            return over(self.rule, self.revisions, graph)
        if self.rule == "deleted-revision":
            return all(id_ in graph for id_ in self.revisions)
        if self.rule == "changed-revision-id":
            return self.revisions[0] in graph
        if self.rule == "changed-down-revision":
            return self.revisions[0] in graph and self.down == set(graph[self.revisions[0]].down)
        if self.rule == "unreadable-revision":
            problems = {revision.path for revision in graph.revisions if revision.problem}
            return self.path not in problems.union(file.path for file in change.after.unreadable)
        return bool(self.revisions) and not any(id_ in graph for id_ in self.revisions)


def offense_of(finding: Finding, change: Change) -> Offense:
    """Return the offense of a finding of a change."""
    old = change.expected.by_id.get(finding.revisions[0], ()) if finding.revisions else ()
    return Offense(finding.rule, finding.revisions, finding.path, frozenset(old[-1].down) if old else frozenset())


def over(rule: str, revisions: tuple[str, ...], graph: RevisionGraph) -> bool:
    """True if a history no longer has a lasting offense. `revisions` are those of its finding."""
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


def ending_of(change: Change, rule: str) -> str:
    """Say how a change ended an offense."""
    if not len(change.after.graph):
        return "environment removed"
    return _ending_of_fork(change) if rule == "multiple-heads" else _ENDINGS.get(rule, "repaired")


def _ending_of_fork(change: Change) -> str:
    before, after = change.first_parent, change.after.graph
    if merges := [id_ for id_ in after.ids if len(after[id_].down) > 1 and id_ not in before]:
        return f"merge revision {merges[0]}"
    if moved := [id_ for id_ in after.ids if id_ in before and set(after[id_].down) != set(before[id_].down)]:
        return f"{_name_or_count(moved)} re-parented"
    if new := [id_ for id_ in after.ids if id_ not in before]:
        return f"new id {_name_or_count(new)}"
    gone = [id_ for id_ in before.ids if id_ not in after]
    return f"{_name_or_count(gone)} deleted"


def _name_or_count(ids: list[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{len(ids)} revisions"
