"""The exception that ends a check or a command with exit code 2 and a message for the user."""

from __future__ import annotations

import errno

_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EROFS)


class CannotCheck(Exception):
    """git-alembic can't check something: bad usage, unreadable configuration, or a git failure.

    The message is a whole sentence for the user. The command line turns it into exit code 2.
    """


def without_room(error: Exception) -> CannotCheck | None:
    """Return the error to raise if a full or read-only disk prevented a write. None for any other error."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return CannotCheck(f"a temporary file could not be written: {error.strerror}")
    return None
