"""Branches as they were at a past moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from git_alembic.conflicts.branch_selection import NamedTip, unique_tips
from git_alembic.git import Repository
from git_alembic.git.commits import FirstParent
from git_alembic.git.refs import BranchTip, NamedCommit

_OUTSIDE = FirstParent(None, 0)  # a commit that the target contains


def tips_before(
    repository: Repository, tips: Sequence[NamedTip], target: NamedCommit, now: NamedCommit, time: int
) -> list[NamedTip]:
    """Return the branches at a past moment, including those that were merged since.

    `target` is the target at that moment, `now` is the target today. A branch is where its first parents were at that
    time. Commits that a later rebase or forced push replaced are unknown.
    """
    merged = [
        NamedTip(f"merged in {commit[:10]}", BranchTip(parent, parent, "", 0))
        for commit, parents, _, is_boundary in repository.list_commits([now.commit, f"^{target.commit}"])
        if not is_boundary
        for parent in parents[1:]
    ]
    every = [*tips, *merged]
    lines = repository.first_parents([tip.tip.commit for tip in every], target.commit)
    commits = _commits_before(lines, (tip.tip.commit for tip in every), time)
    described = repository.describe_tips(commit for commit in commits.values() if commit is not None)
    past_tips = [
        tip._replace(tip=described[commit]._replace(ref=tip.tip.ref))
        for tip in every
        if (commit := commits[tip.tip.commit]) is not None
    ]
    return unique_tips(past_tips, target.commit)


def _commits_before(lines: Mapping[str, FirstParent], tips: Iterable[str], time: int) -> dict[str, str | None]:
    """Map each tip to the newest commit of its line before a time, or to None if the target has all of them."""
    past_commits: dict[str, str | None] = {}
    for tip in tips:
        newer, commit = list[str](), tip
        while commit not in past_commits:
            first_parent = lines.get(commit, _OUTSIDE)
            if first_parent.time <= time or first_parent.parent is None:
                past_commits[commit] = commit if 0 < first_parent.time <= time else None
            else:
                newer.append(commit)
                commit = first_parent.parent
        past_commits.update(dict.fromkeys(newer, past_commits[commit]))
    return past_commits
