"""Waits for other processes as long as the slowest machine needs."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 180  # seconds; after this time, a condition counts as false


def comes_true(condition: Callable[[], bool]) -> bool:
    """Return whether a condition becomes true, now or later."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True
