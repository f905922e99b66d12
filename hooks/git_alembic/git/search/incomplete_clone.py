"""Reads the blobs that exist. A partial or incomplete clone can lack some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.remotes.partial_clone import fetch_missing_blobs, list_missing_blobs


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
