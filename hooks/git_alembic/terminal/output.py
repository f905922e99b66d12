"""Writes text to standard output and standard error."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

DOTS = "…"


def emit(text: str, stream: TextIO | None) -> None:
    """Write text and a newline in the stream's encoding. "" writes nothing.

    A closed reader (`| head`) is no error. `stream` is None if the standard stream is closed.
    """
    if not text or stream is None:
        return
    line = text if text.endswith("\n") else text + "\n"
    try:
        stream.write(encodable(line, encoding_of(stream)))
        stream.flush()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):  # EINVAL is a broken pipe on Windows
            raise
        _discard(stream)


def _discard(stream: TextIO) -> None:
    """Discard the buffered text. Otherwise the interpreter's flush at exit prints an error and changes the exit code.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, stream.fileno())
    os.close(devnull)


def encodable(text: str, encoding: str) -> str:
    """Replace characters that the encoding lacks with backslash escapes, and our ellipsis with three dots."""
    if DOTS in text and not DOTS.encode(encoding, "ignore"):
        text = text.replace(DOTS, "...")
    return text.encode(encoding, "backslashreplace").decode(encoding)


def encoding_of(stream: TextIO | None) -> str:
    """Return the stream's encoding, or UTF-8 if it names none."""
    return getattr(stream, "encoding", None) or "utf-8"


def is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def wants_color(choice: Literal["auto", "always", "never"], stream: TextIO | None, environ: Mapping[str, str]) -> bool:
    """Return the choice. "auto" follows https://no-color.org, then https://force-color.org, then the kind of stream."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return environ.get("TERM") != "dumb" and is_terminal(stream)
