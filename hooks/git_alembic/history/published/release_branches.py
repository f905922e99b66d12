"""Release branches: they are checked on their own, never against the target."""

from __future__ import annotations

from fnmatch import fnmatchcase

from git_alembic.config.settings import Settings
from git_alembic.git import Repository
from git_alembic.git.refs import NamedCommit


def is_release_branch(settings: Settings, branch: str) -> bool:
    """True if `release-branches` has a pattern for the short name of a branch."""
    return any(fnmatchcase(branch, pattern) for pattern in settings.release_branches)


def find_release_branch(repository: Repository, settings: Settings) -> str | None:
    """Return the release branch of HEAD, or None.

    In CI, HEAD is often detached. It is on a release branch if it is the tip of a remote release branch.
    """
    if not settings.release_branches:
        return None
    branch = repository.current_branch()
    candidates = [branch] if branch else [name.partition("/")[2] for name in repository.remote_branches_at("HEAD")]
    return next((name for name in candidates if is_release_branch(settings, name)), None)


def find_own_remote(repository: Repository, branch: str) -> NamedCommit | None:
    """Return the remote-tracking branch that a release branch is pushed to; None if there is none."""
    name = f"{repository.push_remote()}/{branch}"
    return next(iter(repository.remote_branches([name])), None)
