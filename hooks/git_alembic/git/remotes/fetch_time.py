"""When all remote-tracking refs were last fetched together."""

from __future__ import annotations

import os
import re
from contextlib import suppress

from git_alembic.git.refs import RefQueries

_FETCHED = ("refs/remotes/", "refs/pull/", "refs/pull-requests/", "refs/merge-requests/")
_CLONED = re.compile(rb"> (\d+) [+-]\d{4}\tclone: from ")


def last_fetch_time(repository: RefQueries) -> int | None:
    """Return when a fetch last brought most of the refs, or when the clone was made; None if nothing tells.

    A fetch of a single branch also writes FETCH_HEAD, so this counts what FETCH_HEAD lists. It ignores packed-refs,
    which `git gc` rewrites.
    """
    refs = len(repository.branch_tips(_FETCHED))
    times = []
    for folder in dict.fromkeys((repository.git_dir, repository.common_dir)):
        with suppress(OSError), open(os.path.join(folder, "FETCH_HEAD"), "rb") as stream:
            if 2 * len(stream.readlines()) >= refs:
                times.append(int(os.fstat(stream.fileno()).st_mtime))
    return max(times) if times else _clone_time(repository.common_dir)


def _clone_time(folder: str) -> int | None:
    """The time that the reflog of HEAD begins with, if that is a clone."""
    with suppress(OSError), open(os.path.join(folder, "logs", "HEAD"), "rb") as stream:
        if found := _CLONED.search(stream.readline()):
            return int(found[1])
    return None
