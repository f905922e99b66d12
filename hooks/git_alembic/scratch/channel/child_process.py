"""Starts a process, and exchanges frames with it on its standard input and output."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, Protocol

from git_alembic.scratch.channel.frames import BrokenFrame, Frame, FrameReader, write_frame

_LAST_OUTPUT = 4000  # bytes
_END_SECONDS = 10  # time to clean up after its input was closed
_KILLED_SECONDS = 2  # time for the pipe of a killed process to close


class Limit(Protocol):
    """Decides every `poll` seconds without a frame whether to wait any longer."""

    poll: float

    def find_reached_limit(self) -> str:
        """Return the limit that was reached, or ""."""


class NoAnswer(Exception):
    """A process gave no answer. `code` is its exit code (None if it was still running), `output` its last lines.

    `limit` is the limit that it reached. `broken` says what is wrong with the answer. Both are "" otherwise.
    """

    def __init__(
        self, code: int | None = None, output: Sequence[str] = (), *, limit: str = "", broken: str = ""
    ) -> None:
        super().__init__(limit or broken or f"exit code {code}")
        self.code = code
        self.output = output
        self.limit = limit
        self.broken = broken


class FramedProcess:
    """A running process that leads its own session. `start_process` makes it."""

    def __init__(self, process: subprocess.Popen[bytes], mark: str, output: str) -> None:
        """Take over the standard streams of a process whose standard error goes to the file `output`."""
        self.pid = process.pid
        self._process = process
        self._mark = mark
        self._output = output
        self._incoming, outgoing = _take_streams(process)
        self._frames: queue.Queue[Frame | BrokenFrame | None] = queue.Queue()
        self._reader = FrameReader(outgoing, mark)
        self._thread = threading.Thread(target=self._read, args=(outgoing,), daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Send a frame. If the process has ended, `receive` reports it."""
        with suppress(OSError):
            write_frame(self._incoming, self._mark, header, body)

    def send_raw(self, data: bytes) -> None:
        """Send bytes that aren't a frame."""
        with suppress(OSError):
            self._incoming.write(data)
            self._incoming.flush()

    def receive(self, limit: Limit) -> Frame:
        """Return the next frame. Raise NoAnswer if the process ends or a limit is reached first."""
        while True:
            try:
                frame = self._frames.get(timeout=limit.poll)
            except queue.Empty:
                self._check(limit)
                continue
            if isinstance(frame, Frame):
                return frame
            self._frames.put(frame)  # for later calls
            raise NoAnswer(self._wait(), self.last_lines(), broken=str(frame or ""))

    def _check(self, limit: Limit) -> None:
        """Raise NoAnswer if a limit is reached. Children of an ended process may still hold its streams."""
        if not self.is_alive:
            kill_session(self.pid)
        reached = limit.find_reached_limit()
        if reached:
            raise NoAnswer(limit=reached, output=self.last_lines())

    def last_lines(self) -> list[str]:
        """Return the last lines of standard error, and of standard output between frames."""
        with open(self._output, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _LAST_OUTPUT))
            text = self._reader.noise + b"\n" + stream.read()
        return [line.strip() for line in text.decode("utf-8", "replace").splitlines() if line.strip()]

    def output_size(self) -> int:
        """Return the size of standard error."""
        return os.path.getsize(self._output)

    def kill(self) -> None:
        """Kill the process and everything that it started in its session."""
        if self._process.returncode is None:  # otherwise another process may have its id by now
            kill_session(self.pid)

    def close(self, *, gently: bool = False) -> None:
        """End the process. With `gently`, first close its input and let it clean up."""
        with suppress(OSError):
            self._incoming.close()
        try:
            if gently:
                self._wait()
        finally:
            self.kill()
            self._process.wait()
            self._thread.join(_KILLED_SECONDS)

    def _wait(self) -> int | None:
        """Return the exit code, or None if the process doesn't end by itself."""
        try:
            return self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            try:
                for frame in self._reader:
                    self._frames.put(frame)
                self._frames.put(None)
            except BrokenFrame as error:
                self._frames.put(error)


def _take_streams(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Take the pipes of a process, so that it doesn't close a stream while another thread reads it."""
    incoming, outgoing = process.stdin, process.stdout
    process.stdin = process.stdout = None
    if incoming is None or outgoing is None:
        raise ValueError("the process has no pipes")
    return incoming, outgoing


@contextmanager
def start_process(  # noqa: PLR0913 - the parts of a process
    words: Sequence[str], mark: str, *, output: str, cwd: str, env: Mapping[str, str], gently: bool = False
) -> Iterator[FramedProcess]:
    """Start a program, and kill everything in its session at the end. Raise OSError if it can't be started.

    Its standard error goes to the file `output`. The end of its standard input tells it that no process waits any
    longer, even if this process is killed. With `gently` it then gets time to clean up.
    """
    with open(output, "wb") as errors:
        errors.write(b"\n")  # a full disk fails here, before the project's code runs
        errors.flush()
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    framed = FramedProcess(process, mark, output)
    try:
        yield framed
    finally:
        framed.close(gently=gently)


def kill_session(session: int) -> None:
    """Kill a process that leads its own session, and everything that it started there."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(session, signal.SIGKILL)
        else:
            os.kill(session, signal.SIGTERM)
    except OSError:  # the process has already ended
        pass
