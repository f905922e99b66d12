"""Branches as they were at a past moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from git_alembic.conflicts.branch_selection import NamedTip, unique_tips
from git_alembic.git import Repository
from git_alembic.git.commits import FirstParent
from git_alembic.git.refs import BranchTip
from git_alembic.history.check_request import Named


def tips_before(
    repository: Repository, tips: Sequence[NamedTip], target: Named, now: Named, time: int
) -> list[NamedTip]:
    """Return the branches as they were at a past moment, with those that were merged since.

    `target` is the target at that moment, `now` as it is today. A branch is where its first parents were at that time;
    what a later rebase or forced push replaced is unknown.
    """
    merged = [
        NamedTip(f"merged in {commit[:10]}", BranchTip(parent, parent, "", 0))
        for commit, parents, _, is_boundary in repository.list_commits([now[1], f"^{target[1]}"])
        if not is_boundary
        for parent in parents[1:]
    ]
    every = [*tips, *merged]
    lines = repository.first_parents([tip.tip.commit for tip in every], target[1])
    commits = {tip.tip.commit: _commit_before(lines, tip.tip.commit, time) for tip in every}
    described = repository.describe_tips(commit for commit in commits.values() if commit is not None)
    found = [
        tip._replace(tip=described[commit]._replace(ref=tip.tip.ref))
        for tip in every
        if (commit := commits[tip.tip.commit]) is not None
    ]
    return unique_tips(found, target[1])


def _commit_before(lines: Mapping[str, FirstParent], tip: str, time: int) -> str | None:
    """The newest commit of a line that is older than a time; None if the target contains all that are."""
    commit: str | None = tip
    while commit is not None and commit in lines:
        if lines[commit].time <= time:
            return commit
        commit = lines[commit].parent
    return None
