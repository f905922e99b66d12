"""Reads the contents of blobs, each once."""

from __future__ import annotations

from collections.abc import Iterable

from git_alembic.git import Repository


class BlobReader:
    """Keeps what it has read."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._contents: dict[str, bytes] = {}

    def content(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the contents by blob id."""
        ids = list(dict.fromkeys(blobs))
        self._contents.update(self._repository.read(blob for blob in ids if blob not in self._contents))
        return {blob: self._contents[blob] for blob in ids}
