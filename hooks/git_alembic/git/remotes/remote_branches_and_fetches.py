"""Asks remotes where their branches are now, and fetches from them.

Questions to a remote have a time limit and never prompt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.remotes.network_commands import run_network_command

SECONDS = 10
_FETCH_ALL_SECONDS = 300
_NO_FETCH_HEAD_SINCE = (2, 29)
# A garbage collection could prune objects without a ref.
_NO_GC = ("-c", "gc.auto=0", "-c", "maintenance.auto=false")


@dataclass(frozen=True)
class RemoteBranch:
    """A branch of a remote: `origin/main` is the branch `refs/heads/main` of `origin`."""

    remote: str
    ref: str


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
