"""The message of a CannotCheck, without the traceback that would keep git processes alive."""

from __future__ import annotations

from collections.abc import Callable

from git_alembic.errors import CannotCheck


def refusal(action: Callable[[], object]) -> str:
    """Return the message of the CannotCheck that the action raises."""
    try:
        result = action()
    except CannotCheck as error:
        return str(error)
    raise AssertionError(f"no CannotCheck, but {result!r}")
