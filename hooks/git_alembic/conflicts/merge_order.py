"""Finds the order of merges that re-parents the fewest revisions, and checks whether a given order stays clean."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from git_alembic.conflicts.branch import EnvironmentChange, TargetHistory, UnmergedBranch
from git_alembic.conflicts.collision import (
    KINDS,
    Collision,
    CollisionKind,
    compare_pair,
    compare_with_target,
    target_of,
)
from git_alembic.conflicts.collisions_of_branches import Collisions
from git_alembic.conflicts.heads_after_merges import MergedHistory
from git_alembic.revisions.revision import Revision

_Histories = dict[str, MergedHistory]
_Shape = tuple[object, ...]


class MergeStep(NamedTuple):
    """One merge. `reparented` are the revisions whose `down_revision` must change in it.

    `collisions` are what goes wrong in it. A planned order omits forks, because re-parenting repairs them.
    """

    branch: UnmergedBranch
    reparented: tuple[str, ...] = ()
    collisions: tuple[Collision, ...] = ()
    is_planned: bool = False
    stops_at_heads_file: bool = False  # git stops at the file with the heads
    is_shared: bool = False  # another branch also has a re-parented revision, so `fix` treats it as published


def plan_order(
    targets: Mapping[str, TargetHistory], branches: Iterable[UnmergedBranch], broken: Container[str] = ()
) -> list[MergeStep]:
    """List the merges in the order that re-parents the fewest revisions.

    A branch that needs no repair comes first. Among branches that need one, the branch that would cost most later comes
    first. `broken` branches need more than a new parent. They come last.
    """
    unmerged = _UnmergedBranches(targets, sorted(branches, key=lambda branch: (branch.time, branch.name)), broken)
    histories: _Histories = {}
    steps = []
    while candidates := unmerged.candidates():
        costs = [(_list_ids_to_reparent(targets, histories, branch), branch) for branch in candidates]
        free = [branch for moved, branch in costs if not moved]
        if free:
            chosen = max(free, key=lambda branch: _count_bases(histories, branch))
            moved: tuple[str, ...] = ()
        else:
            moved, chosen = min(costs, key=lambda cost: len(cost[0]))
        steps.append(MergeStep(chosen, moved, is_shared=unmerged.has_shared(chosen, moved)))
        _merge(targets, histories, chosen, moved)
        unmerged.remove(chosen)
    return steps


class _UnmergedBranches:
    """The branches that are not merged yet. Of those with the same cost, only the first is a candidate."""

    def __init__(
        self, targets: Mapping[str, TargetHistory], branches: Sequence[UnmergedBranch], broken: Container[str]
    ) -> None:
        self._broken = broken
        self._below = find_stacks(branches)
        self._positions = {branch.name: position for position, branch in enumerate(branches)}
        self._holders = holders = Counter(id_ for branch in branches for id_ in branch.all_ids)
        lines: dict[_Shape, deque[UnmergedBranch]] = {}
        for branch in branches:
            is_alone = branch.name not in broken and all(holders[id_] == 1 for id_ in branch.all_ids)
            lines.setdefault(_shape(targets, branch) if is_alone else (branch.name,), deque()).append(branch)
        self._lines = lines
        self._line_of = {branch.name: line for line in lines for branch in lines[line]}

    def candidates(self) -> list[UnmergedBranch]:
        """Return the branches to choose from, in their order. Everything below them in a stack is merged."""
        first = sorted((line[0] for line in self._lines.values()), key=lambda branch: self._positions[branch.name])
        ready = [branch for branch in first if self._positions.keys().isdisjoint(self._below[branch.name])]
        return [branch for branch in ready if branch.name not in self._broken] or ready or first

    def has_shared(self, branch: UnmergedBranch, ids: Container[str]) -> bool:
        """True if another branch also has one of the ids of a branch."""
        return any(self._holders[key] > 1 for key in branch.all_ids if key[1] in ids)

    def remove(self, branch: UnmergedBranch) -> None:
        """Remove the first branch of its line."""
        line = self._line_of[branch.name]
        self._lines[line].popleft()
        del self._positions[branch.name]
        if not self._lines[line]:
            del self._lines[line]


def _shape(targets: Mapping[str, TargetHistory], branch: UnmergedBranch) -> _Shape:
    """Return what decides the cost of an independent branch.

    Return its name if it drops revisions or has ids that the target knows, or if a number doesn't limit the heads.
    """
    parts = []
    for name, change in sorted(branch.changes.items()):
        target = target_of(targets, name)
        is_plain = isinstance(target.heads_allowed, int) and not target.knows_any(change.ids)
        if change.dropped or not is_plain:
            return (branch.name,)
        downs = [frozenset(revision.down) for revision in change.added]
        parents = sorted((len(down & change.ids), tuple(sorted(down - change.ids))) for down in downs)
        parts.append((name, len(change.ids - change.named_parents), tuple(parents)))
    return tuple(parts)


def add_collisions(steps: Iterable[MergeStep], collisions: Collisions) -> list[MergeStep]:
    """Add the problems that re-parenting doesn't repair to the steps of a planned order.

    They are problems with the target or with an earlier step. A branch with a lost revision or a duplicate id is
    repaired in its step. So later steps don't count it.
    """
    merged: dict[CollisionKind, set[str]] = {kind: set() for kind in KINDS if kind != "fork"}
    with_collisions = []
    for step in steps:
        earlier = collisions.before(step.branch, merged)
        revision_collisions = tuple(collision for collision in earlier if not collision.is_in_heads_file)
        with_collisions.append(
            step._replace(
                collisions=revision_collisions,
                is_planned=True,
                stops_at_heads_file=len(revision_collisions) < len(earlier),
            )
        )
        repaired = {collision.kind for collision in revision_collisions if collision.kind != "conflicting-file"}
        for kind in merged.keys() - repaired:
            merged[kind].add(step.branch.name)
    return with_collisions


def check_order(targets: Mapping[str, TargetHistory], branches: Sequence[UnmergedBranch]) -> list[MergeStep]:
    """List the merges in the given order, each with what goes wrong in it without earlier repairs."""
    steps: list[MergeStep] = []
    histories: _Histories = {}
    for position, branch in enumerate(branches):
        collisions = [*compare_with_target(targets, branch)]
        for earlier in branches[:position]:
            collisions += compare_pair(targets, branch, earlier)
        forks = _needs_new_parents(targets, histories, branch)
        counting = [collision for collision in collisions if forks or not _comes_with_fork(collision)]
        steps.append(MergeStep(branch, (), tuple(counting)))
        _merge(targets, histories, branch, ())
    return steps


def _comes_with_fork(collision: Collision) -> bool:
    return collision.kind == "fork" or collision.is_in_heads_file


def find_stacks(branches: Iterable[UnmergedBranch]) -> dict[str, list[str]]:
    """Map each branch to the branches below it in a stack.

    A branch has all revision files of those below it, and more.
    """
    brought = {
        branch.name: {(name, new.id, new.path) for name, change in branch.changes.items() for new in change.added}
        for branch in branches
    }
    holders: dict[tuple[str, str, str], list[str]] = {}
    for name, files in brought.items():
        for file in files:
            holders.setdefault(file, []).append(name)
    near = {name: {other for file in files for other in holders[file]} for name, files in brought.items()}
    return {name: sorted(other for other in near[name] if brought[other] < files) for name, files in brought.items()}


def _history(targets: Mapping[str, TargetHistory], histories: _Histories, environment: str) -> MergedHistory:
    return histories.get(environment) or MergedHistory(target_of(targets, environment))


def _merge(
    targets: Mapping[str, TargetHistory], histories: _Histories, branch: UnmergedBranch, moved: Sequence[str]
) -> None:
    for name, change in branch.changes.items():
        before = _history(targets, histories, name)
        heads = before.heads
        remaining = _remaining(before, change)
        revisions = [revision._replace(down=heads) if revision.id in moved else revision for revision in remaining]
        histories[name] = before.merge(change, revisions)


def _remaining(history: MergedHistory, change: EnvironmentChange) -> list[Revision]:
    """Return the revisions of a branch that no earlier merge brought."""
    return [revision for revision in change.added if revision.id not in history.added]


def _bases(history: MergedHistory, change: EnvironmentChange) -> list[Revision]:
    """Return the revisions of a branch that start its chains."""
    remaining = _remaining(history, change)
    ids = {revision.id for revision in remaining}
    return [revision for revision in remaining if not ids & set(revision.down)]


def _count_bases(histories: _Histories, branch: UnmergedBranch) -> int:
    count = 0
    for name, change in branch.changes.items():
        merged = histories[name].added if name in histories else {}
        ids = {revision.id for revision in change.added if revision.id not in merged}
        count += sum(revision.id in ids and not ids & set(revision.down) for revision in change.added)
    return count


def _needs_new_parents(targets: Mapping[str, TargetHistory], histories: _Histories, branch: UnmergedBranch) -> bool:
    return bool(_list_ids_to_reparent(targets, histories, branch))


def _list_ids_to_reparent(
    targets: Mapping[str, TargetHistory], histories: _Histories, branch: UnmergedBranch
) -> tuple[str, ...]:
    """Return the revisions to re-parent before the branch can be merged without a new head."""
    ids: list[str] = []
    for name, change in branch.changes.items():
        history = _history(targets, histories, name)
        remaining = _remaining(history, change)
        heads = set(history.heads)
        if not _adds_heads(history, heads, change, remaining):
            continue
        bases = _bases(history, change)
        ids += [revision.id for revision in bases if not heads.issuperset(revision.down)] or [
            revision.id for revision in bases[1:] or remaining[:1]
        ]
    return tuple(ids)


def _adds_heads(
    history: MergedHistory, before: AbstractSet[str], change: EnvironmentChange, remaining: Sequence[Revision]
) -> bool:
    """True if merging the remaining revisions gives more heads than before and than allowed."""
    allowed = history.target.heads_allowed
    if change.dropped or not isinstance(allowed, int):
        after = history.merge(change, remaining)
        return bool(after.crowded_heads) and len(after.heads) > len(before)
    parents = {parent for revision in remaining for parent in revision.down} | history.target.missing_ids
    heads = {*before, *(revision.id for revision in remaining)} - parents
    return len(heads) > max(allowed, len(before))
