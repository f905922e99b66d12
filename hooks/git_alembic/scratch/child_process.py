"""Runs a script of ours in the project's interpreter: a question goes in, an answer comes out, nothing else."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from git_alembic.errors import CannotJudge

if TYPE_CHECKING:
    import subprocess

_PROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe")


def ask(  # noqa: PLR0913 - what a process is made of
    python: str,
    script: str,
    question: Mapping[str, Any],
    *,
    folder: str,
    cwd: str,
    seconds: int,
    extra: Mapping[str, str] | None = None,
) -> Any:  # noqa: ANN401 - whatever the script answers
    """The answer of a script of `probe/` to a question; both pass through files in `folder`.

    `extra` are variables for the child. What it prints is kept from the answer, what it starts ends with it. Raises
    CannotJudge where it gives no answer within `seconds`.
    """
    _write(question, folder)
    with started(python, script, folder=folder, cwd=cwd, extra=extra or {}) as child:
        return child.answer(seconds)


class Child:
    """A process of ours in a session of its own, and where its question and its answer are."""

    def __init__(self, process: subprocess.Popen[bytes], python: str, folder: str, ours: int | None) -> None:
        """`ours` is the end of a pipe that it listens to."""
        self.python = python
        self._process = process
        self._folder = folder
        self._ours = ours

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def tell(self, question: Mapping[str, Any]) -> None:
        """Put the question to a process that waits for it."""
        _write(question, self._folder)
        if self._ours is not None:
            os.write(self._ours, b"?")

    def answer(self, seconds: int) -> Any:  # noqa: ANN401 - whatever the script answers
        """What it answers; CannotJudge where it does not within `seconds`."""
        code = _wait(self._process, seconds)
        end(self._process.pid)
        try:
            with open(os.path.join(self._folder, "answer.json"), encoding="utf-8") as stream:
                return json.load(stream)
        except (OSError, ValueError) as error:
            raise CannotJudge(_silence(self.python, code, os.path.join(self._folder, "said"), seconds)) from error


@contextmanager
def started(  # noqa: PLR0913 - likewise
    python: str, script: str, *, folder: str, cwd: str, extra: Mapping[str, str], arguments: Sequence[str] = ()
) -> Iterator[Child]:
    """A process that runs a script of `probe/`; all that was started in its session is ended with it in the end.

    It is told a file descriptor whose end it sees when we end, in whatever way.
    """
    import subprocess

    asked = os.path.join(folder, "question.json")
    with open(os.path.join(folder, "said"), "wb") as output, _pipe() as (theirs, ours):
        process = subprocess.Popen(
            [python, os.path.join(_PROBE, script), asked, *map(str, theirs), *arguments],
            cwd=cwd,
            env={**_variables(), **extra},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=theirs,
        )
        with process:
            try:
                yield Child(process, python, folder, ours)
            finally:
                if process.returncode is None:  # else its number may be another's by now
                    end(process.pid)


def _write(question: Mapping[str, Any], folder: str) -> None:
    with open(os.path.join(folder, "question.json"), "w", encoding="utf-8") as stream:
        json.dump({**question, "answer": os.path.join(folder, "answer.json")}, stream)


def _variables() -> dict[str, str]:
    """The environment without what is meant for our own Python and git: those would speak of this repository."""
    ours = ("GIT_", "PYTHON", "PRE_COMMIT", "__PYVENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _wait(process: subprocess.Popen[bytes], seconds: int) -> int | None:
    """The exit code, None where the time was up."""
    import select
    import subprocess

    try:
        if hasattr(os, "pidfd_open"):  # `wait` with a time-out looks twenty times a second
            with suppress(OSError), open(os.pidfd_open(process.pid), "rb") as ended:
                select.select([ended], [], [], seconds)
                seconds = 0
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


@contextmanager
def _pipe() -> Iterator[tuple[tuple[int, ...], int | None]]:
    """The end to read from of a pipe, and the other, which is ours alone; none where they are not handed down."""
    if os.name != "posix":
        yield (), None
        return
    theirs, ours = os.pipe()
    try:
        yield (theirs,), ours
    finally:
        os.close(ours)
        os.close(theirs)


def end(session: int) -> None:
    """Kill a process that was started in a session of its own, with all that it has started there."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(session, signal.SIGKILL)
        else:
            os.kill(session, signal.SIGTERM)
    except OSError:  # it has ended by itself
        pass


def _silence(python: str, code: int | None, said: str, seconds: int) -> str:
    if code is None:
        return f"the project's code did not come to an end within {seconds} seconds in {python}"
    with open(said, "rb") as stream:
        lines = stream.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
    last = f": {lines[-1].strip()}" if lines else ""
    ended = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return f"{python} {ended} before the project's code had been run to the end{last}"


@contextmanager
def ending_in_order() -> Iterator[None]:
    """While this lasts, signals that would end us at once let what was begun be taken back first."""
    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    deadly = [one for one in signals if signal.getsignal(one) == signal.SIG_DFL]
    try:
        before = {one: signal.signal(one, _exit) for one in deadly}
    except ValueError:  # signals are for the main thread
        before = {}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _exit(number: int, _: object) -> None:
    raise SystemExit(128 + number)
