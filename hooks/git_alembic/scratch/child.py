"""Runs a script of ours in the project's interpreter: a question goes in, an answer comes out, nothing else."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from git_alembic.errors import CannotJudge

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
    asked, answered = os.path.join(folder, "question.json"), os.path.join(folder, "answer.json")
    said = os.path.join(folder, "said")
    with open(asked, "w", encoding="utf-8") as stream:
        json.dump({**question, "answer": answered}, stream)
    with open(said, "wb") as output:
        code = _run([python, os.path.join(_PROBE, script), asked], cwd, output, seconds, _variables(extra or {}))
    try:
        with open(answered, encoding="utf-8") as stream:
            return json.load(stream)
    except (OSError, ValueError) as error:
        raise CannotJudge(_silence(python, code, said, seconds)) from error


def _variables(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment without what is meant for our own Python and git: those would speak of this repository."""
    ours = ("GIT_", "PYTHON", "PRE_COMMIT", "__PYVENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **extra}


def _run(command: list[str], cwd: str, output: IO[bytes], seconds: int, variables: Mapping[str, str]) -> int | None:
    """The exit code, None where the time was up; all that was started in the child's session is ended with it.

    The child is told a file descriptor whose end it sees when we end, in whatever way.
    """
    import subprocess

    with _pipe() as alive:
        child = subprocess.Popen(
            [*command, *map(str, alive)],
            cwd=cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=alive,
        )
        with child:
            try:
                return child.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                return None
            finally:
                end(child.pid)


@contextmanager
def _pipe() -> Iterator[tuple[int, ...]]:
    """The end to read from of a pipe whose other end is ours alone; none where they are not handed down."""
    if os.name != "posix":
        yield ()
        return
    theirs, ours = os.pipe()
    try:
        yield (theirs,)
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
