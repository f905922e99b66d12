"""The order of merges that re-parents the fewest revisions, and whether a given order stays clean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.conflicts.collision import Collision, compare_pair, compare_with_target, target_of
from git_alembic.conflicts.merged_history import MergedHistory
from git_alembic.revisions.revision import Revision

_Histories = dict[str, MergedHistory]


class MergeStep(NamedTuple):
    """One merge; `reparented` are the revisions whose `down_revision` has to change before it."""

    branch: UnmergedBranch
    reparented: tuple[str, ...] = ()
    collisions: tuple[Collision, ...] = ()


def plan_order(targets: Mapping[str, TargetHistory], branches: Iterable[UnmergedBranch]) -> list[MergeStep]:
    """List the merges in the order that re-parents the fewest revisions.

    A branch that nothing has to be done for comes first; of several, the one that would cost most later.
    """
    left = sorted(branches, key=lambda branch: (branch.time, branch.name))
    histories: _Histories = {}
    steps = []
    while left:
        ready = [branch for branch in left if not any(is_stacked(branch, other) for other in left)]
        costs = [(_reparented(targets, histories, branch), branch) for branch in ready or left]
        free = [branch for moved, branch in costs if not moved]
        if free:
            chosen = max(free, key=lambda branch: _count_bases(histories, branch))
            moved: tuple[str, ...] = ()
        else:
            moved, chosen = min(costs, key=lambda cost: len(cost[0]))
        steps.append(MergeStep(chosen, moved))
        _merge(targets, histories, chosen, moved)
        left.remove(chosen)
    return steps


def check_order(targets: Mapping[str, TargetHistory], branches: Sequence[UnmergedBranch]) -> list[MergeStep]:
    """List the merges in the given order, each with what goes wrong in it if nothing is repaired before."""
    steps: list[MergeStep] = []
    histories: _Histories = {}
    for at, branch in enumerate(branches):
        found = [*compare_with_target(targets, branch)]
        for earlier in branches[:at]:
            found += compare_pair(targets, branch, earlier)
        own = [collision for collision in found if collision.kind != "fork" or _forks(targets, histories, branch)]
        steps.append(MergeStep(branch, (), tuple(own)))
        _merge(targets, histories, branch, ())
    return steps


def is_stacked(branch: UnmergedBranch, other: UnmergedBranch) -> bool:
    """True if a branch has all that the other brings, and more."""
    mine, theirs = _all_ids(branch), _all_ids(other)
    return bool(theirs) and theirs < mine


def _all_ids(branch: UnmergedBranch) -> set[tuple[str, str]]:
    return {(name, id_) for name, change in branch.changes.items() for id_ in change.ids}


def _history(targets: Mapping[str, TargetHistory], histories: _Histories, environment: str) -> MergedHistory:
    return histories.get(environment) or MergedHistory(target_of(targets, environment))


def _merge(
    targets: Mapping[str, TargetHistory], histories: _Histories, branch: UnmergedBranch, moved: Sequence[str]
) -> None:
    for name, change in branch.changes.items():
        before = _history(targets, histories, name)
        heads = before.heads
        left = _remaining(before, change)
        revisions = [revision._replace(down=heads) if revision.id in moved else revision for revision in left]
        histories[name] = before.merge(change, revisions)


def _remaining(history: MergedHistory, change: EnvironmentChange) -> list[Revision]:
    """The revisions of a branch that no earlier merge brought."""
    return [revision for revision in change.added if revision.id not in history.added]


def _bases(history: MergedHistory, change: EnvironmentChange) -> list[Revision]:
    """The revisions of a branch that start its chains."""
    left = _remaining(history, change)
    ids = {revision.id for revision in left}
    return [revision for revision in left if not ids & set(revision.down)]


def _count_bases(histories: _Histories, branch: UnmergedBranch) -> int:
    found = 0
    for name, change in branch.changes.items():
        known = histories[name].added if name in histories else {}
        ids = {revision.id for revision in change.added if revision.id not in known}
        found += sum(revision.id in ids and not ids & set(revision.down) for revision in change.added)
    return found


def _forks(targets: Mapping[str, TargetHistory], histories: _Histories, branch: UnmergedBranch) -> bool:
    return bool(_reparented(targets, histories, branch))


def _reparented(targets: Mapping[str, TargetHistory], histories: _Histories, branch: UnmergedBranch) -> tuple[str, ...]:
    """The revisions to re-parent before the branch can be merged without a new head; () if there are none."""
    found: list[str] = []
    for name, change in branch.changes.items():
        history = _history(targets, histories, name)
        left = _remaining(history, change)
        after = history.merge(change, left)
        crowded = after.crowded_heads
        if not crowded or len(after.heads) <= len(history.heads):
            continue
        heads = set(history.heads)
        bases = _bases(history, change)
        found += [revision.id for revision in bases if not heads.issuperset(revision.down)] or [
            revision.id for revision in bases[1:] or left[:1]
        ]
    return tuple(found)
