"""The message of a CannotJudge, without the traceback that would keep git processes alive."""

from __future__ import annotations

from collections.abc import Callable

from git_alembic.errors import CannotJudge


def refusal(action: Callable[[], object]) -> str:
    """Return the message of the CannotJudge that the action raises."""
    try:
        result = action()
    except CannotJudge as error:
        return str(error)
    raise AssertionError(f"no CannotJudge, but {result!r}")
