"""Waits for what other processes do, as long as the slowest machine needs."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 180  # seconds after which what has not happened counts as never happening


def comes_true(condition: Callable[[], bool]) -> bool:
    """Whether a condition holds at once or after a while."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True
