"""Starts a command with the relay in its Python, and exchanges requests with it: see `relay/main.py`.

Explains in one sentence why a command gave no answer.
"""

from __future__ import annotations

import errno
import json
import os
import re
import struct
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from git_alembic.errors import CannotCheck
from git_alembic.scratch.channel.child_process import FramedProcess, NoAnswer, start_process
from git_alembic.scratch.channel.frames import PROTOCOL, new_mark
from git_alembic.scratch.interpreter.probe_process_launcher import explain_no_answer, inherited_variables
from git_alembic.scratch.interpreter.project_python import Interpreter
from git_alembic.scratch.remote.uploads import bootstrap_text, probe_files, relay_modules
from git_alembic.temporary_files import SCRATCH, private_folder

SILENT_SECONDS = 300  # without a sign of life
_OLDEST = [3, 8]
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
_ERRORS = (
    ((errno.ENOSPC, errno.EDQUOT), "has no space left (free up space, or set TMPDIR there to another directory)"),
    ((errno.EROFS, errno.EACCES, errno.EPERM), "cannot be written to (set TMPDIR there to one that can)"),
)


class RelaySession:
    """A running relay; `hello` says which Python it is: see `relay/bootstrap.py`."""

    def __init__(self, process: FramedProcess, python: Interpreter, silent_seconds: int) -> None:
        self.python = python
        self.hello: Mapping[str, Any] = {}
        self._process = process
        self._silent_seconds = silent_seconds

    def start(self) -> None:
        """Wait for the Python version, then send the relay. Raise CannotCheck if that Python can't run it."""
        self._process.send_raw(bootstrap_text())
        try:
            self.hello = self._process.receive(_SilenceLimit(self._process, self._silent_seconds)).header
        except NoAnswer as error:
            raise CannotCheck(explain_no_start(self.python, error)) from error
        if self.hello.get("protocol") != PROTOCOL:
            raise CannotCheck(
                f"{self.python.path} uses version {self.hello.get('protocol')} of git-alembic's protocol, but this "
                f"git-alembic uses version {PROTOCOL}"
            )
        if self.hello["terminal"]:
            raise CannotCheck(
                f"{self.python.path} runs in a terminal, which alters its output; disable the terminal: pass -T, or "
                "leave out -t"
            )
        if self.hello["python"] < _OLDEST:
            version = ".".join(map(str, self.hello["python"]))
            raise CannotCheck(f"{self.python.path} is Python {version}; git-alembic needs Python 3.8 or newer there")
        modules = json.dumps(relay_modules()).encode("ascii")
        self._process.send_raw(struct.pack(">Q", len(modules)) + modules)

    def request(self, header: Mapping[str, Any], body: bytes = b"") -> dict[str, Any]:
        """Return the relay's answer to a request. Raise CannotCheck if there is none."""
        # A command that no longer reads must not block this thread.
        sending = threading.Thread(target=self._process.send, args=(header, body), daemon=True)
        sending.start()
        try:
            answer = self._receive()
        except NoAnswer as error:
            explain = explain_silence if error.limit else explain_end
            raise CannotCheck(explain(self.python, error)) from error
        sending.join()
        if "error" in answer:
            raise CannotCheck(explain_error(self.python, answer["error"], answer["errno"]))
        return answer

    def ask_probe(self, request: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any answer of the probe
        """Return the probe's answer to a request that starts it. Raise CannotCheck if there is none."""
        reply = self.request(request)
        if "answer" in reply:
            return reply["answer"]
        error = NoAnswer(reply["code"], reply["output"], limit=reply["limit"], broken=reply["broken"])
        raise CannotCheck(explain_no_answer(self.python.path, error))

    def _receive(self) -> dict[str, Any]:
        while True:
            answer = self._process.receive(_SilenceLimit(self._process, self._silent_seconds)).header
            if "alive" not in answer:
                return answer


class _SilenceLimit:
    """A limit on the seconds without any output, including standard error."""

    def __init__(self, process: FramedProcess, seconds: int) -> None:
        self.poll = seconds / 100
        self._process = process
        self._seconds = seconds
        self._silent_polls = 0
        self._output = process.output_size()

    def find_reached_limit(self) -> str:
        output = self._process.output_size()
        self._silent_polls = self._silent_polls + 1 if output == self._output else 0
        self._output = output
        return f"for {self._seconds} seconds" if self._silent_polls * self.poll >= self._seconds else ""


@contextmanager
def open_session(
    python: Interpreter, top: str, options: Sequence[str] = (), *, silent_seconds: int = SILENT_SECONDS
) -> Iterator[RelaySession]:
    """Start a command in the folder `top`, with these Python options, and stop it at the end.

    Raise CannotCheck if there is no such program, or if it never starts a Python that git-alembic can use.
    """
    mark = new_mark()
    start = f"import os;incoming=os.fdopen(0,'rb');exec(incoming.read({len(bootstrap_text())}))"
    words = [_program(python.command[0], top), *python.command[1:], *options, "-c", start, mark]
    with private_folder(tempfile.gettempdir(), SCRATCH) as folder:
        output = os.path.join(folder, "output")
        with ExitStack() as exits:
            try:
                starting = start_process(words, mark, output=output, cwd=top, env=inherited_variables(), gently=True)
                process = exits.enter_context(starting)
            except OSError as error:
                raise CannotCheck(explain_start_error(python, error)) from error
            session = RelaySession(process, python, silent_seconds)
            session.start()
            yield session


@contextmanager
def open_session_with_probe(python: Interpreter, top: str) -> Iterator[RelaySession]:
    """Start a command in the folder `top` and send it the probe."""
    with open_session(python, top) as session:
        files, contents = probe_files()
        session.request({"do": "code", "files": files}, contents)
        yield session


def _program(word: str, top: str) -> str:
    """Return the path of a program relative to the repository. Other names are searched on PATH."""
    return os.path.join(top, word) if os.path.dirname(word) else word


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


def _describe_end(error: NoAnswer) -> str:
    if error.code is None:
        return "closed its output"
    if error.code in _KILLED:
        return "was killed (the system may be out of memory)"
    return f"was killed by signal {-error.code}" if error.code < 0 else f"ended with exit code {error.code}"


def _output(error: NoAnswer) -> str:
    return f": {' / '.join(error.output[-_LAST_LINES:])}" if error.output else ""
