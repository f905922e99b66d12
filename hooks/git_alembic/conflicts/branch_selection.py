"""Selects the branches to compare: those that some refs name and that the target does not contain.

`tips_before` selects them as they were at a past moment.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.commit_dates import commit_time
from git_alembic.git.commits import FirstParent
from git_alembic.git.refs import BranchTip, NamedCommit
from git_alembic.history.target_branch import find_target, is_release_branch

_REMOTE = ("refs/remotes/", "refs/pull/", "refs/pull-requests/", "refs/merge-requests/")
_LOCAL = "refs/heads/"
# The commits that GitHub and GitLab make to test a pull request or a merge queue. CI checks out the first kind.
_MERGES = re.compile(r"^refs/(remotes/)?(pull|merge-requests)/\d+/merge$|/gh-readonly-queue/")
_OUTSIDE = FirstParent(None, 0)  # a commit that the target contains


class Selection(NamedTuple):
    """The options: whether to include local branches, globs (without any: every branch), and single branches."""

    includes_local: bool = False
    globs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class NamedTip(NamedTuple):
    """The last commit of a branch, with the name that users know. `aliases` are other refs at the same commit."""

    name: str
    tip: BranchTip
    aliases: tuple[str, ...] = ()


def require_target(repository: Repository, settings: Settings) -> NamedCommit:
    """Return the target, or the branch of HEAD in a repository without one. Raise CannotCheck if there is none."""
    target = find_target(repository, settings)
    if target is not None:
        return target
    branch = repository.current_branch()
    commit = repository.resolve([_LOCAL + branch])[0] if branch else None
    if branch is None or commit is None:
        raise CannotCheck(
            "this repository has no target branch to compare with: pass one with `--target REF`, or set `target` in "
            "[tool.git-alembic]"
        )
    return NamedCommit(branch, commit)


def select_tips(
    repository: Repository, settings: Settings, target: NamedCommit, selection: Selection
) -> list[NamedTip]:
    """List the branches to compare, without the target and release branches. Each commit occurs once."""
    patterns = [*_REMOTE, _LOCAL] if selection.includes_local else list(_REMOTE)
    tips = repository.branch_tips(patterns)
    if not any(tip.ref.startswith("refs/remotes/") for tip in tips):  # a server or a mirror has only local branches
        tips = repository.branch_tips([*_REMOTE, _LOCAL])
    remotes = repository.remotes()
    for glob in selection.globs:
        if not any(fnmatchcase(name, glob) for tip in tips for name in _names(tip.ref, remotes)):
            raise CannotCheck(f"no branch matches {glob!r} (run `git fetch`, or pass `--local` for local branches)")
    selected = [tip for tip in tips if _is_selected(tip.ref, remotes, settings, selection)]
    selected.sort(key=lambda tip: not tip.ref.startswith(("refs/remotes/", _LOCAL)))  # preferred names come first
    chosen = [find_tip(repository, name) for name in selection.names]
    names = Counter(short_name(tip.ref) for tip in selected)
    short_names = ((tip, short_name(tip.ref)) for tip in selected)
    every = [NamedTip(short if names[short] == 1 else tip.ref, tip) for tip, short in short_names]
    return unique_tips([*chosen, *every], target.commit)


def find_tip(repository: Repository, name: str) -> NamedTip:
    """Return the branch that a user names: as in git, or without its remote. Raise CannotCheck if there is none."""
    full = repository.full_name(name)
    if full is None:
        tips = repository.branch_tips(list(_REMOTE))
        remotes = repository.remotes()
        full = next((tip.ref for tip in tips if name in _names(tip.ref, remotes)), None)
    tips_of_branch = repository.branch_tips([full]) if full else []
    if tips_of_branch and full:
        return NamedTip(short_name(full), tips_of_branch[0])
    commit = repository.resolve([name])[0]
    if commit is None:
        raise CannotCheck(f"there is no branch {name!r} here (run `git fetch`, or pass `--fetch`)")
    _, author, _ = repository.describe(commit)
    return NamedTip(name, BranchTip(name, commit, author, commit_time(repository, commit)))


def short_name(ref: str) -> str:
    """Return a ref as git shows it: `origin/topic`, `topic`, `pull/12/head`, or in full if git would misread it."""
    prefix = next((prefix for prefix in ("refs/remotes/", _LOCAL, "refs/") if ref.startswith(prefix)), "")
    short = ref.removeprefix(prefix)
    return ref if short == "HEAD" or short.startswith("-") else short


def _names(ref: str, remotes: Iterable[str]) -> list[str]:
    """Return the names of a ref for globs: in full, short, and without its remote."""
    short = short_name(ref)
    without_remote = [short.removeprefix(f"{remote}/") for remote in remotes if short.startswith(f"{remote}/")]
    return [ref, short, *without_remote]


def _is_selected(ref: str, remotes: Sequence[str], settings: Settings, selection: Selection) -> bool:
    names = _names(ref, remotes)
    if is_release_branch(settings, names[-1]) or _MERGES.search(ref):
        return False
    return not selection.globs or any(fnmatchcase(name, glob) for name in names for glob in selection.globs)


def unique_tips(tips: Iterable[NamedTip], target: str) -> list[NamedTip]:
    """List the tips by name, without the target's. Each commit occurs once."""
    by_commit: dict[str, NamedTip] = {}
    for tip in tips:
        earlier = by_commit.get(tip.tip.commit)
        if earlier is None:
            by_commit[tip.tip.commit] = tip
        elif tip.name != earlier.name and tip.name not in earlier.aliases:
            by_commit[tip.tip.commit] = earlier._replace(aliases=(*earlier.aliases, tip.name))
    return sorted(tip for commit, tip in by_commit.items() if commit != target)


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
