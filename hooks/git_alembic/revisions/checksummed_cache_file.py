"""A cache file: a line with a checksum, then the body.

Two processes can use it at once. If the file is missing, damaged, writable for others or not writable for us,
git-alembic only needs more time.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from zlib import crc32

from git_alembic.temporary_files import own, sweep_files


def load_body(path: str) -> bytes:
    """Return the body of a cache file, or b"" if no file can be trusted."""
    try:
        with open(path, "rb", opener=own) as stream:
            digest, _, body = stream.read().partition(b"\n")
    except OSError:
        return b""
    return body if digest == _checksum(body) else b""


def replace(path: str, body: bytes) -> None:
    """Write a cache file atomically. Do nothing if the folder is not writable."""
    with contextlib.suppress(OSError):
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        sweep_files(folder, r"tmp.*\.tmp")
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        try:
            with open(handle, "wb") as stream:
                stream.write(_checksum(body) + b"\n" + body)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise


def _checksum(body: bytes) -> bytes:
    return b"%08x" % crc32(body)
