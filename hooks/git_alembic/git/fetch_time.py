"""When the remote-tracking refs were last fetched."""

from __future__ import annotations

import os

from git_alembic.git.runner import GitRunner


def last_fetch_time(runner: GitRunner) -> int | None:
    """Return when `git fetch` last ran, or when the refs were written by `git clone`; None if nothing tells."""
    folders = dict.fromkeys((runner.git_dir, runner.common_dir))
    paths = (os.path.join(folder, name) for name in ("FETCH_HEAD", "packed-refs") for folder in folders)
    return next((int(os.stat(path).st_mtime) for path in paths if os.path.exists(path)), None)
