"""Runs a script of `probe/` in the project's interpreter: a question goes in, an answer comes out."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from git_alembic.errors import CannotJudge
from git_alembic.scratch.interpreter.process_limits import wait_for

if TYPE_CHECKING:
    import subprocess

PROBE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "probe")


def run_probe(  # noqa: PLR0913 - what a process is made of
    python: str,
    script: str,
    question: Mapping[str, Any],
    *,
    folder: str,
    cwd: str,
    seconds: int,
    extra: Mapping[str, str] | None = None,
) -> Any:  # noqa: ANN401 - whatever the script answers
    """Return the answer of a script of `probe/` to a question; both go through files in `folder`.

    `extra` are environment variables. What the script prints doesn't reach the answer, and the processes that it starts
    end with it. CannotJudge if it gives no answer within `seconds` of CPU time, or does nothing for so long.
    """
    _write(question, folder)
    with start_probe(python, script, folder=folder, cwd=cwd, extra=extra or {}) as process:
        return process.answer(seconds)


class ProbeProcess:
    """A running probe in its own session."""

    def __init__(self, process: subprocess.Popen[bytes], python: str, folder: str, pipe: int | None) -> None:
        """`folder` has the question and the answer; the process reads from the `pipe`."""
        self.python = python
        self._process = process
        self._folder = folder
        self._pipe = pipe

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, question: Mapping[str, Any]) -> None:
        """Send the question to a process that waits for it."""
        _write(question, self._folder)
        if self._pipe is not None:
            os.write(self._pipe, b"?")

    def answer(self, seconds: int) -> Any:  # noqa: ANN401 - whatever the script answers
        """Return the answer; CannotJudge if there is none within `seconds`: see `run_probe`."""
        code, limit = wait_for(self._process, seconds)
        kill_session(self._process.pid)
        try:
            with open(os.path.join(self._folder, "answer.json"), encoding="utf-8") as stream:
                return json.load(stream)
        except (OSError, ValueError) as error:
            if code is None:
                reason = f"the project's code did not come to an end {limit} in {self.python}"
            else:
                reason = _explain_exit(self.python, code, os.path.join(self._folder, "output"))
            raise CannotJudge(reason) from error


@contextmanager
def start_probe(  # noqa: PLR0913 - likewise
    python: str, script: str, *, folder: str, cwd: str, extra: Mapping[str, str], arguments: Sequence[str] = ()
) -> Iterator[ProbeProcess]:
    """Start a script of `probe/`, and end it with everything in its session afterwards.

    The process gets the reading end of a pipe, which closes when git-alembic ends, even if it is killed.
    """
    import subprocess

    question = os.path.join(folder, "question.json")
    with open(os.path.join(folder, "output"), "wb") as output, _open_pipe() as (reading, writing):
        process = subprocess.Popen(
            [python, os.path.join(PROBE, script), question, *map(str, reading), *arguments],
            cwd=cwd,
            env={**inherited_variables(), **extra},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=reading,
        )
        with process:
            try:
                yield ProbeProcess(process, python, folder, writing)
            finally:
                if process.returncode is None:  # else another process may have its id by now
                    kill_session(process.pid)


def _write(question: Mapping[str, Any], folder: str) -> None:
    with open(os.path.join(folder, "question.json"), "w", encoding="utf-8") as stream:
        json.dump({**question, "answer": os.path.join(folder, "answer.json")}, stream)


def inherited_variables() -> dict[str, str]:
    """Return the environment without the variables of git-alembic's own Python and of git in this repository."""
    removed = ("GIT_", "PYTHON", "PRE_COMMIT", "__PYVENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(removed)}


@contextmanager
def _open_pipe() -> Iterator[tuple[tuple[int, ...], int | None]]:
    """Open a pipe: (the reading end for the child, the writing end); none on systems that don't pass them on."""
    if os.name != "posix":
        yield (), None
        return
    reading, writing = os.pipe()
    try:
        yield (reading,), writing
    finally:
        os.close(writing)
        os.close(reading)


def kill_session(session: int) -> None:
    """Kill a process that leads its own session, with everything that it started there."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(session, signal.SIGKILL)
        else:
            os.kill(session, signal.SIGTERM)
    except OSError:  # it has already ended
        pass


def _explain_exit(python: str, code: int, output: str) -> str:
    with open(output, "rb") as stream:
        lines = stream.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
    last = f": {lines[-1].strip()}" if lines else ""
    ended = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return f"{python} {ended} before the project's code had been run to the end{last}"


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Turn signals that would kill this process into SystemExit, so that it cleans up first."""
    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    deadly = [number for number in signals if signal.getsignal(number) == signal.SIG_DFL]
    try:
        before = {number: signal.signal(number, _exit) for number in deadly}
    except ValueError:  # only the main thread can do this
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _: object) -> None:
    raise SystemExit(128 + number)
