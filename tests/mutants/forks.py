"""Runs actions in forks of this process, several at a time. Only a fork ever has a mutant."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence

MEMORY = 4 << 30


def run_in_fork(action: Callable[[], int]) -> int:
    """Start a silent child with a memory limit, and return its id."""
    child = os.fork()
    if child:
        return child
    status = 2
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        status = action()
    finally:
        os._exit(status)


def limit_cpu(seconds: float) -> None:
    """Kill this process after this CPU time. An endless mutant ends in the same way on busy and idle machines."""
    used = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, resource.RLIM_INFINITY))


def run_all(actions: Sequence[Callable[[], int]], workers: int) -> Iterator[tuple[int, bool]]:
    """Run several actions at a time. Yield (number, whether it ended with 0) for each."""
    running: dict[int, int] = {}
    todo = list(enumerate(actions))[::-1]
    while todo or running:
        while todo and len(running) < workers:
            number, action = todo.pop()
            running[run_in_fork(action)] = number
        child, status = os.wait()
        yield running.pop(child), status == 0
