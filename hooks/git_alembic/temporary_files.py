"""Temporary files and folders of ours: they go when we end, and with the next run where one was killed."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

SCRATCH = "git-alembic-scratch-"  # what our folders among those of others are called
_DAY = 24 * 60 * 60
_WRITING = 60  # seconds in which any file is written
_STAY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@contextmanager
def private_folder(home: str, prefix: str) -> Iterator[str]:
    """A folder in `home` that goes away afterwards; with it, those of the prefix that were left by the killed."""
    import shutil
    import tempfile

    sweep_folders(home, prefix)
    # It gets its name when it is locked, so that nobody can take it for a left one in between.
    made = tempfile.mkdtemp(prefix=f".{prefix}", dir=home)
    folder = os.path.join(home, os.path.basename(made)[1:])
    lock = None
    with suppress(OSError):
        lock = _lock(made)
    try:
        os.rename(made, folder)
        yield folder
    finally:
        for place in (made, folder):
            shutil.rmtree(place, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def sweep_folders(home: str, prefix: str) -> None:
    """Remove our folders of a prefix that nobody holds any more; where that cannot be told, those of yesterday."""
    import shutil

    with suppress(OSError):
        for entry in [*os.scandir(home)]:
            ours = re.fullmatch(rf"\.?{re.escape(prefix)}[a-z0-9_]{{8}}", entry.name)
            if ours and _is_left(entry, is_named=entry.name[0] != "."):
                shutil.rmtree(entry.path, ignore_errors=True)


def discard(files: Iterable[str]) -> None:
    """Remove what was not finished, and may not be there."""
    for file in files:
        with suppress(OSError):
            os.unlink(file)


def sweep_files(home: str, names: str) -> None:
    """Remove the files, by a pattern of their names, that were being written when somebody was killed."""
    with suppress(OSError):
        for name in os.listdir(home):
            place = os.path.join(home, name)
            if re.fullmatch(names, name) and abs(time.time() - _age(place)) > _WRITING:
                os.unlink(place)


def _age(place: str) -> float:
    return os.lstat(place).st_mtime


def _is_left(entry: os.DirEntry[str], *, is_named: bool) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
        if not entry.is_dir(follow_symlinks=False) or not is_private(status):
            return False
        os.close(_lock(entry.path))
    except (BlockingIOError, FileNotFoundError):  # it is held, or gone already
        return False
    except OSError:
        is_named = False
    return is_named or abs(time.time() - status.st_mtime) > _DAY


def is_private(status: os.stat_result) -> bool:
    """Whether a folder is as `mkdtemp` leaves it: ours, and nobody else's to look into."""
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) == stat.S_IRWXU)


def own(path: str, flags: int) -> int:
    """Opens, for `open`, what is ours: PermissionError where somebody else can have written it; no link, no pipe."""
    handle = os.open(path, flags | _STAY, 0o600)
    if hasattr(os, "geteuid"):
        status = os.fstat(handle)
        if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
            os.close(handle)
            raise PermissionError(path)
    return handle


def _lock(folder: str) -> int:
    """What holds a folder until it is closed, or we end; BlockingIOError where another process does.

    Any other OSError: there are no such locks here.
    """
    try:
        import fcntl
    except ImportError as error:  # Windows
        raise OSError(str(error)) from error
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise
    return held
