"""Finds the collisions of branches with the target and with each other."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from git_alembic.conflicts.branch import TargetHistory, UnmergedBranch
from git_alembic.conflicts.branches_with_same_collisions import BranchGroups
from git_alembic.conflicts.collision import KINDS, Collision, CollisionKind, compare_pair, compare_with_target

Confirm = Callable[[Collision], Collision | None]


class Partners(NamedTuple):
    """The branches that one branch collides with in one way: their number, and the newest of them."""

    number: int
    newest: tuple[str, ...]


class Collisions:
    """The collisions of some branches. Those of groups are computed on demand, because there can be millions."""

    def __init__(
        self,
        branches: Sequence[UnmergedBranch] = (),
        listed: Sequence[Collision] = (),
        groups: BranchGroups | None = None,
    ) -> None:
        """Store the arguments. `listed` has the collisions with the target and those of divergent pairs."""
        self._branches = branches
        self.listed = listed
        self.groups = groups

    def __iter__(self) -> Iterator[Collision]:
        """Yield the collisions with the target, then those of each pair of branches."""
        yield from (collision for collision in self.listed if collision.other is None)
        if self.groups is None:
            yield from (collision for collision in self.listed if collision.other is not None)
            return
        for position, first in enumerate(self._branches):
            by_other: dict[str | None, list[Collision]] = {}
            for collision in self._by_branch.get(first.name, ()):
                by_other.setdefault(collision.other, []).append(collision)
            apart = self.groups.divergent[first.name]
            for second in islice(self._branches, position + 1, None):
                if second.name in apart:
                    yield from by_other.get(second.name, ())
                else:
                    yield from self.groups.compare(first, second)

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None

    @cached_property
    def _by_branch(self) -> dict[str, list[Collision]]:
        by_branch: dict[str, list[Collision]] = {}
        for collision in self.listed:
            for name in filter(None, (collision.branch, collision.other)):
                by_branch.setdefault(name, []).append(collision)
        return by_branch

    @cached_property
    def _by_name(self) -> dict[str, UnmergedBranch]:
        return {branch.name: branch for branch in self._branches}

    def with_target(self, branch: UnmergedBranch) -> list[Collision]:
        """Return what goes wrong if only this branch is merged."""
        return [collision for collision in self._by_branch.get(branch.name, ()) if collision.other is None]

    @property
    def broken(self) -> frozenset[str]:
        """The branches with a problem that new parents of their revisions don't repair."""
        with_target = (collision for collision in self.listed if collision.other is None and collision.kind != "fork")
        return frozenset(collision.branch for collision in with_target if not collision.is_in_heads_file)

    def partners(self, branch: UnmergedBranch, most: int) -> dict[CollisionKind, Partners]:
        """Return the branches that a branch collides with, the worst kind first, with a limit of names per kind."""
        by_kind = {kind: self._partners(branch, kind, most) for kind in KINDS}
        return {kind: partners for kind, partners in by_kind.items() if partners.number}

    def _partners(self, branch: UnmergedBranch, kind: CollisionKind, most: int) -> Partners:
        of_branch = (collision for collision in self._by_branch.get(branch.name, ()) if collision.kind == kind)
        names = {other for collision in of_branch if (other := collision.seen_from(branch.name)) is not None}
        number, newest_first = len(names), [iter(sorted((-self._by_name[name].time, name) for name in names))]
        if self.groups is not None:
            for group in self.groups.colliding_groups(branch, kind):
                number += self.groups.count_others(branch, group)
                newest_first.append((-other.time, other.name) for other in self.groups.others(branch, group))
        return Partners(number, tuple(name for _, name in islice(heapq.merge(*newest_first), most)))

    def view(self, branch: UnmergedBranch, most: int) -> tuple[list[Collision], int]:
        """Return the collisions of a branch, with a limit per kind, and how many branches are left out."""
        shown, hidden = self.with_target(branch), 0
        for kind, partners in self.partners(branch, most).items():
            pairs = (pair for name in partners.newest for pair in self._between(branch, name))
            shown += (collision for collision in pairs if collision.kind == kind)
            hidden += partners.number - len(partners.newest)
        return shown, hidden

    def _between(self, branch: UnmergedBranch, other: str) -> Iterator[Collision]:
        if self.groups is None or other in self.groups.divergent[branch.name]:
            of_branch = self._by_branch.get(branch.name, ())
            return (collision for collision in of_branch if collision.seen_from(branch.name) == other)
        return self.groups.compare(branch, self._by_name[other])

    def before(self, branch: UnmergedBranch, merged: Mapping[CollisionKind, Container[str]]) -> list[Collision]:
        """Return the problems that a branch has if it is merged after branches of each kind.

        Each problem occurs once.
        """
        of_branch = (collisions for collisions in self._by_branch.get(branch.name, ()) if collisions.kind in merged)
        collisions = [
            each for each in of_branch if (other := each.seen_from(branch.name)) is None or other in merged[each.kind]
        ]
        collisions += self._of_groups_before(branch, merged)
        unique: dict[tuple[object, ...], Collision] = {}
        for collision in collisions:
            unique.setdefault((collision.other is None, collision._replace(branch="", other=None)), collision)
        return list(unique.values())

    def _of_groups_before(
        self, branch: UnmergedBranch, merged: Mapping[CollisionKind, Container[str]]
    ) -> Iterator[Collision]:
        if self.groups is None:
            return
        for kind, names in merged.items():
            for group in self.groups.colliding_groups(branch, kind):
                others = (other for other in self.groups.others(branch, group) if other.name in names)
                for other in islice(others, 1):
                    yield from (collision for collision in self.groups.compare(other, branch) if collision.kind == kind)


def find_collisions(
    targets: Mapping[str, TargetHistory],
    branches: Sequence[UnmergedBranch],
    focus: str = "",
    confirm: Confirm = lambda collision: collision,
) -> Collisions:
    """Return the collisions of each branch with the target and of each pair; `focus` names a single branch.

    `confirm` returns what remains of a collision in a file that two branches changed differently.
    """
    collisions = [
        collision
        for branch in branches
        if focus in ("", branch.name)
        for collision in compare_with_target(targets, branch)
    ]
    groups = None if focus else BranchGroups(targets, branches)
    for first, second in _pairs(branches, groups, focus):
        collisions += filter(None, (_confirm(collision, confirm) for collision in compare_pair(targets, first, second)))
    return Collisions(branches, collisions, groups)


def _pairs(
    branches: Sequence[UnmergedBranch], groups: BranchGroups | None, focus: str
) -> Iterator[tuple[UnmergedBranch, UnmergedBranch]]:
    """Yield the pairs that must be compared separately: divergent pairs, or those with the branch in focus."""
    positions = {branch.name: position for position, branch in enumerate(branches)}
    for position, first in enumerate(branches):
        if groups is not None:
            later = sorted(other for name in groups.divergent[first.name] if (other := positions[name]) > position)
        elif first.name == focus:
            later = list(range(position + 1, len(branches)))
        else:
            later = [other for other in (positions.get(focus, -1),) if other > position]
        yield from ((first, branches[other]) for other in later)


def _confirm(collision: Collision, confirm: Confirm) -> Collision | None:
    is_sure = collision.kind != "conflicting-file" or collision.is_in_heads_file
    return collision if is_sure else confirm(collision)
