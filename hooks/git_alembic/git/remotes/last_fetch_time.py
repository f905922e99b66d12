"""Finds the time of the last fetch, or of the clone."""

from __future__ import annotations

import os
import re
from contextlib import suppress

from git_alembic.git.refs import RefQueries

_FETCHED = ("refs/remotes/", "refs/pull/", "refs/pull-requests/", "refs/merge-requests/")
_CLONED = re.compile(rb"> (\d+) [+-]\d{4}\tclone: from ")


def last_fetch_time(repository: RefQueries) -> int | None:
    """Return when a fetch last updated most of the refs, or when the clone was made. None if unknown.

    A fetch of a single branch also writes FETCH_HEAD, so this counts the lines in FETCH_HEAD. It ignores packed-refs,
    because `git gc` rewrites it.
    """
    refs = len(repository.branch_tips(_FETCHED))
    times = []
    for folder in dict.fromkeys((repository.git_dir, repository.common_dir)):
        with suppress(OSError), open(os.path.join(folder, "FETCH_HEAD"), "rb") as stream:
            if 2 * len(stream.readlines()) >= refs:
                times.append(int(os.fstat(stream.fileno()).st_mtime))
    return max(times) if times else _clone_time(repository.common_dir)


def _clone_time(folder: str) -> int | None:
    """Return the first time in the reflog of HEAD if it is that of a clone."""
    with suppress(OSError), open(os.path.join(folder, "logs", "HEAD"), "rb") as stream:
        if entry := _CLONED.search(stream.readline()):
            return int(entry[1])
    return None
