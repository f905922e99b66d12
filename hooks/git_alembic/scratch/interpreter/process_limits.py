"""Waits for a process until it ends, uses too much CPU time, or stands still: a busy machine alone ends nothing."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_LONGEST_POLL = 5.0  # seconds
_IDS_AND_TIMES = re.compile(r"\) \S (\d+) \d+ (\d+) (?:\S+ ){7}(\d+) (\d+) (\d+) (\d+) ")


def wait_for(process: subprocess.Popen[bytes], seconds: int) -> tuple[int | None, str]:
    """Return (exit code, ""), or (None, the limit that was reached).

    The limits are `seconds` of CPU time of the process's session, and as many seconds in which it uses none.
    """
    poll = min(_LONGEST_POLL, seconds / 10)
    used, idle_polls = 0.0, 0
    while True:
        code = _wait_once(process, poll)
        if code is not None:
            return code, ""
        now = _cpu_seconds(process.pid)
        idle_polls = idle_polls + 1 if now == used else 0
        used = now
        if used > seconds:
            return None, f"within {seconds} seconds of CPU time"
        if idle_polls * poll >= seconds:
            return None, f"and stood still for {seconds} seconds"


def _wait_once(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    import select
    import subprocess

    try:
        if hasattr(os, "pidfd_open"):  # `wait` with a timeout polls twenty times a second
            with suppress(OSError), open(os.pidfd_open(process.pid), "rb") as ended:
                select.select([ended], [], [], seconds)
                seconds = 0
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


def _cpu_seconds(session: int) -> float:
    """Return the CPU time of a session's processes and their ended children; 0 if the system doesn't tell."""
    ticks = 0
    with suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                ticks += _ticks(name, session)
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else 0.0


def _ticks(name: str, session: int) -> int:
    try:
        with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stream:
            found = _IDS_AND_TIMES.search(stream.read())
    except OSError:  # it has just ended
        return 0
    return sum(map(int, found.groups()[2:])) if found and int(found[2]) == session else 0
