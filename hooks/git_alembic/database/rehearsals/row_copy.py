"""Copies SQLite files, so that a rehearsal has their rows."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from urllib.parse import quote

_MOST_BYTES = 64 << 20  # copying a larger file takes too long
_LOCK_SECONDS = 2


def copy_rows(file: str, copy: str) -> bool:
    """Copy an SQLite file, which is only read. Return False if it is too large or unreadable."""
    try:
        if not file or os.path.getsize(file) > _MOST_BYTES:
            return False
        with (
            closing(sqlite3.connect(f"file:{quote(file)}?mode=ro", uri=True, timeout=_LOCK_SECONDS)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except (OSError, sqlite3.Error):
        return False
    return True
