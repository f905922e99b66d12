"""Forecasts every unmerged branch: what collides, and the best order of merges."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from git_alembic.conflicts.branch import TargetHistory, UnmergedBranch
from git_alembic.conflicts.branch_reader import BranchReader
from git_alembic.conflicts.branch_selection import NamedTip
from git_alembic.conflicts.collision import KINDS, Collision, find_collisions
from git_alembic.conflicts.file_merges import conflicting_paths
from git_alembic.conflicts.merge_order import MergeStep, add_collisions, check_order, find_stacks, plan_order
from git_alembic.git import Repository
from git_alembic.git.trees import Entry
from git_alembic.history.check_request import Named

Difference = tuple[NamedTip, list[Entry]]


@dataclass(frozen=True)
class ConflictForecast:
    """All branches with revisions, the worst first, against the target and each other.

    `compared` is the number of compared branches. `focus` is the branch whose view this is, "" for all. `fetched` is
    the time of the last fetch of the remote-tracking refs in Unix seconds, None if unknown. `is_past`: the branches are
    where they were at the moment `now`, not where their refs are.
    """

    target: Named
    targets: Mapping[str, TargetHistory]
    branches: tuple[UnmergedBranch, ...]
    collisions: tuple[Collision, ...]
    steps: tuple[MergeStep, ...]
    compared: int = 0
    now: int = 0
    focus: str = ""
    fetched: int | None = None
    is_given_order: bool = False
    is_past: bool = False

    def of(self, branch: UnmergedBranch) -> list[Collision]:
        """Return the collisions that involve a branch."""
        return self._by_branch.get(branch.name, [])

    @cached_property
    def times(self) -> dict[str, int]:
        """The time of each branch's last commit."""
        return {branch.name: branch.time for branch in self.branches}

    @cached_property
    def _by_branch(self) -> dict[str, list[Collision]]:
        return index_collisions(self.collisions)

    @cached_property
    def _stacks(self) -> dict[str, list[str]]:
        return find_stacks(self.branches)

    def stacked_on(self, branch: UnmergedBranch) -> list[str]:
        """Return the names of the branches that a branch is built on."""
        return self._stacks[branch.name]

    @property
    def unreadable(self) -> list[tuple[str, str]]:
        """(branch, path) of each revision file that can't be read."""
        return [(branch.name, path) for branch in self.branches for path in branch.unreadable]


def read_branches(reader: BranchReader, differences: Iterable[Difference]) -> list[UnmergedBranch]:
    """Return the branches that bring revisions."""
    found = (reader.read(tip, diff) for tip, diff in differences)
    return [branch for branch in found if branch is not None]


def forecast_conflicts(
    repository: Repository, reader: BranchReader, branches: Sequence[UnmergedBranch], focus: str = ""
) -> ConflictForecast:
    """Return the forecast of all branches, or of one branch and those that it collides with."""
    collisions = _collisions(repository, reader, branches, focus)
    steps: tuple[MergeStep, ...] = ()
    if focus:
        met = {name for collision in collisions for name in (collision.branch, collision.other)}
        branches = [branch for branch in branches if branch.name in met or branch.name == focus]
    else:
        steps = tuple(add_collisions(plan_order(reader.targets, branches), collisions))
    shown = worst_first(branches, collisions)
    return ConflictForecast(reader.target, reader.targets, shown, collisions, steps, focus=focus)


def forecast_order(
    repository: Repository, reader: BranchReader, branches: Sequence[UnmergedBranch]
) -> ConflictForecast:
    """Return what happens if the branches are merged in the given order without repairs in between."""
    collisions = _collisions(repository, reader, branches, "")
    conflicts = {(found.branch, found.other): found for found in collisions if found.kind == "conflicting-file"}
    steps = tuple(
        step._replace(collisions=tuple(found for found in step.collisions if _is_real(found, conflicts)))
        for step in check_order(reader.targets, branches)
    )
    return ConflictForecast(reader.target, reader.targets, tuple(branches), collisions, steps, is_given_order=True)


def _is_real(collision: Collision, conflicts: Container[tuple[str, str | None]]) -> bool:
    """False for files of two branches that git merges without a conflict."""
    pair = (collision.branch, collision.other)
    return collision.kind != "conflicting-file" or pair in conflicts or pair[::-1] in conflicts


def _collisions(
    repository: Repository, reader: BranchReader, branches: Sequence[UnmergedBranch], focus: str
) -> tuple[Collision, ...]:
    """Return the collisions. git confirms that files conflict."""
    by_name = {branch.name: branch for branch in branches}
    found = find_collisions(reader.targets, branches, focus)
    return tuple(filter(None, (_confirm(repository, by_name, collision) for collision in found)))


def _confirm(repository: Repository, by_name: Mapping[str, UnmergedBranch], collision: Collision) -> Collision | None:
    if collision.kind != "conflicting-file" or collision.other is None or collision.is_in_heads_file:
        return collision
    first, second = by_name[collision.branch], by_name[collision.other]
    ours, theirs = (branch.changes[collision.environment].files for branch in (first, second))
    files = {path: (ours[path], theirs[path]) for path in collision.paths}
    paths = tuple(conflicting_paths(repository, first.commit, second.commit, files))
    return collision._replace(paths=paths) if paths else None


def index_collisions(collisions: Sequence[Collision]) -> dict[str, list[Collision]]:
    """Map each branch to the collisions that involve it."""
    found: dict[str, list[Collision]] = {}
    for collision in collisions:
        for name in filter(None, (collision.branch, collision.other)):
            found.setdefault(name, []).append(collision)
    return found


def worst_first(branches: Sequence[UnmergedBranch], collisions: Sequence[Collision]) -> tuple[UnmergedBranch, ...]:
    """Sort branches by their worst collision with the target, their worst with another branch, the number, and age."""
    by_branch = index_collisions(collisions)

    def rank(branch: UnmergedBranch) -> tuple[int, int, int, int, str]:
        own = by_branch.get(branch.name, [])
        with_target = [KINDS.index(collision.kind) for collision in own if collision.other is None]
        others = [KINDS.index(collision.kind) for collision in own if collision.other is not None]
        worst = len(KINDS)
        return min(with_target, default=worst), min(others, default=worst), -len(own), branch.time, branch.name

    return tuple(sorted(branches, key=rank))
