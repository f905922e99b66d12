"""The one exception of the project."""

from __future__ import annotations

import errno

_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EROFS)


class CannotJudge(Exception):
    """Something that a verdict needs could not be had: bad usage, unreadable configuration, a failure of git.

    The message is a whole sentence for the user. The command line turns it into exit code 2.
    """


def without_room(error: Exception) -> CannotJudge | None:
    """What it means that a file could not be written because of the disk, None for any other error."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return CannotJudge(f"a temporary file could not be written: {error.strerror}")
    return None
