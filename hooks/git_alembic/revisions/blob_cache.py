"""What was read of a blob, kept by blob id under the common git directory.

One file per version of the reader and of Python (a syntax error depends on it): a line with a checksum, then JSON. The
file is replaced whole and atomically, so two processes at once lose at most what the other added; one that is missing,
corrupt, stale or not writable costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any
from zlib import crc32

from git_alembic import __version__
from git_alembic.revisions.revision import Revision, Unreadable
from git_alembic.temporary_files import own, sweep_files

_FORMAT = 5
_MOST_ENTRIES = 60_000
_FEW = 20  # files are sooner read than the cache
_ID_BYTES = 8  # of a blob id, kept for each file that is no revision

Fetch = Callable[[Iterable[str]], Iterator[tuple[str, bytes]]]
File = tuple[str, str]  # path, blob id
# [is a revision by its content, was read as one, all fields but path and blob …], or for most, which say no more
# than Alembic's template makes them say: [id, parent or None, message, line of the id, line of the parent]
Row = list[Any]
_tuple = tuple.__new__
_HEX = frozenset("0123456789abcdef")
_NOT_OURS = (TypeError, ValueError, IndexError)  # what a row of another shape leads to


class Readings:
    """What blobs declare, each read once; `fetch` yields (id, content) for blob ids."""

    def __init__(self, folder: str, fetch: Fetch) -> None:
        """What the cache in `folder` knows is loaded when it is asked for."""
        self._path = os.path.join(folder, f"{_stem()}.json")
        self._others_path = os.path.join(folder, f"{_stem()}.others")
        self._fetch = fetch
        self._known = 0

    @cached_property
    def _rows(self) -> dict[str, Row]:
        rows = _rows_of(_load(self._path))
        self._known = len(rows)
        return rows

    def _forget(self) -> None:
        self._rows.clear()
        self._known = 0  # what is read anew is worth keeping

    def of(self, files: Iterable[File]) -> list[Revision | Unreadable]:
        """What each file declares, in the order given."""
        wanted = [(path, blob, _key(path, blob)) for path, blob in files]
        try:
            return self._known_of(wanted)
        except _NOT_OURS:
            self._forget()
            return self._known_of(wanted)

    def _known_of(self, wanted: Sequence[tuple[str, str, str]]) -> list[Revision | Unreadable]:
        self._learn({key: (path, blob) for path, blob, key in wanted if key not in self._rows}.values())
        return [_reading(path, blob, self._rows[key]) for path, blob, key in wanted]

    def revisions(self, files: Iterable[File]) -> list[Revision | None]:
        """What each file declares that is a revision by its content, None for any other; in the order given."""
        wanted = list(files)
        try:
            return self._known_revisions(wanted)
        except _NOT_OURS:
            self._forget()
            return self._known_revisions(wanted)

    def _known_revisions(self, wanted: Sequence[File]) -> list[Revision | None]:
        keys = [blob if path[-4:-3] not in _HEX else _key(path, blob) for path, blob in wanted]
        rows = list(map(self._rows.get, keys))
        if unknown := [at for at, row in enumerate(rows) if row is None]:
            self._learn({keys[at]: wanted[at] for at in unknown}.values(), only_alike=True)
            for at in unknown:
                rows[at] = self._rows.get(keys[at])
        return [
            _plain(path, blob, row) if row and type(row[0]) is str else _revision_of(path, blob, row)
            for (path, blob), row in zip(wanted, rows, strict=True)
        ]

    def revision_like(self, files: Iterable[File]) -> set[str]:
        """The blobs whose content assigns `down_revision` at module level, whatever they are called."""
        wanted = {blob: path for path, blob in files}
        if len(wanted) <= _FEW:
            return {blob for blob, data in self._fetch(wanted) if self._is_alike(wanted[blob], blob, data)}
        rows = {blob: self._rows.get(_key(path, blob)) for blob, path in wanted.items()}
        known = {blob: row for blob, row in rows.items() if isinstance(row, list) and row}
        found = {blob for blob, row in known.items() if row[0] is True or type(row[0]) is str}
        return found | {blob for blob, data in self._fetch(wanted.keys() - known.keys()) if _looks_like_revision(data)}

    def _is_alike(self, path: str, blob: str, data: bytes) -> bool:
        """As `_looks_like_revision`; what has the word is looked up first, for then the cache is needed anyway."""
        row = self._rows.get(_key(path, blob)) if b"down_revision" in data else None
        if isinstance(row, list) and row:
            return row[0] is True or type(row[0]) is str
        return _looks_like_revision(data)

    def _learn(self, files: Iterable[File], *, only_alike: bool = False) -> None:
        paths: dict[str, list[str]] = {}
        for path, blob in files:
            paths.setdefault(blob, []).append(path)
        for blob, data in self._fetch(paths):
            alike = _looks_like_revision(data)
            if alike or not only_alike:
                self._rows.update((_key(path, blob), _read(path, blob, data, alike=alike)) for path in paths[blob])

    def telling(self, blobs: Iterable[str]) -> dict[str, bool]:
        """Of the hundred thousand blobs of a whole history, those that are like a revision or name `version_locations`.

        Blob id -> whether it is like a revision. Remembers the others.
        """
        wanted = dict.fromkeys(blobs)
        body = _load(self._others_path)
        others = {body[at : at + _ID_BYTES] for at in range(0, len(body), _ID_BYTES)}
        unknown = [blob for blob in wanted if _short(blob) not in others]
        found = {}
        for blob, data in self._fetch(unknown):
            alike = _looks_like_revision(data)
            if alike or b"version_locations" in data:
                found[blob] = alike
        new = {_short(blob) for blob in unknown if blob not in found}
        if new:
            _replace(self._others_path, b"".join(sorted(others | new)))
        return found

    def save(self) -> None:
        """Keep what was read; a folder that cannot be written to is left alone."""
        if len(self._rows) > self._known:
            rows = dict(list(self._rows.items())[-_MOST_ENTRIES:])
            _replace(self._path, json.dumps(rows, separators=(",", ":")).encode("ascii"))


def _looks_like_revision(data: bytes) -> bool:
    """As `reading` has it; which is not imported for files that do not even have the word."""
    if b"down_revision" not in data:
        return False
    from git_alembic.revisions.parser import looks_like_revision

    return looks_like_revision(data)


def _stem() -> str:
    return f"revisions-{_FORMAT}-{__version__}-{sys.implementation.cache_tag}"


def _key(path: str, blob: str) -> str:
    """The blob id, and the file's name where it may give the revision id (Alembic's old `<hex>.py`)."""
    if path[-4:-3] not in _HEX:
        return blob
    stem = path.rpartition("/")[2].removesuffix(".py")
    return blob if stem.strip("0123456789abcdef") else f"{blob} {stem}"


def _short(blob: str) -> bytes:
    return bytes.fromhex(blob[: 2 * _ID_BYTES])


def _read(path: str, blob: str, data: bytes, *, alike: bool) -> Row:
    from git_alembic.revisions.parser import read

    reading = read(path, blob, data)
    if alike and isinstance(reading, Revision):
        row = [reading.id, next(iter(reading.down), None), reading.message, reading.id_line, reading.down_line]
        if _plain(path, blob, row) == reading:
            return row
    return [alike, isinstance(reading, Revision), *reading[2:]]


def _reading(path: str, blob: str, row: Row) -> Revision | Unreadable:
    if type(row[0]) is str:
        return _plain(path, blob, row)
    if row[1]:
        return _revision(path, blob, row)
    _, _, reason, line, allowed = row
    return Unreadable(path, blob, reason, line, tuple(allowed))


def _revision_of(path: str, blob: str, row: Row | None) -> Revision | None:
    """What a row that is not plain tells of a file that is a revision by its content."""
    return _revision(path, blob, row) if row is not None and row[0] and row[1] else None


def _plain(path: str, blob: str, row: Row) -> Revision:
    id_, parent, message, id_line, down_line = row
    if parent is not None and type(parent) is not str:
        raise TypeError(parent)
    down = () if parent is None else (parent,)
    fields = (path, blob, id_, down, (), (), message, id_line, down_line, id_, down, (), None, 0)
    return _tuple(Revision, fields)  # what `_make` does, of which there may be ten thousand


def _revision(path: str, blob: str, row: Row) -> Revision:
    _, _, id_, down, depends, labels, message, id_line, down_line, doc_id, claims, allowed, problem, line = row
    if type(id_) is not str:
        raise TypeError(id_)
    lists = (tuple(down), tuple(depends), tuple(labels))
    claimed = None if claims is None else tuple(claims)
    fields = (path, blob, id_, *lists, message, id_line, down_line, doc_id, claimed, tuple(allowed), problem, line)
    return Revision._make(fields)


def _rows_of(body: bytes) -> dict[str, Row]:
    """The rows of a cache file; whether each is of our making shows when it is used."""
    try:
        rows = json.loads(body) if body else {}
    except ValueError:
        return {}
    return rows if isinstance(rows, dict) else {}


def _digest(body: bytes) -> bytes:
    return b"%08x" % crc32(body)


def _load(path: str) -> bytes:
    """The body of a cache file, b"" where there is none that can be trusted."""
    try:
        with open(path, "rb", opener=own) as stream:
            digest, _, body = stream.read().partition(b"\n")
    except OSError:
        return b""
    return body if digest == _digest(body) else b""


def _replace(path: str, body: bytes) -> None:
    """Write a cache file in one step, or not at all."""
    with contextlib.suppress(OSError):
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        sweep_files(folder, r"tmp.*\.tmp")
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        try:
            with open(handle, "wb") as stream:
                stream.write(_digest(body) + b"\n" + body)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
