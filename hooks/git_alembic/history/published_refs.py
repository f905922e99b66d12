"""Finds the published refs."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.target_branch import find_target, resolve_branch

_GLOB = frozenset("*?[")


def find_published_refs(repository: Repository, settings: Settings, options: Sequence[str]) -> list[NamedCommit]:
    """Return the published refs: from the options, else the configuration, else the target.

    Without a target, this returns [] and the caller takes the first parent.
    """
    patterns = tuple(options) or settings.published
    if not patterns:
        target = find_target(repository, settings)
        return [target] if target else []
    names = [
        name
        for pattern in patterns
        for name in (_matching_refs(repository, pattern) if _GLOB & set(pattern) else [pattern])
    ]
    commits = [resolve_branch(repository, name) for name in names]
    for name, commit in zip(names, commits, strict=True):
        if commit is None:
            raise CannotCheck(
                f"the published ref {name} does not exist here: "
                "run `git fetch`, or change `published` in [tool.git-alembic]"
            )
    return [NamedCommit(name, commit) for name, commit in zip(names, commits, strict=True) if commit is not None]


def is_published(repository: Repository, settings: Settings, commit: str, refs: Sequence[str]) -> bool:
    """True if a commit is on a published ref, or on the local branch of the target's name.

    Without a target, local branches with a usual name count.
    """
    target = find_target(repository, settings)
    branches = [target.name.rpartition("/")[2]] if target else ["main", "master"]
    local = [f"refs/heads/{name}" for name in branches]
    tips = [*refs, *(tip for tip in repository.resolve(local) if tip)]
    return any(repository.is_ancestor(commit, tip) for tip in tips)


def _matching_refs(repository: Repository, pattern: str) -> list[str]:
    full = pattern if pattern.startswith("refs/") else f"refs/remotes/{pattern}"
    return repository.matching_refs(full)
