"""Finds the target branch and the refs that count as published."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.config.settings import Settings
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository

_USUAL_TARGETS = ("origin/HEAD", "origin/main", "origin/master")
_ORIGINAL = "upstream"  # the usual name of the remote that a fork was made from
_GLOB = frozenset("*?[")


def find_target(repository: Repository, settings: Settings) -> tuple[str, str] | None:
    """Return (name, commit) of the branch that work is merged into; None if the repository has none.

    Raises CannotJudge if the configured target doesn't exist, unless pyproject.toml names a remote that the clone
    lacks.
    """
    if settings.target:
        commit = _resolve_branch(repository, settings.target)
        if commit is not None:
            return settings.target, commit
        if not _has_unknown_remote(repository, settings):
            where = "`git config alembic.target`" if "target" in settings.set_by_git else "[tool.git-alembic]"
            raise CannotJudge(
                f"the target {settings.target} does not exist here: `git fetch` it, or set `target` "
                f"in {where} to a branch that does"
            )
    for name, commit in repository.remote_branches(_USUAL_TARGETS):
        return name, commit
    upstream = repository.upstream()
    commit = repository.resolve([upstream])[0] if upstream else None
    return (_short_name(upstream), commit) if upstream and commit else None


def explain_target(repository: Repository, settings: Settings) -> str:
    """Return a warning if the target is a fork's own copy, or not the configured target; else ""."""
    found = find_target(repository, settings)
    if settings.target and (found is None or found[0] != settings.target):
        instead = f"{found[0]} is the target" if found else "there is no target"
        return (
            f"this clone has no remote for the target {settings.target}, so {instead} "
            "(`git config alembic.target REMOTE/BRANCH` sets another one for this clone)"
        )
    if found is None or settings.target or not found[0].startswith("origin/"):
        return ""
    original = f"{_ORIGINAL}/{found[0].removeprefix('origin/')}"
    if repository.resolve([f"refs/remotes/{original}"])[0] is None:
        return ""
    return (
        f"the target {found[0]} is your fork's own copy of {original} "
        f"(`git config alembic.target {original}` sets the target for this clone)"
    )


def _has_unknown_remote(repository: Repository, settings: Settings) -> bool:
    """True if pyproject.toml names a target of a remote that this clone doesn't have."""
    target = (settings.target or "").removeprefix("refs/remotes/")
    if "target" in settings.set_by_git or "/" not in target or target.startswith("refs/"):
        return False
    return not any(target.startswith(f"{remote}/") for remote in repository.remotes())


def find_published_refs(repository: Repository, settings: Settings, options: Sequence[str]) -> list[tuple[str, str]]:
    """Return (name, commit) of each published ref: of the command line, else of the configuration, else the target.

    Without a target, this returns [] and the caller takes the first parent.
    """
    patterns = tuple(options) or settings.published
    if not patterns:
        found = find_target(repository, settings)
        return [found] if found else []
    names = [
        name
        for pattern in patterns
        for name in (_matching_refs(repository, pattern) if _GLOB & set(pattern) else [pattern])
    ]
    commits = [_resolve_branch(repository, name) for name in names]
    for name, commit in zip(names, commits, strict=True):
        if commit is None:
            raise CannotJudge(
                f"the published ref {name} does not exist here: "
                "`git fetch` it, or change `published` in [tool.git-alembic]"
            )
    return [(name, commit) for name, commit in zip(names, commits, strict=True) if commit is not None]


def is_published(repository: Repository, settings: Settings, commit: str, refs: Sequence[str]) -> bool:
    """True if a published ref, or the local branch of the target's name, leads to a commit.

    Without a target, the local branches that usually are one count.
    """
    found = find_target(repository, settings)
    branches = [found[0].rpartition("/")[2]] if found else ["main", "master"]
    local = [f"refs/heads/{name}" for name in branches]
    tips = [*refs, *(tip for tip in repository.resolve(local) if tip)]
    return any(repository.is_ancestor(commit, tip) for tip in tips)


def _resolve_branch(repository: Repository, name: str) -> str | None:
    """Return the commit of a branch, a remote one first. Git itself prefers a tag with the same name."""
    names = [name] if name.startswith("refs/") else [f"refs/remotes/{name}", f"refs/heads/{name}", name]
    return next(filter(None, repository.resolve(names)), None)


def _short_name(ref: str) -> str:
    return ref.removeprefix("refs/remotes/").removeprefix("refs/heads/")


def _matching_refs(repository: Repository, pattern: str) -> list[str]:
    full = pattern if pattern.startswith("refs/") else f"refs/remotes/{pattern}"
    return repository.matching_refs(full)
