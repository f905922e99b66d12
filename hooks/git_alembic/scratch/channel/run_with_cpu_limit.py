"""Runs a program to its end, within a limit that doesn't depend on a busy machine."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from git_alembic.scratch.channel.cpu_limit import CpuLimit
from git_alembic.scratch.channel.parent_side import kill_session


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
