"""What was read of a blob, kept by blob id under the common git directory.

One file per version of the reader and of Python (a syntax error depends on it): a line with a checksum, then JSON. It
is replaced whole and atomically, so two processes at once lose at most each other's additions; a file that is missing,
corrupt, stale or not writable costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any

from git_alembic import __version__
from git_alembic.reading import looks_like_revision, read
from git_alembic.revision import Revision, Unreadable

_FORMAT = 1
_MOST_ENTRIES = 60_000
_ID_BYTES = 8  # of a blob id, kept for each file that is no revision

Fetch = Callable[[Iterable[str]], Iterator[tuple[str, bytes]]]
File = tuple[str, str]  # path, blob id


class Readings:
    """What blobs declare, each read once; `fetch` yields (id, content) for blob ids."""

    def __init__(self, folder: str, fetch: Fetch) -> None:
        """Load what the cache in `folder` knows."""
        self._path = os.path.join(folder, f"{_stem()}.json")
        self._others_path = os.path.join(folder, f"{_stem()}.others")
        self._fetch = fetch
        body = _load(self._path)
        self._rows: dict[str, list[Any]] = json.loads(body) if body else {}
        self._known = len(self._rows)

    def of(self, files: Iterable[File]) -> list[Revision | Unreadable]:
        """What each file declares, in the order given."""
        wanted = list(files)
        missing = {_key(path, blob): (path, blob) for path, blob in wanted if _key(path, blob) not in self._rows}
        paths: dict[str, list[str]] = {}
        for path, blob in missing.values():
            paths.setdefault(blob, []).append(path)
        for blob, data in self._fetch(paths):
            for path in paths[blob]:
                self._rows[_key(path, blob)] = _row(read(path, blob, data))
        return [_reading(path, blob, self._rows[_key(path, blob)]) for path, blob in wanted]

    def revision_like(self, files: Iterable[File]) -> set[str]:
        """The blobs whose content assigns `down_revision` at module level, whatever they are called."""
        wanted = {blob: path for path, blob in files}
        found = {blob for blob, path in wanted.items() if _key(path, blob) in self._rows}
        return found | {blob for blob, data in self._fetch(wanted.keys() - found) if looks_like_revision(data)}

    def telling(self, blobs: Iterable[str]) -> set[str]:
        """Of the hundred thousand blobs of a whole history, those that are like a revision or name `version_locations`.

        Remembers the others.
        """
        wanted = dict.fromkeys(blobs)
        body = _load(self._others_path)
        others = {body[at : at + _ID_BYTES] for at in range(0, len(body), _ID_BYTES)}
        unknown = [blob for blob in wanted if _short(blob) not in others]
        found = {
            blob for blob, data in self._fetch(unknown) if looks_like_revision(data) or b"version_locations" in data
        }
        new = {_short(blob) for blob in unknown if blob not in found}
        if new:
            _replace(self._others_path, b"".join(sorted(others | new)))
        return found

    def save(self) -> None:
        """Keep what was read; a folder that cannot be written to is left alone."""
        if len(self._rows) > self._known:
            rows = dict(list(self._rows.items())[-_MOST_ENTRIES:])
            _replace(self._path, json.dumps(rows, separators=(",", ":")).encode("ascii"))


def _stem() -> str:
    return f"revisions-{_FORMAT}-{__version__}-py{sys.version_info[0]}{sys.version_info[1]}"


def _key(path: str, blob: str) -> str:
    """The blob id, and the file's name where it may give the revision id (Alembic's old `<hex>.py`)."""
    stem = path.rpartition("/")[2].removesuffix(".py")
    return blob if stem.strip("0123456789abcdef") else f"{blob} {stem}"


def _short(blob: str) -> bytes:
    return bytes.fromhex(blob[: 2 * _ID_BYTES])


def _row(reading: Revision | Unreadable) -> list[Any]:
    return ["unreadable" if isinstance(reading, Unreadable) else "revision", *reading[2:]]


def _reading(path: str, blob: str, row: list[Any]) -> Revision | Unreadable:
    kind, *values = row
    fields = (tuple(value) if isinstance(value, list) else value for value in values)
    return (Unreadable if kind == "unreadable" else Revision)._make((path, blob, *fields))


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).hexdigest().encode("ascii")


def _load(path: str) -> bytes:
    """The body of a cache file, b"" where there is none that can be trusted."""
    try:
        with open(path, "rb") as stream:
            digest, _, body = stream.read().partition(b"\n")
    except OSError:
        return b""
    return body if digest == _digest(body) else b""


def _replace(path: str, body: bytes) -> None:
    """Write a cache file in one step, or not at all."""
    with contextlib.suppress(OSError):
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        try:
            with open(handle, "wb") as stream:
                stream.write(_digest(body) + b"\n" + body)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
