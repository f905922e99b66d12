"""Explains in one sentence why a command gave no answer."""

from __future__ import annotations

import errno
import re

from git_alembic.scratch.channel.parent_side import NoAnswer
from git_alembic.scratch.interpreter.project_python import Interpreter

_LAST_LINES = 3
_KILLED = (-9, 137)  # killed by the system; shells and containers report it as 137
_NOT_FOUND = (126, 127)  # exit codes of shells and containers for a program that can't be started
# Messages of programs, and the advice for each.
_HINTS = (
    (re.compile(r"not a tty|not a terminal", re.IGNORECASE), "disable the terminal: pass -T, or leave out -t"),
    (
        re.compile(r"not running|no such container|no container|no such service|state improper", re.IGNORECASE),
        "start the container first",
    ),
    (
        re.compile(r"executable file not found|no such file or directory|command not found", re.IGNORECASE),
        "is there a Python interpreter with that name?",
    ),
)


def explain_start_error(python: Interpreter, error: OSError) -> str:
    """Explain that the program itself can't be started."""
    if isinstance(error, FileNotFoundError):
        return f"{python.why} runs {python.command[0]}, but that program does not exist"
    return f"{python.why} starts {python.command[0]}, which fails: {error.strerror}"


def explain_no_start(python: Interpreter, error: NoAnswer) -> str:
    """Explain that the command ended or stood still before its Python reported its version."""
    if error.limit:
        return explain_silence(python, error)
    if error.broken:
        return f"{python.path} sent an incomplete response: {error.broken}"
    hint = next((hint for pattern, hint in _HINTS if any(map(pattern.search, error.output))), "")
    if not hint and error.code in _NOT_FOUND:
        hint = "is there a Python interpreter with that name?"
    if not hint and error.code == 0:
        hint = "does the command forward standard input, for example with -i?"
    return (
        f"{python.path} {_describe_end(error)} before Python had started{_output(error)}{f' ({hint})' if hint else ''}"
    )


def explain_silence(python: Interpreter, error: NoAnswer) -> str:
    """Explain that the command sent nothing for too long."""
    return f"{python.path} did not respond {error.limit}{_output(error)}"


def explain_end(python: Interpreter, error: NoAnswer) -> str:
    """Explain that the command ended before the project's code finished."""
    if error.broken:
        return f"the response from {python.path} is incomplete: {error.broken}{_output(error)}"
    return f"{python.path} {_describe_end(error)} before the project's code had finished{_output(error)}"


def explain_error(python: Interpreter, text: str, number: int) -> str:
    """Explain that the relay failed to use files on its side."""
    what = next((what for numbers, what in _ERRORS if number in numbers), "cannot be used")
    return f"the temporary directory of {python.path} {what}: {text}"


_ERRORS = (
    ((errno.ENOSPC, errno.EDQUOT), "has no space left (free up space, or set TMPDIR there to another directory)"),
    ((errno.EROFS, errno.EACCES, errno.EPERM), "cannot be written to (set TMPDIR there to one that can)"),
)


def _describe_end(error: NoAnswer) -> str:
    if error.code is None:
        return "closed its output"
    if error.code in _KILLED:
        return "was killed (the system may be out of memory)"
    return f"was killed by signal {-error.code}" if error.code < 0 else f"ended with exit code {error.code}"


def _output(error: NoAnswer) -> str:
    return f": {' / '.join(error.output[-_LAST_LINES:])}" if error.output else ""
