"""Finds out how an offense ended: "merge revision m", "c re-parented", "brought back". Pure."""

from __future__ import annotations

from typing import NamedTuple

from git_alembic.audit.incident_kinds import AUDITS, Offense
from git_alembic.findings.finding import Finding
from git_alembic.history.change import Change
from git_alembic.rules.rule_defaults import BY_SLUG


class Ending(NamedTuple):
    """The commit that ended an incident, its time, and the kind of end."""

    commit: str
    time: int
    how: str


def offense_of(finding: Finding, change: Change) -> Offense:
    """Return the offense of a finding of a change."""
    old = change.expected.by_id.get(finding.revisions[0], ()) if finding.revisions else ()
    return Offense(finding.rule, finding.revisions, finding.path, frozenset(old[-1].down) if old else frozenset())


def ending_of(change: Change, rule: str) -> str:
    """Return a phrase that says how a change ended an offense."""
    if not len(change.after.graph):
        return "environment removed"
    return _ending_of_fork(change) if BY_SLUG[rule].is_fork else AUDITS[rule].ending


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
