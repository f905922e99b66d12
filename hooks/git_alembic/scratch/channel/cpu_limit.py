"""Limits of a child process that don't depend on a busy machine: CPU time, and time without a sign of life.

Runs a program to its end, within such a limit.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

RUN_SECONDS = 900  # for a run of the project's code on scratch databases
_LONGEST_POLL = 5.0  # seconds
_IDS_AND_TIMES = re.compile(r"\) \S (\d+) \d+ (\d+) (?:\S+ ){7}(\d+) (\d+) (\d+) (\d+) ")


class CpuLimit:
    """The limit is `seconds` of CPU time of a session from now on, or as many seconds in which it uses no CPU."""

    def __init__(self, session: int, seconds: int) -> None:
        self.poll = min(_LONGEST_POLL, seconds / 10)
        self._session = session
        self._seconds = seconds
        self._before = _cpu_seconds(session)
        self._used = 0.0
        self._idle_polls = 0

    def find_reached_limit(self) -> str:
        """Return the limit that was reached, or "". Call it after each poll."""
        now = _cpu_seconds(self._session) - self._before
        self._idle_polls = self._idle_polls + 1 if now == self._used else 0
        self._used = now
        if self._used > self._seconds:
            return f"within {self._seconds} seconds of CPU time"
        if self._idle_polls * self.poll >= self._seconds:
            return f"and was idle for {self._seconds} seconds"
        return ""


class LimitReached(Exception):
    """A program reached its limit and was killed. The text of the error is the limit, as a phrase."""


class ProgramResult(NamedTuple):
    """How a program ended, and what it wrote."""

    code: int
    output: bytes
    errors: bytes


def run_program(
    words: Sequence[str], *, cwd: str, seconds: int, env: Mapping[str, str] | None = None, data: bytes = b""
) -> ProgramResult:
    """Run a program with `data` as its input. Kill it and everything that it started when it reaches the limit.

    The limit is `seconds` of CPU time, or as many seconds in which it uses no CPU. Raise OSError if the program can't
    be started.
    """
    from git_alembic.scratch.channel.child_process import kill_session

    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, cwd=cwd, env=env, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    ) as process:
        limit = CpuLimit(process.pid, seconds)
        unsent: bytes | None = data
        try:
            while True:
                try:
                    output, errors = process.communicate(unsent, timeout=limit.poll)
                    return ProgramResult(process.returncode, output, errors)
                except subprocess.TimeoutExpired:
                    unsent = None
                if reached := limit.find_reached_limit():
                    raise LimitReached(reached)
        finally:
            if process.returncode is None:
                kill_session(process.pid)


def _cpu_seconds(session: int) -> float:
    """Return the CPU time of a session's processes and their ended children, or 0 if the system doesn't report it."""
    ticks = 0
    with suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                ticks += _ticks(name, session)
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else 0.0


def _ticks(name: str, session: int) -> int:
    try:
        with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stream:
            match = _IDS_AND_TIMES.search(stream.read())
    except OSError:  # the process has just ended
        return 0
    return sum(map(int, match.groups()[2:])) if match and int(match[2]) == session else 0
