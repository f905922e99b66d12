"""The child's side: reserves the standard streams for frames before any code of the project runs."""

from __future__ import annotations

import _thread
import os
import queue
import signal
from collections.abc import Mapping
from typing import Any

from git_alembic.scratch.channel.frames import Frame, FrameReader, write_frame


class ChildChannel:
    """The former standard input receives frames, and the former standard output sends them.

    From then on, standard input is empty, and everything written to standard output goes to standard error. This
    includes drivers in C and other programs.
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._incoming = os.fdopen(os.dup(0), "rb")
        self._outgoing = os.fdopen(os.dup(1), "wb")
        self._frames = iter(FrameReader(self._incoming, mark))
        self._received: queue.SimpleQueue[Frame] | None = None  # once a thread reads
        self._process = os.getpid()
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)
        os.dup2(2, 1)

    def receive(self) -> Frame | None:
        """Return the next frame. None after the last frame, and in a process that the project forked."""
        if os.getpid() != self._process:
            return None
        return next(self._frames, None) if self._received is None else self._received.get()

    def send(self, header: Mapping[str, Any]) -> None:
        """Send a frame, but not from a process that the project forked."""
        if os.getpid() == self._process:
            write_frame(self._outgoing, self._mark, header)

    def end_when_closed(self) -> None:
        """From now on, kill the whole session when the input ends, because then no process waits for an answer."""
        received: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self._received = received

        def read() -> None:
            try:
                for frame in self._frames:
                    received.put(frame)
            finally:
                if hasattr(os, "killpg"):
                    os.killpg(0, signal.SIGKILL)
                os._exit(1)

        _thread.start_new_thread(read, ())
