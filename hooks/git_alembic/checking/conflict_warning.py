"""Warns during a push about unmerged branches that will collide with it, if `warn-conflicts = true`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from git_alembic.conflicts.branch_reader import BranchReader
from git_alembic.conflicts.branch_selection import NamedTip, Selection, select_tips
from git_alembic.conflicts.conflict_forecast import forecast_conflicts, read_branches
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.refs import BranchTip, NamedCommit
from git_alembic.history.snapshot_reader import SnapshotReader
from git_alembic.report.conflicts.wording import focus_lines

MOST_LINES = 3


def find_conflict_warnings(
    repository: Repository, reader: SnapshotReader, target: NamedCommit, pushed: NamedCommit, now: int
) -> list[str]:
    """Return at most three lines on the branches that a pushed branch will collide with, without the target."""
    name, commit = pushed
    try:
        lines = list(_lines(repository, reader, target, NamedTip(name, BranchTip(name, commit, "", now)), now))
    except CannotCheck as error:
        return [f"could not check for conflicts with other branches: {error}"]
    if len(lines) <= MOST_LINES:
        return lines
    hidden = len(lines) - MOST_LINES + 1
    return [*lines[: MOST_LINES - 1], f"… and {hidden} more (see `git alembic conflicts --branch {name}`)"]


def _lines(
    repository: Repository, reader: SnapshotReader, target: NamedCommit, pushed: NamedTip, now: int
) -> Iterator[str]:
    branches = BranchReader(repository, reader, target)
    remotes = repository.remotes()
    own_names = {pushed.name, *(f"{remote}/{pushed.name}" for remote in remotes)}
    others = [
        tip
        for tip in select_tips(repository, branches.settings, target, Selection())
        if tip.name not in own_names and tip.tip.commit != pushed.tip.commit
    ]
    read = read_branches(branches, branches.differences([pushed, *others]))
    forecast = forecast_conflicts(repository, branches, read, pushed.name)
    yield from focus_lines(replace(forecast, now=now), with_target=False)
