"""What the kernel of Linux refuses to a confined program, and to a process that refuses connections."""

from __future__ import annotations

import subprocess
import sys

import pytest

from git_alembic.scratch.probe.guard import system_call_filter

TRY = """
import errno, os, socket
def attempt(action):
    try:
        action()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
"""
ATTEMPTS = {
    "socket.socket(socket.AF_INET)": "EAFNOSUPPORT",
    "socket.socket(socket.AF_INET6)": "EAFNOSUPPORT",
    "socket.socket(socket.AF_UNIX)": "done",
    "socket.socket(socket.AF_UNIX).connect('/nowhere')": "ECONNREFUSED",
    "os.execv('/bin/true', ['true'])": "EPERM",
    "os.listdir('/')": "done",
}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux does it")


def run(*words: str) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, *words], capture_output=True, check=False, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("code", ATTEMPTS)
def test_a_confined_program(code: str) -> None:
    script = f"{TRY}print(attempt(lambda: {code}))"
    found = run(system_call_filter.__file__, "-", sys.executable, "-c", script)
    assert found == (0, f"{ATTEMPTS[code]}\n", "")


def test_a_program_that_does_not_exist() -> None:
    code, output, errors = run(system_call_filter.__file__, "-", "/no such/program")
    assert (code, output, errors) == (1, "", "/no such/program does not start: No such file or directory\n")


def test_refused_connections() -> None:
    """Everything else is still allowed, also to programs that start afterwards."""
    connect = "attempt(lambda: socket.socket(socket.AF_UNIX).connect('/nowhere'))"
    code = f"""{TRY}
import subprocess, sys
from git_alembic.scratch.probe.guard.system_call_filter import try_to_refuse_connections
print(try_to_refuse_connections(), {connect}, attempt(lambda: socket.socket(socket.AF_INET)), flush=True)
subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
"""
    found = run("-c", code, f"{TRY}print({connect})")
    assert found == (0, "True ECONNREFUSED done\nECONNREFUSED\n", "")
