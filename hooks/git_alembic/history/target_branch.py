"""Finds the branch that the work is merged into. A release branch is checked on its own, never against the target."""

from __future__ import annotations

from fnmatch import fnmatchcase

from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.refs import NamedCommit

_USUAL_TARGETS = ("origin/HEAD", "origin/main", "origin/master")
_ORIGINAL = "upstream"  # the usual name of the remote that was forked


def find_target(repository: Repository, settings: Settings) -> NamedCommit | None:
    """Return the branch that the work is merged into, or None if the repository has none.

    Raises CannotCheck if the configured target doesn't exist, unless pyproject.toml names a remote that the clone
    lacks.
    """
    if settings.target:
        commit = resolve_branch(repository, settings.target)
        if commit is not None:
            return NamedCommit(settings.target, commit)
        if not _has_unknown_remote(repository, settings):
            where = "`git config alembic.target`" if "target" in settings.set_by_git else "[tool.git-alembic]"
            raise CannotCheck(
                f"the target {settings.target} does not exist here: run `git fetch`, or set `target` "
                f"in {where} to a branch that does"
            )
    if usual_targets := repository.remote_branches(_USUAL_TARGETS):
        return usual_targets[0]
    upstream = repository.upstream()
    commit = repository.resolve([upstream])[0] if upstream else None
    return NamedCommit(_short_name(upstream), commit) if upstream and commit else None


def explain_target(repository: Repository, settings: Settings) -> str:
    """Return a warning if the target is a fork's own copy or not the configured target, else ""."""
    target = find_target(repository, settings)
    if settings.target and (target is None or target.name != settings.target):
        instead = f"{target.name} is the target" if target else "no target branch is set"
        return (
            f"this clone has no remote for the target {settings.target}, so {instead} "
            "(`git config alembic.target REMOTE/BRANCH` sets a different one for this clone)"
        )
    if target is None or settings.target or not target.name.startswith("origin/"):
        return ""
    original = f"{_ORIGINAL}/{target.name.removeprefix('origin/')}"
    if repository.resolve([f"refs/remotes/{original}"])[0] is None:
        return ""
    return (
        f"the target {target.name} is your fork's own copy of {original} "
        f"(`git config alembic.target {original}` sets the target for this clone)"
    )


def _has_unknown_remote(repository: Repository, settings: Settings) -> bool:
    """True if pyproject.toml names a target of a remote that this clone doesn't have."""
    target = (settings.target or "").removeprefix("refs/remotes/")
    if "target" in settings.set_by_git or "/" not in target or target.startswith("refs/"):
        return False
    return not any(target.startswith(f"{remote}/") for remote in repository.remotes())


def resolve_branch(repository: Repository, name: str) -> str | None:
    """Return the commit of a branch, preferring a remote branch. Git itself prefers a tag with the same name."""
    names = [name] if name.startswith("refs/") else [f"refs/remotes/{name}", f"refs/heads/{name}", name]
    return next(filter(None, repository.resolve(names)), None)


def _short_name(ref: str) -> str:
    return ref.removeprefix("refs/remotes/").removeprefix("refs/heads/")


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
