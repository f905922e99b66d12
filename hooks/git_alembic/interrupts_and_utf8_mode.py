"""Prepares the process before it runs a command: Ctrl-C, and the encoding of paths."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130  # the exit code of a shell after Ctrl-C
_OUTPUT = "GIT_ALEMBIC_OUTPUT_ENCODING"
_interrupts: list[int] = []  # the signals that interrupted a command


def end_on_interrupt() -> None:
    """On Ctrl-C, end the process without a traceback unless a command is running and must clean up."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return  # the parent made this process ignore Ctrl-C, as a script does for a command with `&`
    signal.signal(signal.SIGINT, _end)
    sys.unraisablehook = _unraisable


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt on Ctrl-C inside this context."""
    if signal.getsignal(signal.SIGINT) is not _end:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _end)


def use_utf8_paths() -> None:
    """Restart Python in UTF-8 mode if the locale has another encoding, because git's paths are always UTF-8.

    The terminal still gets text in the encoding of the locale.
    """
    encoding = os.environ.pop(_OUTPUT, "")
    for stream in (sys.stdout, sys.stderr):
        if encoding and isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=stream.errors)
    is_utf8 = os.name != "posix" or sys.flags.utf8_mode or sys.getfilesystemencoding() == "utf-8"
    if sys.executable and not is_utf8:
        terminal_encoding = getattr(sys.stdout, "encoding", None) or "ascii"
        arguments = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
        os.execve(sys.executable, arguments, {**os.environ, _OUTPUT: terminal_encoding})  # noqa: S606 - our own interpreter


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    os._exit(INTERRUPTED)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the signature of a handler
    _interrupts.append(number)
    raise KeyboardInterrupt


def _unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    """End on Ctrl-C during a destructor, and ignore the errors of objects that Ctrl-C left half-made.

    Python prints and swallows what a destructor raises.
    """
    if unraisable.exc_type is KeyboardInterrupt:
        os._exit(INTERRUPTED)
    if not _interrupts:
        sys.__unraisablehook__(unraisable)
