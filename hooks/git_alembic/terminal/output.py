"""The edge where text leaves the program."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

DOTS = "…"


def emit(text: str, stream: TextIO | None) -> None:
    """Write text and a newline, in what the stream's encoding has; "" writes nothing.

    A reader that went away (`| head`) is no error. None is what Python makes of a standard stream that is closed.
    """
    if not text or stream is None:
        return
    line = text if text.endswith("\n") else text + "\n"
    try:
        stream.write(encodable(line, encoding_of(stream)))
        stream.flush()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):  # EINVAL is Windows' broken pipe
            raise
        _discard(stream)


def _discard(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, or the interpreter's flush at exit complains and changes the exit code.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, stream.fileno())
    os.close(devnull)


def encodable(text: str, encoding: str) -> str:
    """The text with backslash escapes for what the encoding lacks; our own dots, which are in no name, become three."""
    if DOTS in text and not DOTS.encode(encoding, "ignore"):
        text = text.replace(DOTS, "...")
    return text.encode(encoding, "backslashreplace").decode(encoding)


def encoding_of(stream: TextIO | None) -> str:
    """What the stream writes letters in; UTF-8 where it does not say."""
    return getattr(stream, "encoding", None) or "utf-8"


def is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def wants_color(choice: Literal["auto", "always", "never"], stream: TextIO | None, environ: Mapping[str, str]) -> bool:
    """The choice; for "auto" https://no-color.org, then https://force-color.org, then what the stream is."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return environ.get("TERM") != "dumb" and is_terminal(stream)
