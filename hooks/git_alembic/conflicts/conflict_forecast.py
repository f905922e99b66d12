"""Forecasts every unmerged branch: what collides, and the best order of merges."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from git_alembic.conflicts.branch import TargetHistory, UnmergedBranch
from git_alembic.conflicts.branch_reader import BranchReader
from git_alembic.conflicts.branch_selection import NamedTip
from git_alembic.conflicts.collision import KINDS, Collision
from git_alembic.conflicts.collisions_of_branches import Collisions, find_collisions
from git_alembic.conflicts.merge_order import MergeStep, add_collisions, check_order, find_stacks, plan_order
from git_alembic.conflicts.textual_conflicts import conflicting_paths
from git_alembic.git import Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.git.trees import Entry

Difference = tuple[NamedTip, list[Entry]]


@dataclass(frozen=True)
class ConflictForecast:
    """All branches with revisions, the worst first, against the target and each other.

    `compared` is the number of compared branches. `focus` is the branch whose view this is, "" for all. `fetched` is
    the time of the last fetch of the remote-tracking refs in Unix seconds, None if unknown. `is_past`: the branches are
    where they were at the moment `now`, not where their refs are. `unrelated` branches share no commit with the target.
    """

    target: NamedCommit
    targets: Mapping[str, TargetHistory]
    branches: tuple[UnmergedBranch, ...]
    collisions: Collisions
    steps: tuple[MergeStep, ...]
    compared: int = 0
    now: int = 0
    focus: str = ""
    fetched: int | None = None
    is_given_order: bool = False
    is_past: bool = False
    unrelated: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, UnmergedBranch]:
        """The branches by their names."""
        return {branch.name: branch for branch in self.branches}

    @cached_property
    def _stacks(self) -> dict[str, list[str]]:
        return find_stacks(self.branches)

    def collides(self, branch: UnmergedBranch) -> bool:
        """True if anything goes wrong with a branch."""
        return bool(self.collisions.with_target(branch) or self.collisions.partners(branch, 0))

    def stacked_on(self, branch: UnmergedBranch) -> list[str]:
        """Return the names of the branches that a branch is built on."""
        return self._stacks[branch.name]

    @property
    def unreadable(self) -> list[tuple[str, str]]:
        """(branch, path) of each revision file that can't be read."""
        return [(branch.name, path) for branch in self.branches for path in branch.unreadable]


def read_branches(reader: BranchReader, differences: Iterable[Difference]) -> list[UnmergedBranch]:
    """Return the branches that bring revisions."""
    branches = (reader.read(tip, diff) for tip, diff in differences)
    return [branch for branch in branches if branch is not None]


def forecast_conflicts(
    repository: Repository, reader: BranchReader, branches: Sequence[UnmergedBranch], focus: str = ""
) -> ConflictForecast:
    """Return the forecast of all branches, or of one branch and those that it collides with."""
    collisions = _collisions(repository, reader, branches, focus)
    steps: tuple[MergeStep, ...] = ()
    if focus:
        colliding = {name for collision in collisions for name in (collision.branch, collision.other)}
        branches = [branch for branch in branches if branch.name in colliding or branch.name == focus]
    else:
        steps = tuple(add_collisions(plan_order(reader.targets, branches, collisions.broken), collisions))
    shown = worst_first(branches, collisions)
    return ConflictForecast(reader.target, reader.targets, shown, collisions, steps, focus=focus)


def forecast_order(
    repository: Repository, reader: BranchReader, branches: Sequence[UnmergedBranch]
) -> ConflictForecast:
    """Return what happens if the branches are merged in the given order without repairs in between."""
    collisions = _collisions(repository, reader, branches, "")
    conflicts = {
        (collision.branch, collision.other): collision
        for collision in collisions
        if collision.kind == "conflicting-file"
    }
    steps = tuple(
        step._replace(collisions=tuple(collision for collision in step.collisions if _is_real(collision, conflicts)))
        for step in check_order(reader.targets, branches)
    )
    return ConflictForecast(reader.target, reader.targets, tuple(branches), collisions, steps, is_given_order=True)


def _is_real(collision: Collision, conflicts: Container[tuple[str, str | None]]) -> bool:
    """False for files of two branches that git merges without a conflict."""
    pair = (collision.branch, collision.other)
    return collision.kind != "conflicting-file" or pair in conflicts or pair[::-1] in conflicts


def _collisions(
    repository: Repository, reader: BranchReader, branches: Sequence[UnmergedBranch], focus: str
) -> Collisions:
    """Return the collisions. git confirms that files conflict."""
    by_name = {branch.name: branch for branch in branches}
    return find_collisions(reader.targets, branches, focus, lambda collision: _confirm(repository, by_name, collision))


def _confirm(repository: Repository, by_name: Mapping[str, UnmergedBranch], collision: Collision) -> Collision | None:
    first, second = by_name[collision.branch], by_name[collision.other or ""]
    first_files, second_files = (branch.changes[collision.environment].files for branch in (first, second))
    files = {path: (first_files[path], second_files[path]) for path in collision.paths}
    paths = tuple(conflicting_paths(repository, first.commit, second.commit, files))
    return collision._replace(paths=paths) if paths else None


def worst_first(branches: Sequence[UnmergedBranch], collisions: Collisions) -> tuple[UnmergedBranch, ...]:
    """Sort branches: by their worst collision with the target, their worst with another, the number, and age."""

    def rank(branch: UnmergedBranch) -> tuple[int, int, int, int, str]:
        with_target = [KINDS.index(collision.kind) for collision in collisions.with_target(branch)]
        others = {KINDS.index(kind): partners.number for kind, partners in collisions.partners(branch, 0).items()}
        worst = len(KINDS)
        number = len(with_target) + sum(others.values())
        return min(with_target, default=worst), min(others, default=worst), -number, branch.time, branch.name

    return tuple(sorted(branches, key=rank))
