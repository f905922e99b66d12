"""The target of a push as its remote has it now, or else as last fetched: how long ago that was."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.remotes.remote_branches_and_fetches import RemoteRefs, fetch_branch, find_remote_branch


@dataclass(frozen=True)
class FetchedTarget:
    """The target's commit for the check of a push. `note` is not empty if the commit may be stale."""

    commit: str
    fetch: tuple[str, ...] = ()  # the command that updates the remote-tracking branch
    note: str = ""


def fetch_target(repository: Repository, remotes: RemoteRefs, name: str, last_fetched: str) -> FetchedTarget:
    """Return the target as its remote has it now, or else as last fetched, with a note."""
    branch = find_remote_branch(repository, name)
    if branch is None:
        return FetchedTarget(last_fetched)
    try:
        now = fetch_branch(repository, remotes, branch, last_fetched)
    except CannotCheck as error:
        return FetchedTarget(last_fetched, note=f"{error}; checked against {name} {_age(repository, name)}")
    if now is None:
        return FetchedTarget(
            last_fetched,
            note=f"{branch.remote} no longer has {branch.ref}; checked against {name} as of the last fetch",
        )
    return FetchedTarget(now) if now == last_fetched else FetchedTarget(now, ("git", "fetch", branch.remote))


def _age(repository: Repository, name: str) -> str:
    """Return a phrase that says when a remote-tracking branch was last updated."""
    path = os.path.join(repository.common_dir, "logs", *(repository.full_name(name) or "").split("/"))
    try:
        seconds = max(0, int(time.time() - os.stat(path).st_mtime))
    except OSError:
        return "as recorded in this repository"
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"as fetched {seconds // size} {unit} ago"
    return "as fetched a moment ago"
