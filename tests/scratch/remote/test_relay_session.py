"""Why a command gave no answer."""

from __future__ import annotations

import errno

import pytest

from git_alembic.scratch.channel.child_process import NoAnswer
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.remote.relay_session import (
    explain_end,
    explain_error,
    explain_no_start,
    explain_silence,
    explain_start_error,
)

PYTHON = Interpreter("docker exec app python", "`python` in [tool.git-alembic]", ("docker", "exec", "app", "python"))
BEFORE = "before Python had started"
NAME = " (is there a Python interpreter with that name?)"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FileNotFoundError(), "`python` in [tool.git-alembic] runs docker, but that program does not exist"),
        (
            PermissionError(errno.EACCES, "Permission denied"),
            "`python` in [tool.git-alembic] starts docker, which fails: Permission denied",
        ),
    ],
)
def test_the_program_cannot_be_started(error: OSError, expected: str) -> None:
    assert explain_start_error(PYTHON, error) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NoAnswer(limit="within 60 seconds"), "did not respond within 60 seconds"),
        (NoAnswer(0, broken="it is short"), "sent an incomplete response: it is short"),
        (
            NoAnswer(1, ["the input device is not a TTY"]),
            (f"ended with exit code 1 {BEFORE}: the input device is not a TTY (disable the terminal: pass -T, or leave "
            "out -t)"),
        ),
        (
            NoAnswer(1, ["Error: No such container: app"]),
            f"ended with exit code 1 {BEFORE}: Error: No such container: app (start the container first)",
        ),
        (
            NoAnswer(1, ["sh: python: Command not found", "last"]),
            f"ended with exit code 1 {BEFORE}: sh: python: Command not found / last{NAME}",
        ),
        (NoAnswer(127), f"ended with exit code 127 {BEFORE}{NAME}"),
        (NoAnswer(126, ["x"]), f"ended with exit code 126 {BEFORE}: x{NAME}"),
        (
            NoAnswer(0),
            f"ended with exit code 0 {BEFORE} (does the command forward standard input, for example with -i?)",
        ),
        (NoAnswer(1, ["1", "2", "3", "4"]), f"ended with exit code 1 {BEFORE}: 2 / 3 / 4"),
        (NoAnswer(), f"closed its output {BEFORE}"),
        (NoAnswer(-11), f"was killed by signal 11 {BEFORE}"),
        (NoAnswer(137), f"was killed (the system may be out of memory) {BEFORE}"),
    ],
)  # fmt: skip
def test_python_did_not_start(error: NoAnswer, expected: str) -> None:
    assert explain_no_start(PYTHON, error) == f"docker exec app python {expected}"


def test_the_command_is_silent() -> None:
    error = NoAnswer(limit="within 9 seconds", output=["x"])
    assert explain_silence(PYTHON, error) == "docker exec app python did not respond within 9 seconds: x"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NoAnswer(1, ["x"]), "docker exec app python ended with exit code 1 before the project's code had finished: x"),
        (
            NoAnswer(-9),
            (
                "docker exec app python was killed (the system may be out of memory) before the project's "
                "code had finished"
            ),
        ),
        (
            NoAnswer(1, ["x"], broken="it is short"),
            "the response from docker exec app python is incomplete: it is short: x",
        ),
    ],
)
def test_the_command_ended(error: NoAnswer, expected: str) -> None:
    assert explain_end(PYTHON, error) == expected


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (errno.ENOSPC, "has no space left (free up space, or set TMPDIR there to another directory)"),
        (errno.EDQUOT, "has no space left (free up space, or set TMPDIR there to another directory)"),
        (errno.EROFS, "cannot be written to (set TMPDIR there to one that can)"),
        (errno.EACCES, "cannot be written to (set TMPDIR there to one that can)"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_files_on_the_other_side(number: int, what: str) -> None:
    assert explain_error(PYTHON, "x", number) == f"the temporary directory of docker exec app python {what}: x"
