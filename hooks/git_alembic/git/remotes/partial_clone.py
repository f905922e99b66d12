"""Reads what a clone has of some blobs, and fetches those that a partial clone lacks all at once.

git alone fetches them one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.remotes.network_commands import run_network_command
from git_alembic.git.runner import GitRunner
from git_alembic.git.text_encoding import decode

SECONDS = 60
_AT_ONCE = 20_000  # objects per fetch
_STDIN_SINCE = (2, 29)  # an older `git fetch` reads no ids from standard input, and always writes FETCH_HEAD
_OLD_AT_ONCE = 500  # ids per fetch as arguments
# The same fetch that git uses for missing objects, without any other update.
_FETCH = ("-c", "fetch.negotiationAlgorithm=noop", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch")
_OPTIONS = ("--quiet", "--no-tags", "--refmap=", "--no-recurse-submodules", "--filter=blob:none")


def fetch_missing_blobs(runner: GitRunner, ids: Iterable[str]) -> None:
    """Fetch the blobs that a partial clone lacks. CannotCheck if its remote can't send them in time."""
    missing = list_missing_blobs(runner, list(ids))
    if not missing:
        return
    remote = _promisor_remote(runner)
    is_old = bool(runner.version) and runner.version < _STDIN_SINCE
    size = _OLD_AT_ONCE if is_old else _AT_ONCE
    for start in range(0, len(missing), size):
        batch = missing[start : start + size]
        options = _OPTIONS if is_old else (*_OPTIONS, "--no-write-fetch-head", "--stdin")
        arguments = (*_FETCH, *options, remote, *(batch if is_old else ()))
        try:
            run_network_command(runner, *arguments, seconds=SECONDS, lines=() if is_old else batch)
        except CannotCheck as error:
            raise CannotCheck(
                f"this partial clone is missing {len(missing)} file{'s' * (len(missing) > 1)} and can't fetch from its "
                f"remote {remote}: {error}"
            ) from None


def list_missing_blobs(runner: GitRunner, ids: Collection[str]) -> list[str]:
    """Return the blobs that the clone lacks, without fetching them."""
    if not ids:
        return []
    command = ("rev-list", "--objects", "--no-walk", "--missing=print", "--ignore-missing", "--stdin")
    out = runner.run_with_lines(command, ids)
    present = {line.partition(" ")[0] for line in decode(out).splitlines()}
    return [id_ for id_ in dict.fromkeys(ids) if id_ not in present]


def _promisor_remote(runner: GitRunner) -> str:
    _, out = runner.attempt("config", "-z", "--name-only", "--get-regexp", r"^remote\..*\.promisor$")
    names = decode(out).split("\0")[:-1]
    return names[0].removeprefix("remote.").removesuffix(".promisor") if names else "origin"


def read_existing_blobs(repository: Repository, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (id, content) of these blobs, without those that are missing."""
    blobs = list(dict.fromkeys(ids))
    if repository.is_partial_clone:
        with suppress(CannotCheck):  # treat what the remote can't send as missing
            fetch_missing_blobs(repository, blobs)
        missing = frozenset(list_missing_blobs(repository, blobs))
        return repository.read(blob for blob in blobs if blob not in missing)
    kinds = repository.run_with_lines(("cat-file", "--batch-check=%(objecttype)"), blobs).splitlines()
    return repository.read(id_ for id_, kind in zip(blobs, kinds, strict=True) if kind == b"blob")
