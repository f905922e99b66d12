"""Asks remotes where their branches are now, fetches from them, and finds the time of the last fetch.

Questions to a remote have a time limit and never prompt.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.refs import RefQueries
from git_alembic.git.remotes.network_commands import run_network_command

SECONDS = 10
_FETCH_ALL_SECONDS = 300
_NO_FETCH_HEAD_SINCE = (2, 29)
# A garbage collection could prune objects without a ref.
_NO_GC = ("-c", "gc.auto=0", "-c", "maintenance.auto=false")
_FETCHED = ("refs/remotes/", "refs/pull/", "refs/pull-requests/", "refs/merge-requests/")
_CLONED = re.compile(rb"> (\d+) [+-]\d{4}\tclone: from ")


@dataclass(frozen=True)
class RemoteBranch:
    """A branch of a remote: `origin/main` is the branch `refs/heads/main` of `origin`."""

    remote: str
    ref: str


@dataclass(frozen=True)
class FetchedTarget:
    """The target's commit for the check of a push. `note` is not empty if the commit may be stale."""

    commit: str
    fetch: tuple[str, ...] = ()  # the command that updates the remote-tracking branch
    note: str = ""


class RemoteRefs:
    """Asks each remote once, on first use, where all its relevant branches are."""

    def __init__(self, repository: Repository, refs: Mapping[str, Collection[str]]) -> None:
        """`refs` are the relevant refs by remote."""
        self._repository = repository
        self._refs = refs
        self._answers: dict[str, dict[str, str] | CannotCheck] = {}

    def commit(self, remote: str, ref: str) -> str | None:
        """Return where a branch is now, or None if the remote lacks it. CannotCheck if the remote can't be asked."""
        if remote not in self._answers:
            self._answers[remote] = self._list_refs(remote)
        answer = self._answers[remote]
        if isinstance(answer, CannotCheck):
            raise answer
        return answer.get(ref)

    def _list_refs(self, remote: str) -> dict[str, str] | CannotCheck:
        try:
            out = run_network_command(
                self._repository, "ls-remote", "--", remote, *sorted(self._refs[remote]), seconds=SECONDS
            )
        except CannotCheck as error:
            return error
        return {ref: commit for commit, _, ref in (line.partition("\t") for line in out.splitlines())}


def find_remote_branch(repository: Repository, name: str) -> RemoteBranch | None:
    """Return the remote branch with a name such as `origin/main`, or None if the name is no remote branch."""
    full = repository.full_name(name)
    short = full.removeprefix("refs/remotes/") if full and full.startswith("refs/remotes/") else ""
    remotes = sorted((remote for remote in repository.remotes() if short.startswith(remote + "/")), key=len)
    return RemoteBranch(remotes[-1], f"refs/heads/{short[len(remotes[-1]) + 1 :]}") if remotes else None


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


def fetch_branch(
    repository: Repository, remotes: RemoteRefs, branch: RemoteBranch, last_fetched: str | None
) -> str | None:
    """Return where a remote branch is now, and fetch that commit if it is missing. None if there is no branch."""
    now = remotes.commit(branch.remote, branch.ref)
    if now is None or now == last_fetched or repository.resolve([now])[0] is not None:
        return now
    fetch_objects(repository, branch.remote, branch.ref)
    if repository.resolve([now])[0] is None:
        raise CannotCheck(f"git fetch did not fetch {now[:10]}, although {branch.remote} has it at {branch.ref}")
    return now


def fetch_objects(repository: Repository, remote: str, ref: str) -> None:
    """Fetch the commits of a remote's ref without making or moving a ref here."""
    no_fetch_head = ("--no-write-fetch-head",) if repository.version >= _NO_FETCH_HEAD_SINCE else ()
    options = ("--quiet", "--no-tags", "--refmap=", "--no-prune", "--no-recurse-submodules", *no_fetch_head)
    run_network_command(repository, *_NO_GC, "fetch", *options, "--", remote, ref, seconds=SECONDS)


def fetch_all(repository: Repository) -> None:
    """Fetch from every remote, and move its remote-tracking branches."""
    run_network_command(repository, "fetch", "--all", "--quiet", seconds=_FETCH_ALL_SECONDS)


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


def last_fetch_time(repository: RefQueries) -> int | None:
    """Return when a fetch last updated most of the refs, or when the clone was made. None if unknown.

    A fetch of a single branch also writes FETCH_HEAD, so this counts the lines in FETCH_HEAD. It ignores packed-refs,
    because `git gc` rewrites it.
    """
    refs = len(repository.branch_tips(_FETCHED))
    times = []
    for folder in dict.fromkeys((repository.git_dir, repository.common_dir)):
        with suppress(OSError), open(os.path.join(folder, "FETCH_HEAD"), "rb") as stream:
            if 2 * len(stream.readlines()) >= refs:
                times.append(int(os.fstat(stream.fileno()).st_mtime))
    return max(times) if times else _clone_time(repository.common_dir)


def _clone_time(folder: str) -> int | None:
    """Return the first time in the reflog of HEAD if it is that of a clone."""
    with suppress(OSError), open(os.path.join(folder, "logs", "HEAD"), "rb") as stream:
        if entry := _CLONED.search(stream.readline()):
            return int(entry[1])
    return None
