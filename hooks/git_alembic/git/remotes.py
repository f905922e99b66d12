"""Where a remote's branch is now: asked of the remote itself, in ten seconds at most and without ever prompting."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.git.network import network

SECONDS = 10
OWN_REFS = "refs/git-alembic"
_QUIET_FETCH = (2, 29)  # the git from which on a fetch can leave FETCH_HEAD alone


@dataclass(frozen=True)
class Tracked:
    """A remote-tracking branch: `origin/main` is the branch `refs/heads/main` of `origin`."""

    remote: str
    ref: str


@dataclass(frozen=True)
class View:
    """A target as a push is judged against it; `note` says on what the judgement rests, where it is not fresh."""

    commit: str
    fetch: tuple[str, ...] = ()  # the command that would bring the tracking ref up to date
    note: str = ""


class Remotes:
    """What remotes say of their branches: each is asked once, of all the branches that matter, and only if one does."""

    def __init__(self, repository: Repository, refs: Mapping[str, Collection[str]]) -> None:
        """`refs` are those that matter, by remote."""
        self._repository = repository
        self._refs = refs
        self._answers: dict[str, dict[str, str] | CannotJudge] = {}

    def commit(self, remote: str, ref: str) -> str | None:
        """Where a branch is now, None where the remote has none; CannotJudge where it cannot be asked."""
        if remote not in self._answers:
            self._answers[remote] = self._asked(remote)
        answer = self._answers[remote]
        if isinstance(answer, CannotJudge):
            raise answer
        return answer.get(ref)

    def _asked(self, remote: str) -> dict[str, str] | CannotJudge:
        try:
            out = network(self._repository, "ls-remote", "--", remote, *sorted(self._refs[remote]), seconds=SECONDS)
        except CannotJudge as error:
            return error
        return {ref: commit for commit, _, ref in (line.partition("\t") for line in out.splitlines())}


def tracked(repository: Repository, name: str) -> Tracked | None:
    """The remote branch that a name such as `origin/main` stands for; None for what is no remote's."""
    full = repository.full_name(name)
    short = full.removeprefix("refs/remotes/") if full and full.startswith("refs/remotes/") else ""
    remotes = sorted((remote for remote in repository.remotes() if short.startswith(remote + "/")), key=len)
    return Tracked(remotes[-1], f"refs/heads/{short[len(remotes[-1]) + 1 :]}") if remotes else None


def fresh(repository: Repository, remotes: Remotes, name: str, known: str) -> View:
    """A target as its remote has it now; as it is known here, with a note, where the remote cannot be asked."""
    at = tracked(repository, name)
    if at is None:
        return View(known)
    try:
        now = brought(repository, remotes, at, known)
    except CannotJudge as error:
        return View(known, note=f"{error}; judged against {name} {_age(repository, name)}")
    if now is None:
        return View(known, note=f"{at.remote} has no {at.ref} any more; judged against {name} as it was last seen")
    return View(now) if now == known else View(now, ("git", "fetch", at.remote))


def brought(repository: Repository, remotes: Remotes, at: Tracked, known: str | None) -> str | None:
    """The commit of a remote's branch now, brought here if it was not; None where the remote has no such branch."""
    now = remotes.commit(at.remote, at.ref)
    if now is None or now == known or repository.resolve([now])[0] is not None:
        return now
    return fetched(repository, at.remote, at.ref)


def fetched(repository: Repository, remote: str, ref: str) -> str:
    """The commit of a remote's ref, brought under refs/git-alembic and into no ref of the user's."""
    own = f"{OWN_REFS}/{remote}/{ref.removeprefix('refs/')}" if _is_plain(remote) else f"{OWN_REFS}/pushed"
    quietly = ("--no-write-fetch-head",) if repository.version >= _QUIET_FETCH else ()
    options = ("--quiet", "--no-tags", "--refmap=", "--no-recurse-submodules", *quietly)
    network(repository, "fetch", *options, "--", remote, f"+{ref}:{own}", seconds=SECONDS)
    return repository.commit(own)


def _age(repository: Repository, name: str) -> str:
    """When a tracking ref was last written, in words."""
    path = os.path.join(repository.common_dir, "logs", *(repository.full_name(name) or "").split("/"))
    try:
        seconds = max(0, int(time.time() - os.stat(path).st_mtime))
    except OSError:
        return "as it is known here"
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"as it was fetched {seconds // size} {unit} ago"
    return "as it was fetched a moment ago"


def _is_plain(remote: str) -> bool:
    return remote.replace("-", "").replace("_", "").isalnum()
