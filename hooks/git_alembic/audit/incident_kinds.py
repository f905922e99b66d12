"""Offenses as an audit sees them, rule by rule: what breaks Alembic, when an offense is over, what was lost. Pure.

It has an entry for each rule that checks a `Change`. The rules of a run on a scratch database have no part in an audit.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from git_alembic.findings.finding import Finding
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.revisions.revision import Revision
from git_alembic.rules.deleted_revision import find_kind
from git_alembic.rules.stale_docstring import find_contradiction


class Offense(NamedTuple):
    """An offense that starts with a commit, with the data that shows its end."""

    rule: str
    revisions: tuple[str, ...]
    path: str = ""
    down: frozenset[str] = frozenset()  # the earlier parents of a re-parented revision

    def is_over(self, after: Snapshot) -> bool:
        """True if a later state no longer has the offense. Some offenses never end."""
        return INCIDENT_KINDS[self.rule].is_over(self, after)


def offense_of(finding: Finding, change: Change) -> Offense:
    """Return the offense of a finding of a change."""
    old = change.expected.by_id.get(finding.revisions[0], ()) if finding.revisions else ()
    return Offense(finding.rule, finding.revisions, finding.path, frozenset(old[-1].down) if old else frozenset())


class IncidentKind(NamedTuple):
    """What an audit has to know about one rule."""

    is_over: Callable[[Offense, Snapshot], bool]
    is_repaired: Callable[[Finding, RevisionGraph, Snapshot], bool]  # finding, history before the commit, state now
    ending: str = "repaired"
    lost: int | None = 0  # the number of revisions of the finding, from the first, that the change removes; None: all
    deletion_kind: Callable[[Change, Sequence[str]], str] | None = None  # None: the rule is about no deletion
    deed: str = ""  # what the commits did, after "that"


def _lasting(is_over: Callable[[tuple[str, ...], RevisionGraph], bool], deed: str = "") -> IncidentKind:
    """Return the entry of a rule about a state of the history. The finding's revisions identify the state."""
    return IncidentKind(
        lambda offense, after: is_over(offense.revisions, after.graph),
        lambda finding, _, now: is_over(finding.revisions, now.graph),
        deed=deed,
    )


def _has_no_clash(revisions: tuple[str, ...], graph: RevisionGraph) -> bool:
    clashing_ids = {ids for _, ids in graph.label_clashes}
    return not set(revisions) & set(graph.duplicates) and revisions not in clashing_ids


def _is_readable(path: str, now: Snapshot) -> bool:
    problems = {revision.path for revision in now.graph.revisions if revision.problem}
    return path not in problems.union(file.path for file in now.unreadable)


def _are_gone(offense: Offense, after: Snapshot) -> bool:
    return bool(offense.revisions) and not any(id_ in after.graph for id_ in offense.revisions)


def _has_old_parents(offense: Offense, after: Snapshot) -> bool:
    id_ = offense.revisions[0]
    return id_ in after.graph and offense.down == set(after.graph[id_].down)


def _is_any_back(finding: Finding, before: RevisionGraph, now: Snapshot) -> bool:
    return any(id_ in now.graph for id_ in finding.revisions if id_ in before)


def _later(finding: Finding, now: Snapshot) -> list[Revision]:
    return [new for id_ in finding.revisions for new in now.graph.by_id.get(id_, ())]


def _is_any(
    is_restored: Callable[[Revision, Revision], bool],
) -> Callable[[Finding, RevisionGraph, Snapshot], bool]:
    """Return the question whether a revision of a finding is back in its old state."""
    return lambda finding, before, now: any(
        is_restored(old, new) for new in _later(finding, now) for old in before.by_id.get(new.id, ())
    )


def _deletion_kind(change: Change, deleted: Sequence[str]) -> str:
    """Return the kind of a deletion in a word or two, or ""."""
    if kind := find_kind(change, deleted):
        return kind
    if any(id_ in change.after.not_loaded for id_ in deleted):
        return "moved"
    before, after = change.expected, change.after.graph
    if len(after.heads) < len(before.heads):
        return "resolves a fork"
    closed = not set(after.missing) - set(before.missing) and any(before.children(id_) for id_ in deleted)
    return "mid-history" if closed and len(after.heads) == len(before.heads) else ""


PLAIN = IncidentKind(_are_gone, _is_any(lambda old, new: old.blob == new.blob))
INCIDENT_KINDS: dict[str, IncidentKind] = {
    "unreadable-revision": IncidentKind(
        lambda offense, after: _is_readable(offense.path, after),
        lambda finding, _, now: _is_readable(finding.path, now),
        deed="added files that Alembic or git-alembic can't read",
    ),
    "duplicate-revision": _lasting(_has_no_clash),
    "revision-cycle": _lasting(lambda revisions, graph: revisions not in graph.cycles),
    "missing-parent": _lasting(lambda revisions, graph: revisions not in (*graph.missing, *graph.missing_dependencies)),
    "multiple-heads": _lasting(lambda revisions, graph: len(graph.heads) < len(revisions)),
    "divergent-heads": PLAIN,
    "extra-base": _lasting(lambda revisions, graph: not set(revisions) & set(graph.bases), "added a second base"),
    "heads-file": PLAIN._replace(deed="did not update the heads file"),
    "deleted-revision": IncidentKind(
        lambda offense, after: all(id_ in after.graph for id_ in offense.revisions),
        _is_any_back,
        ending="brought back",
        lost=None,
        deletion_kind=_deletion_kind,
        deed="deleted revisions that may have been applied to databases",
    ),
    "changed-revision-id": IncidentKind(
        lambda offense, after: offense.revisions[0] in after.graph,
        _is_any_back,
        ending="taken back",
        lost=1,
        deed="changed the ids of published revisions",
    ),
    "changed-down-revision": IncidentKind(
        _has_old_parents,
        _is_any(lambda old, new: set(old.down) == set(new.down)),
        ending="taken back",
        lost=1,
        deed="changed the order of published revisions",
    ),
    "renamed-revision": PLAIN._replace(
        is_repaired=_is_any(lambda old, new: posixpath.basename(old.path) == posixpath.basename(new.path))
    ),
    "edited-revision": PLAIN,
    "long-revision-id": PLAIN._replace(deed="added ids that databases can't store"),
    "misnamed-file": PLAIN,
    "merge-revision": PLAIN,
    "stale-docstring": PLAIN._replace(
        is_repaired=lambda finding, _, now: not any(map(find_contradiction, _later(finding, now)))
    ),
}


def new_broken_states(change: Change) -> Iterator[Offense]:
    """Yield what makes Alembic fail after a change but not before it, whatever the rules and the settings are.

    An unreadable file may declare a missing parent, so this ignores missing parents and heads in that case.
    """
    before, after = change.first_parent, change.after.graph
    missing = [] if change.environment.external_parents else sorted(_missing(after) - _missing(before))
    unreadable_before = {file.path for snapshot in change.baselines[:1] for file in snapshot.unreadable}
    unreadable = {file.path for file in change.after.unreadable}
    is_clear = unreadable <= unreadable_before and not (unreadable and missing)
    if is_clear and count_excess_heads(after, change.heads_allowed) > count_excess_heads(before, change.heads_allowed):
        yield Offense("multiple-heads", after.heads)
    if not unreadable:
        yield from (Offense("missing-parent", pair) for pair in missing)
    duplicates = sorted(set(after.duplicates) - set(before.duplicates))
    yield from (Offense("duplicate-revision", (id_,)) for id_ in duplicates)
    yield from (Offense("revision-cycle", cycle) for cycle in sorted(set(after.cycles) - set(before.cycles)))


def _missing(graph: RevisionGraph) -> set[tuple[str, str]]:
    pairs = {*graph.missing, *graph.missing_dependencies}
    return {(id_, name) for id_, name in pairs if not name.startswith("<")}  # computed by code
