"""Reads each blob once, and stores the result by blob id under the common git directory.

There is one cache file per version of git-alembic and of Python, because syntax errors depend on both.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from git_alembic import __version__
from git_alembic.revisions.checksummed_cache_file import load_body, replace
from git_alembic.revisions.revision import Revision, Unreadable

_FORMAT = 8
_MOST_ENTRIES = 60_000
_FEW = 20  # reading this many files is faster than loading the cache
_ID_BYTES = 8  # bytes of a blob id to store for a file that is no revision

Fetch = Callable[[Iterable[str]], Iterator[tuple[str, bytes]]]
BlobAtPath = tuple[str, str]  # path ("" for a blob without a tree entry), blob id
# Most revisions hold only what Alembic's template writes: [id, parent or None, message, line of the id, line of the
# parent]. All others: [looks like a revision, could be read, every field of Revision or Unreadable after the blob].
Row = list[Any]
_new_tuple = tuple.__new__
_HEX = frozenset("0123456789abcdef")
_MALFORMED = (TypeError, ValueError, IndexError)  # errors that a row of another shape raises


class RevisionCache:
    """The declarations of blobs. `fetch` yields (id, content) for blob ids."""

    def __init__(self, common_dir: str, fetch: Fetch) -> None:
        """Set up the cache without loading it. The cache file is loaded on first use."""
        stem = f"revisions-{_FORMAT}-{__version__}-{sys.implementation.cache_tag}"
        self._path = os.path.join(common_dir, "git-alembic", f"{stem}.json")
        self._irrelevant_path = os.path.join(common_dir, "git-alembic", f"{stem}.others")
        self._fetch = fetch
        self._changed = False

    @cached_property
    def _rows(self) -> dict[str, Row]:
        return _parse_rows(load_body(self._path))

    def read(self, files: Iterable[BlobAtPath]) -> list[Revision | Unreadable]:
        """Return what each file declares, in the given order."""
        keyed = [(path, blob, _key(path, blob)) for path, blob in files]
        try:
            return self._read(keyed)
        except _MALFORMED:
            self._rows.clear()
            return self._read(keyed)

    def _read(self, files: Sequence[tuple[str, str, str]]) -> list[Revision | Unreadable]:
        self._parse({key: (path, blob) for path, blob, key in files if key not in self._rows}.values())
        return [_value(path, blob, self._rows[key]) for path, blob, key in files]

    def read_revisions(self, files: Iterable[BlobAtPath]) -> list[Revision | None]:
        """Return what each file declares, in the given order. None for content that doesn't look like a revision."""
        in_order = list(files)
        try:
            return self._read_revisions(in_order)
        except _MALFORMED:
            self._rows.clear()
            return self._read_revisions(in_order)

    def _read_revisions(self, files: Sequence[BlobAtPath]) -> list[Revision | None]:
        keys = [blob if path[-4:-3] not in _HEX else _key(path, blob) for path, blob in files]
        rows = list(map(self._rows.get, keys))
        if unknown := [number for number, row in enumerate(rows) if row is None]:
            self._parse({keys[number]: files[number] for number in unknown}.values(), only_revision_like=True)
            for number in unknown:
                rows[number] = self._rows.get(keys[number])
        return [
            _plain_revision(path, blob, row) if row and type(row[0]) is str else _revision_like(path, blob, row)
            for (path, blob), row in zip(files, rows, strict=True)
        ]

    def find_revision_like(self, files: Iterable[BlobAtPath]) -> set[str]:
        """Return the blobs that assign `down_revision` at module level, whatever their file names are."""
        paths = {blob: path for path, blob in files}
        if len(paths) <= _FEW:
            return {blob for blob, data in self._fetch(paths) if self._is_revision_like(paths[blob], blob, data)}
        rows = {blob: self._rows.get(_key(path, blob)) for blob, path in paths.items()}
        cached_rows = {blob: row for blob, row in rows.items() if isinstance(row, list) and row}
        revision_like = {blob for blob, row in cached_rows.items() if row[0] is True or type(row[0]) is str}
        unknown = [blob for blob in paths if blob not in cached_rows]
        return revision_like.union(blob for blob, data in self._fetch(unknown) if _looks_like_revision(data))

    def _is_revision_like(self, path: str, blob: str, data: bytes) -> bool:
        """Like `_looks_like_revision`, but load the cache only for content with the word."""
        row = self._rows.get(_key(path, blob)) if b"down_revision" in data else None
        if isinstance(row, list) and row:
            return row[0] is True or type(row[0]) is str
        return _looks_like_revision(data)

    def _parse(self, files: Iterable[BlobAtPath], *, only_revision_like: bool = False) -> None:
        paths: dict[str, list[str]] = {}
        for path, blob in files:
            paths.setdefault(blob, []).append(path)
        for blob, data in self._fetch(paths):
            revision_like = _looks_like_revision(data)
            if revision_like or not only_revision_like:
                rows = {_key(path, blob): _row(path, blob, data, revision_like=revision_like) for path in paths[blob]}
                self._rows.update(rows)
                self._changed = True

    def find_relevant_blobs(self, blobs: Iterable[str]) -> dict[str, bool]:
        """Return the blobs of a whole history that look like a revision (True) or name `version_locations` (False).

        Remember irrelevant blobs. There may be a hundred thousand.
        """
        body = load_body(self._irrelevant_path)
        irrelevant = {body[start : start + _ID_BYTES] for start in range(0, len(body), _ID_BYTES)}
        unknown = [blob for blob in dict.fromkeys(blobs) if _short_id(blob) not in irrelevant]
        relevant = {}
        for blob, data in self._fetch(unknown):
            revision_like = _looks_like_revision(data)
            if revision_like or b"version_locations" in data:
                relevant[blob] = revision_like
        if new := {_short_id(blob) for blob in unknown if blob not in relevant}:
            replace(self._irrelevant_path, b"".join(sorted(irrelevant.union(new))))
        return relevant

    def save(self) -> None:
        """Write the cache file if blobs were read since it was loaded."""
        if self._changed:
            rows = dict(list(self._rows.items())[-_MOST_ENTRIES:])
            replace(self._path, json.dumps(rows, separators=(",", ":")).encode("ascii"))


def _looks_like_revision(data: bytes) -> bool:
    """Like the parser's function. The parser is imported only for content with the word."""
    if b"down_revision" not in data:
        return False
    from git_alembic.revisions.parser import looks_like_revision

    return looks_like_revision(data)


def _key(path: str, blob: str) -> str:
    """Return the blob id, with the file name if Alembic may read the revision id from it (the old `<hex>.py`)."""
    if path[-4:-3] not in _HEX:
        return blob
    stem = path.rpartition("/")[2].removesuffix(".py")
    return blob if stem.strip("0123456789abcdef") else f"{blob} {stem}"


def _short_id(blob: str) -> bytes:
    return bytes.fromhex(blob[: 2 * _ID_BYTES])


def _row(path: str, blob: str, data: bytes, *, revision_like: bool) -> Row:
    from git_alembic.revisions.parser import read_revision

    value = read_revision(path, blob, data)
    if revision_like and isinstance(value, Revision):
        row = [value.id, next(iter(value.down), None), value.message, value.id_line, value.down_line]
        if _plain_revision(path, blob, row) == value:
            return row
    return [revision_like, isinstance(value, Revision), *value[2:]]


def _value(path: str, blob: str, row: Row) -> Revision | Unreadable:
    if type(row[0]) is str:
        return _plain_revision(path, blob, row)
    if row[1]:
        return _full_revision(path, blob, row)
    _, _, reason, line, allowed = row
    return Unreadable(path, blob, reason, line, tuple(allowed))


def _revision_like(path: str, blob: str, row: Row | None) -> Revision | None:
    return _full_revision(path, blob, row) if row is not None and row[0] and row[1] else None


def _plain_revision(path: str, blob: str, row: Row) -> Revision:
    id_, parent, message, id_line, down_line = row
    if parent is not None and type(parent) is not str:
        raise TypeError(parent)
    down = () if parent is None else (parent,)
    fields = (path, blob, id_, down, (), (), message, id_line, down_line, id_, down, (), None, 0, None, 0)
    return _new_tuple(Revision, fields)  # like `_make`, but faster, because there may be ten thousand rows


def _full_revision(path: str, blob: str, row: Row) -> Revision:
    _, _, id_, down, depends, labels, message, id_line, down_line, doc_id, doc_down, allowed, *rest = row
    if type(id_) is not str:
        raise TypeError(id_)
    lists = (tuple(down), tuple(depends), tuple(labels))
    claims = None if doc_down is None else tuple(doc_down)
    return Revision._make((path, blob, id_, *lists, message, id_line, down_line, doc_id, claims, tuple(allowed), *rest))


def _parse_rows(body: bytes) -> dict[str, Row]:
    """Return the rows of a cache file. A malformed row raises an error only when it is used."""
    try:
        rows = json.loads(body) if body else {}
    except ValueError:
        return {}
    return rows if isinstance(rows, dict) else {}
