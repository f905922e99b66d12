"""Which branches are compared: those that some refs name and that the target does not contain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from git_alembic.config.settings import Settings
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.git.refs import BranchTip
from git_alembic.history.check_request import Named
from git_alembic.history.published.release_branches import is_release_branch
from git_alembic.history.published.target_branch import find_target

_REMOTE = ("refs/remotes/", "refs/pull/", "refs/pull-requests/", "refs/merge-requests/")
_LOCAL = "refs/heads/"


class Selection(NamedTuple):
    """What the options say: also the local branches, globs (without any: every branch), single branches."""

    local: bool = False
    globs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class NamedTip(NamedTuple):
    """The last commit of a branch under the name that users know; `aliases` are other refs at the same commit."""

    name: str
    tip: BranchTip
    aliases: tuple[str, ...] = ()


def require_target(repository: Repository, settings: Settings) -> Named:
    """Return the target; in a repository without one, the branch that HEAD names. CannotJudge if there is none."""
    found = find_target(repository, settings)
    if found is not None:
        return found
    branch = repository.current_branch()
    commit = repository.resolve([_LOCAL + branch])[0] if branch else None
    if branch is None or commit is None:
        raise CannotJudge(
            "this repository has no target branch to compare with: name one with `--target REF`, or set `target` in "
            "[tool.git-alembic]"
        )
    return branch, commit


def select_tips(repository: Repository, settings: Settings, target: Named, selection: Selection) -> list[NamedTip]:
    """List the branches to compare, without the target and release branches; each commit once."""
    patterns = [*_REMOTE, _LOCAL] if selection.local else list(_REMOTE)
    tips = repository.branch_tips(patterns)
    if not tips and not selection.local:  # a server or a mirror has only local branches
        tips = repository.branch_tips([_LOCAL])
    remotes = repository.remotes()
    selected = [tip for tip in tips if _is_selected(tip.ref, remotes, settings, selection)]
    selected.sort(key=lambda tip: not tip.ref.startswith(("refs/remotes/", _LOCAL)))  # the name that counts comes first
    named = [find_tip(repository, name) for name in selection.names]
    return _unique([*named, *(NamedTip(short_name(tip.ref), tip) for tip in selected)], target[1])


def find_tip(repository: Repository, name: str) -> NamedTip:
    """Return the branch that a user names: as git does, or without its remote. CannotJudge if there is none."""
    full = repository.full_name(name)
    if full is None:
        tips = repository.branch_tips(list(_REMOTE))
        remotes = repository.remotes()
        full = next((tip.ref for tip in tips if name in _names(tip.ref, remotes)), None)
    found = repository.branch_tips([full]) if full else []
    if found and full:
        return NamedTip(short_name(full), found[0])
    commit = repository.resolve([name])[0]
    if commit is None:
        raise CannotJudge(f"there is no branch {name!r} here (`git fetch` it, or `--fetch`)")
    _, author, _ = repository.describe(commit)
    return NamedTip(name, BranchTip(name, commit, author, repository.commit_time(commit)))


def tips_before(
    repository: Repository, tips: Iterable[NamedTip], target: Named, now: Named, time: int
) -> list[NamedTip]:
    """Return the branches as they were at a past moment, with those that were merged into the target since.

    `target` is the target at that moment, `now` as it is today. A branch is where its first parents were at that time;
    what a later rebase or forced push replaced is unknown.
    """
    merged = [
        NamedTip(f"merged in {commit[:10]}", BranchTip(parent, parent, "", 0))
        for commit, parents, _, is_boundary in repository.list_commits([now[1], f"^{target[1]}"])
        if not is_boundary
        for parent in parents[1:]
    ]
    found = [past for tip in [*tips, *merged] if (past := _before(repository, tip, time)) is not None]
    return _unique(found, target[1])


def _before(repository: Repository, tip: NamedTip, time: int) -> NamedTip | None:
    commit = repository.last_commit_before(tip.tip.commit, time)
    if commit is None:
        return None
    _, author, _ = repository.describe(commit)
    return NamedTip(tip.name, BranchTip(tip.tip.ref, commit, author, repository.commit_time(commit)), tip.aliases)


def short_name(ref: str) -> str:
    """Return a ref as git shows it: `origin/topic`, `topic`, `pull/12/head`."""
    for prefix in ("refs/remotes/", _LOCAL, "refs/"):
        if ref.startswith(prefix):
            return ref.removeprefix(prefix)
    return ref


def _names(ref: str, remotes: Iterable[str]) -> list[str]:
    """The names by which a glob can mean a ref: in full, short, and without its remote."""
    short = short_name(ref)
    own = [short.removeprefix(f"{remote}/") for remote in remotes if short.startswith(f"{remote}/")]
    return [ref, short, *own]


def _is_selected(ref: str, remotes: Sequence[str], settings: Settings, selection: Selection) -> bool:
    names = _names(ref, remotes)
    if is_release_branch(settings, names[-1]) or (ref.startswith("refs/pull/") and ref.endswith("/merge")):
        return False
    return not selection.globs or any(fnmatchcase(name, glob) for name in names for glob in selection.globs)


def _unique(tips: Iterable[NamedTip], target: str) -> list[NamedTip]:
    found: dict[str, NamedTip] = {}
    for tip in tips:
        known = found.get(tip.tip.commit)
        if known is None:
            found[tip.tip.commit] = tip
        elif tip.name != known.name and tip.name not in known.aliases:
            found[tip.tip.commit] = known._replace(aliases=(*known.aliases, tip.name))
    return sorted(tip for commit, tip in found.items() if commit != target)
