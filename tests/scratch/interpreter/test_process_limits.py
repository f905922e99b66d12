"""A probe ends by CPU time or by standing still, not because the machine is busy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from git_alembic.scratch.interpreter.child_process import kill_session
from git_alembic.scratch.interpreter.process_limits import wait_for


def start(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("while True: pass", "within 1 seconds of CPU time"),
        ("import time; time.sleep(600)", "and stood still for 1 seconds"),
        (
            "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while 1: pass'])",
            "within 1 seconds of CPU time",
        ),
    ],
    ids=["computes", "sleeps", "has a child that computes"],
)
def test_the_limit_is_named(code: str, limit: str) -> None:
    with start(code) as process:
        try:
            assert wait_for(process, 1) == (None, limit)
        finally:
            kill_session(process.pid)


def test_the_exit_code() -> None:
    with start("raise SystemExit(3)") as process:
        assert wait_for(process, 60) == (3, "")
