"""Starts the probe in the project's interpreter, also before there is a question. Returns the answer to a question."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.temporary_files import private_folder

if TYPE_CHECKING:
    from git_alembic.scratch.channel.child_process import FramedProcess, NoAnswer


_SIGKILL = 9
PROBE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "probe")


def run_probe(  # noqa: PLR0913 - the parts of a process
    python: str,
    question: Mapping[str, Any],
    *,
    folder: str,
    cwd: str,
    seconds: int,
    extra: Mapping[str, str] | None = None,
) -> Any:  # noqa: ANN401 - any answer of the probe
    """Return the probe's answer to a question (see `probe/main.py`). The project's output goes to `folder`.

    `extra` are environment variables. The processes that the project starts end with the probe. Raise CannotCheck if
    there is no answer within `seconds` of CPU time, or if the probe is idle for that long.
    """
    with start_probe(python, folder=folder, cwd=cwd, extra=extra or {}) as process:
        process.send(question)
        return process.receive(seconds).value


class Answer(NamedTuple):
    """The value that the probe answers; `is_waiting` says whether the process waits for another question."""

    value: Any
    is_waiting: bool


class ProbeProcess:
    """A running probe in its own session."""

    def __init__(self, process: FramedProcess, python: str) -> None:
        self.python = python
        self._process = process

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive

    def send(self, question: Mapping[str, Any]) -> None:
        """Send the question that the process waits for."""
        self._process.send(question)

    def receive(self, seconds: int) -> Answer:
        """Return the answer. Raise CannotCheck if there is none within `seconds`: see `run_probe`."""
        from git_alembic.scratch.channel.child_process import NoAnswer
        from git_alembic.scratch.channel.cpu_limit import CpuLimit

        try:
            header = self._process.receive(CpuLimit(self._process.pid, seconds)).header
        except NoAnswer as error:
            raise CannotCheck(explain_no_answer(self.python, error)) from error
        return Answer(header["answer"], header["continues"])


@contextmanager
def start_probe(
    python: str, *, folder: str, cwd: str, extra: Mapping[str, str], arguments: Sequence[str] = ()
) -> Iterator[ProbeProcess]:
    """Start the probe. At the end, kill everything in its session."""
    from git_alembic.scratch.channel.child_process import start_process
    from git_alembic.scratch.channel.frames import new_mark

    mark = new_mark()
    words = [python, os.path.join(PROBE, "main.py"), mark, *arguments]
    env = {**inherited_variables(), **extra}
    with start_process(words, mark, output=os.path.join(folder, "output"), cwd=cwd, env=env) as process:
        yield ProbeProcess(process, python)


class PrestartedProbe:
    """A process that waits for a single question."""

    def __init__(self, process: ProbeProcess, extra: Mapping[str, str]) -> None:
        """`extra` are the environment variables of the process."""
        self._process: ProbeProcess | None = process
        self._extra = extra

    def take(self, python: str, extra: Mapping[str, str]) -> ProbeProcess | None:
        """Return the process once if it runs this interpreter with these variables."""
        process, self._process = self._process, None
        fits = process and process.python == python and self._extra == extra and process.is_alive
        return process if fits else None


@contextmanager
def prestart(repository: Repository, python: str | None, env: Mapping[str, str]) -> Iterator[PrestartedProbe | None]:
    """Start an interpreter if one is known, and stop it at the end, used or not."""
    home = os.path.join(repository.common_dir, "git-alembic")
    with ExitStack() as exits:
        prestarted = None
        if python is not None and repository.top is not None and os.name == "posix":
            extra = added_variables(env, repository.top)
            try:
                folder = exits.enter_context(private_folder(home, "run-"))
                bytecode = os.path.join(home, "bytecode")
                process = start_probe(python, folder=folder, cwd=repository.top, extra=extra, arguments=(bytecode,))
                prestarted = PrestartedProbe(exits.enter_context(process), extra)
            except OSError:  # the folder isn't writable or the program is missing; the later start reports it
                pass
        yield prestarted


def added_variables(env: Mapping[str, str], top: str) -> dict[str, str]:
    """Return the variables of the settings, and a limit for git's search for a repository."""
    return {**env, "GIT_CEILING_DIRECTORIES": os.path.dirname(top)}


def inherited_variables() -> dict[str, str]:
    """Return the environment without the variables of git-alembic's own Python and of git in this repository."""
    removed = ("GIT_", "PYTHON", "PRE_COMMIT", "__PYVENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(removed)}


def explain_no_answer(python: str, error: NoAnswer) -> str:
    """Say why the project's code gave no answer in an interpreter."""
    if error.limit:
        return f"the project's code did not finish {error.limit} in {python}"
    last = f": {error.output[-1]}" if error.output else ""
    if error.broken:
        return f"the response from {python} is incomplete: {error.broken}{last}"
    if error.code is None:
        ended = "closed its output"
    elif error.code == -_SIGKILL:
        ended = f"was killed by signal {-error.code} (the system may be out of memory)"
    elif error.code < 0:
        ended = f"was killed by signal {-error.code}"
    else:
        ended = f"ended with exit code {error.code}"
    return f"{python} {ended} before the project's code had finished{last}"


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Turn signals that would kill this process into SystemExit, so that it can clean up."""
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
