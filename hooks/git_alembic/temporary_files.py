"""Our temporary files and folders: removed at the end of a run, or by the next run if a run was killed."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

SCRATCH = "git-alembic-scratch-"  # the start of our folders' names
_DAY = 24 * 60 * 60
_WRITING = 60  # seconds; no file takes longer to write
_STAY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@contextmanager
def private_folder(home: str, prefix: str) -> Iterator[str]:
    """Make a folder in `home`, and remove it at the end. First remove those that killed runs left with this prefix."""
    import shutil
    import tempfile

    sweep_folders(home, prefix)
    # The folder gets its name only when it is locked, so that no other process takes it for an abandoned folder.
    hidden_folder = tempfile.mkdtemp(prefix=f".{prefix}", dir=home)
    folder = os.path.join(home, os.path.basename(hidden_folder)[1:])
    lock = None
    with suppress(OSError):
        lock = _lock(hidden_folder)
    try:
        os.rename(hidden_folder, folder)
        yield folder
    finally:
        for path in (hidden_folder, folder):
            shutil.rmtree(path, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def sweep_folders(home: str, prefix: str) -> None:
    """Remove abandoned folders with a prefix. Without locks, remove those that are more than a day old."""
    import shutil

    with suppress(OSError):
        for entry in [*os.scandir(home)]:
            is_ours = re.fullmatch(rf"\.?{re.escape(prefix)}[a-z0-9_]{{8}}", entry.name)
            if is_ours and _is_abandoned(entry, is_named=entry.name[0] != "."):
                shutil.rmtree(entry.path, ignore_errors=True)


def discard(files: Iterable[str]) -> None:
    """Remove unfinished files. Some of them may not exist."""
    for file in files:
        with suppress(OSError):
            os.unlink(file)


def sweep_files(home: str, names: str) -> None:
    """Remove files with a matching name that a killed process did not finish."""
    with suppress(OSError):
        for name in os.listdir(home):
            path = os.path.join(home, name)
            if re.fullmatch(names, name) and abs(time.time() - _age(path)) > _WRITING:
                os.unlink(path)


def _age(path: str) -> float:
    return os.lstat(path).st_mtime


def _is_abandoned(entry: os.DirEntry[str], *, is_named: bool) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
        if not entry.is_dir(follow_symlinks=False) or not is_private(status):
            return False
        os.close(_lock(entry.path))
    except (BlockingIOError, FileNotFoundError):  # another process holds it, or it is already gone
        return False
    except OSError:
        is_named = False
    return is_named or abs(time.time() - status.st_mtime) > _DAY


def is_private(status: os.stat_result) -> bool:
    """True if a folder is as `mkdtemp` makes it: it is ours, and nobody else can read it."""
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) == stat.S_IRWXU)


def own(path: str, flags: int) -> int:
    """Open our own file, as an opener for `open`. Raise PermissionError if others can write it.

    Refuse links and pipes.
    """
    handle = os.open(path, flags | _STAY, 0o600)
    if hasattr(os, "geteuid"):
        status = os.fstat(handle)
        if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
            os.close(handle)
            raise PermissionError(path)
    return handle


def _lock(folder: str) -> int:
    """Lock a folder until the handle is closed. Raise BlockingIOError if another process holds the lock.

    Any other OSError means that the system has no such locks.
    """
    try:
        import fcntl
    except ImportError as error:  # Windows
        raise OSError(str(error)) from error
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
